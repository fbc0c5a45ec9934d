"""Language, the subject one talks about, and what is kept: export it, erase it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from dialogs.buttons import find, named
from dialogs.effect import EraseMe, ExportMe, SwitchSubject
from dialogs.message import Choice, Incoming, Pressed, Reply
from dialogs.node import Node
from dialogs.scene import Scene
from dialogs.state import State
from knowledge.model import Slug, Text
from knowledge.profile import Dossier


class Settings(Node):
    """Shows what can be set. `erased` is where one is after everything has been erased."""

    kind: Literal["settings"]
    text: Text
    erase: Text
    then: Slug
    erased: Slug

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.then, self.erased)

    @property
    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "text", self.text
        yield "erase", self.erase

    def enter(self, scene: Scene) -> Scene:
        return scene.reply(
            Reply(
                kind="menu",
                text=self.text.of(scene.language),
                language=scene.language,
                choices=(
                    scene.language_button(),
                    *self._parties(scene),
                    *self._own_data(scene),
                    scene.back_button(),
                    scene.menu_button(),
                ),
            )
        )

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        if not isinstance(said, Pressed) or not scene.world.consent:
            return None
        match said.button:
            case "s:export":
                told = scene.text("正在整理您的全部数据，稍后给您下载。")
                return scene.doing(ExportMe()).notice(told).again()
            case "s:erase":
                return self._really(scene)
            case "s:erase-all":
                return self._erase(scene)
            case _:
                return self._other(said.button, scene)

    def _other(self, button: str, scene: Scene) -> Scene | None:
        party = find(button, "s", (party.id for party in scene.world.others))
        return None if party is None else self._switch(scene, party)

    def _parties(self, scene: Scene) -> tuple[Choice, ...]:
        return tuple(
            scene.button(named("s", party.id), scene.text("换成“{name}”", name=party.name))
            for party in scene.world.others
        )

    def _own_data(self, scene: Scene) -> tuple[Choice, ...]:
        if not scene.world.consent:
            return ()
        return (
            scene.button("s:export", scene.text("导出我的数据")),
            scene.button("s:erase", scene.text("删除我的数据"), "danger"),
        )

    def _really(self, scene: Scene) -> Scene:
        return scene.reply(
            Reply(
                kind="notice",
                text=self.erase.of(scene.language),
                language=scene.language,
                choices=(
                    scene.button("s:erase-all", scene.text("确定删除"), "danger"),
                    scene.back_button(),
                ),
            )
        )

    def _erase(self, scene: Scene) -> Scene:
        world = replace(scene.world, dossier=Dossier(), consent=False, subject=None, others=())
        erased = scene.doing(EraseMe()).notice(scene.text("都删掉了。谢谢您用过惠企。"))
        blank = State(language=scene.state.language)
        return replace(erased, world=world, state=blank).leaving(self.erased)

    def _switch(self, scene: Scene, party: str) -> Scene:
        chosen = next(each for each in scene.world.others if each.id == party)
        said = scene.doing(SwitchSubject(party)).notice(
            scene.text("好的，下面说的是“{name}”。", name=chosen.name)
        )
        return said.moved(
            asking="", skipped=(), not_known=(), answered=(), draft=None, stack=()
        ).leaving(self.then)
