"""The organisation one speaks for: its name, who one is in it, and who else may come in."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from dialogs.effect import NameOrganisation
from dialogs.message import Choice, Incoming, Pressed, Reply, Said
from dialogs.node import Node
from dialogs.parties import party_buttons, party_name, switched
from dialogs.scene import Scene
from dialogs.world import Party
from knowledge.model import Slug, Text

_SHORTEST, _LONGEST = 2, 100
_NAME = "n:name"


class OrganisationNode(Node):
    """Shows it, lets it be named; inviting and connecting can be done from anywhere."""

    needs_consent = True

    kind: Literal["organisation"]
    name: Text
    then: Slug

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.then,)

    @property
    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "name", self.name

    def enter(self, scene: Scene) -> Scene:
        naming = scene.state.entering == "name"
        text = self.name.of(scene.language) if naming else "\n".join(_state_of(scene))
        choices = () if naming else _actions(scene)
        return scene.reply(
            Reply(
                kind="text" if naming else "menu",
                text=text,
                language=scene.language,
                choices=(*choices, scene.back_button(), scene.menu_button()),
                slot="organisation",
            )
        )

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        match said:
            case Pressed(button=button) if button == _NAME and _nameable(scene):
                return scene.pushed().moved(entering="name").again()
            case Pressed(button=button):
                other = switched(button, scene)
                return None if other is None else other.again()
            case Said(text=text) if scene.state.entering == "name" and not _is_question(text):
                return _named(scene, " ".join(text.split()))
            case _:
                return None


def _is_question(text: str) -> bool:
    return any(sign in text for sign in "?？")


def _named(scene: Scene, name: str) -> Scene:
    if not (_SHORTEST <= len(name) <= _LONGEST and name.isprintable()):
        return scene.notice(
            scene.text("名称请写 {least} 到 {most} 个字。", least=_SHORTEST, most=_LONGEST)
        ).again()
    subject = Party(id="" if scene.world.subject is None else scene.world.subject.id, name=name)
    said = scene.doing(NameOrganisation(name)).notice(
        scene.text(
            "记下了：“{name}”。这还只是您的说法，工作人员核实之前，您只能看到自己给过的回答。",
            name=name,
        )
    )
    done = replace(said, world=replace(scene.world, subject=subject, verified=False))
    stack = scene.state.stack
    if stack and stack[-1].node == scene.state.node:
        stack = stack[:-1]
    return done.moved(entering="", stack=stack).again()


def _nameable(scene: Scene) -> bool:
    """The owner names it; a verified name is changed by the staff."""
    return scene.world.owner and not scene.world.verified


def _state_of(scene: Scene) -> Iterator[str]:
    world = scene.world
    yield scene.text("单位：{name}", name=party_name(scene, world.subject))
    yield scene.text("您是：负责人") if world.owner else scene.text("您是：同事")
    if world.verified:
        yield scene.text("身份：已核实，您能看到这个单位的全部回答。名称要改，请转人工。")
    elif world.subject is None or not world.subject.name.strip():
        yield scene.text(
            "还没有起名。起名后，工作人员和同事才知道您说的是哪个单位；不起名也能测算。"
        )
    else:
        yield scene.text("身份：还没有核实。核实之前，您只能看到自己给过的回答；要核实请转人工。")


def _actions(scene: Scene) -> tuple[Choice, ...]:
    world = scene.world
    unnamed = world.subject is None or not world.subject.name.strip()
    name = scene.text("起名") if unnamed else scene.text("改名")
    on_web = world.channel == "web"
    device = scene.text("在 Telegram 继续") if on_web else scene.text("在网页继续")
    if not (world.messenger_link if on_web else world.web_address):
        device = scene.text("连接另一个对话")
    found = []
    if _nameable(scene):
        found.append(scene.button(_NAME, name, "primary" if unnamed else "plain"))
    if world.owner:
        found.append(scene.button("do:colleague", scene.text("邀请同事")))
    found.append(scene.button("do:device", device))
    found.append(scene.button("go:join", scene.text("输入代码")))
    if not world.verified and not unnamed:
        found.append(scene.person_button())
    return (*found, *party_buttons(scene))
