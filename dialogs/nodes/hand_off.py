"""To a person, with reason: the conversation itself, or one criterion that reads wrong."""

from collections.abc import Iterator
from typing import Literal

from dialogs.effect import OpenTicket
from dialogs.message import Incoming, Pressed, Reply, Said
from dialogs.node import Node
from dialogs.scene import Scene
from dialogs.state import Objection
from knowledge.model import Slug, Text

_LONGEST = 1000


class HandOff(Node):
    """Asks for a sentence, has it confirmed, opens a ticket and says honestly what happens then."""

    kind: Literal["hand_off"]
    person: Text
    objection: Text
    then: Slug

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.then,)

    @property
    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "person", self.person
        yield "objection", self.objection

    def enter(self, scene: Scene) -> Scene:
        if not scene.world.consent:
            return _contact_only(scene)
        objection = scene.state.objection or Objection()
        text = self.objection if objection.programme else self.person
        lines = [text.of(scene.language), *_about(scene, objection)]
        if objection.note:
            lines.append(scene.text("您写的是：{note}", note=objection.note))
        return scene.objecting(objection).reply(
            Reply(
                kind="text",
                text="\n".join(lines),
                language=scene.language,
                choices=(
                    scene.button("do:confirm", scene.text("确认提交"), "primary"),
                    scene.back_button(),
                ),
                slot="person",
            )
        )

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        if not scene.world.consent:
            return None
        objection = scene.state.objection or Objection()
        match said:
            case Said(text=text) if text.strip():
                note = text.strip()[:_LONGEST]
                return scene.objecting(objection.model_copy(update={"note": note})).again()
            case Pressed(button="do:confirm"):
                return self._opened(scene, objection)
            case _:
                return None

    def _opened(self, scene: Scene, objection: Objection) -> Scene:
        ticket = OpenTicket(
            kind="objection" if objection.programme else "person",
            reason=objection.note,
            programme=objection.programme,
            criterion=objection.criterion,
        )
        done = Reply(
            kind="notice",
            text=_what_happens(scene),
            language=scene.language,
            choices=(scene.overview_button(), scene.menu_button()) if objection.programme else (),
        )
        told = scene.doing(ticket).objecting(None).reply(done)
        stack = told.state.stack
        if not objection.programme or not stack:
            return told.leaving(self.then)
        # Back at the card, without showing all of it again.
        return told.moved(stack=stack[:-1]).at(stack[-1])


def _about(scene: Scene, objection: Objection) -> Iterator[str]:
    """Which criterion is meant, by its article and quote."""
    programme = scene.world.knowledge.programmes.get(objection.programme)
    if programme is None:
        return
    yield scene.text("项目：{programme}", programme=programme.title.of(scene.language))
    applies_to = () if programme.applies_to is None else (programme.applies_to,)
    for each in (*applies_to, *programme.all_criteria):
        if each.id == objection.criterion:
            yield scene.text("条件：{article} “{quote}”", article=each.cite, quote=each.quote)


def _reachable(scene: Scene) -> bool:
    return scene.world.operator.contact.strip() not in {"", "-", "—"}


def _what_happens(scene: Scene) -> str:
    name = scene.world.operator.name.of(scene.language)
    if _reachable(scene):
        return scene.text(
            "已经记下，{name}的工作人员会看到您的话和已有的回答。急的话可以直接联系：{contact}。"
            "在他们回复之前，您可以继续问我。",
            name=name,
            contact=scene.world.operator.contact,
        )
    return scene.text(
        "已经记下，{name}的工作人员会看到您的话和已有的回答。什么时候回复我说不准，"
        "在那之前您可以继续问我。",
        name=name,
    )


def _contact_only(scene: Scene) -> Scene:
    """Before consent nothing is kept, so there is nothing a person could look at."""
    text = scene.text("您还没有同意保存信息，所以我不能替您留言。")
    if _reachable(scene):
        contact = scene.world.operator.contact
        text = scene.sentences(text, scene.text("可以直接联系：{contact}。", contact=contact))
    return scene.reply(
        Reply(
            kind="text",
            text=text,
            language=scene.language,
            choices=(
                scene.button("go:consent", scene.text("同意保存，再留言"), "primary"),
                scene.menu_button(),
            ),
        )
    )
