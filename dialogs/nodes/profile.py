"""The answers given so far: see them, change one, forget one."""

from collections.abc import Iterator
from typing import Literal

from dialogs import wording
from dialogs.keeping import edit_id
from dialogs.message import Card, CardLine, Incoming, Pressed, Reply, Section
from dialogs.node import Node
from dialogs.scene import Scene
from knowledge.model import Slug, Text
from knowledge.profile import Asking

_ON_A_PAGE = 12


class Profile(Node):
    """Lists the answers by topic; `change` changes one, `settings` erases all."""

    kind: Literal["profile"]
    text: Text
    empty: Text
    change: Slug
    settings: Slug
    then: Slug

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.change, self.settings, self.then)

    @property
    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "text", self.text
        yield "empty", self.empty

    def enter(self, scene: Scene) -> Scene:
        askings = _known(scene)
        if not askings:
            return scene.reply(
                Reply(
                    kind="menu",
                    text=self.empty.of(scene.language),
                    language=scene.language,
                    choices=(
                        scene.button("go:screening", scene.text("测一测"), "primary"),
                        scene.back_button(),
                        scene.menu_button(),
                    ),
                    slot="profile",
                )
            )
        page = min(scene.state.page, (len(askings) - 1) // _ON_A_PAGE)
        shown = askings[page * _ON_A_PAGE : (page + 1) * _ON_A_PAGE]
        return scene.reply(
            Reply(
                kind="card",
                text=self.text.of(scene.language),
                language=scene.language,
                card=Card(
                    title=scene.text("我的档案"),
                    lead=scene.sentences(scene.about, self.text.of(scene.language)),
                    sections=tuple(_by_topic(scene, shown)),
                ),
                choices=(
                    *scene.pages(page, (len(askings) - 1) // _ON_A_PAGE),
                    scene.button("go:settings", scene.text("导出或删除数据"), "quiet"),
                    scene.back_button(),
                    scene.menu_button(),
                ),
                slot="profile",
            )
        )

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        if isinstance(said, Pressed):
            turned = scene.turned(said.button)
            return None if turned is None else turned.again()
        return None


def _known(scene: Scene) -> list[Asking]:
    facts = scene.world.knowledge.facts
    known = [each for each in scene.world.dossier.askings() if each.fact in facts]
    order = {fact: place for place, fact in enumerate(facts)}
    return sorted(known, key=lambda each: (order[each.fact], str(each)))


def _by_topic(scene: Scene, askings: list[Asking]) -> Iterator[Section]:
    topics: dict[str, list[CardLine]] = {}
    for asking in askings:
        topic = scene.world.knowledge.fact_of(asking).topic.of(scene.language)
        topics.setdefault(topic, []).append(_line(scene, asking))
    for topic, lines in topics.items():
        yield Section(title=topic, lines=tuple(lines))


def _line(scene: Scene, asking: Asking) -> CardLine:
    base = scene.world.knowledge
    value = scene.world.dossier.get(asking)
    said = "" if value is None else wording.value(base.fact_of(asking), value, scene.language)
    return CardLine(
        text=scene.text(
            "{what}：{value}",
            what=wording.asking(asking, base, scene.language),
            value=said,
        ),
        choices=(scene.button(edit_id(asking), scene.text("修改"), "quiet"),),
    )
