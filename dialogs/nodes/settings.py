"""Language, the subject one talks about, and what is kept: export it, erase it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from dialogs.effect import EraseMe, ExportMe
from dialogs.message import Choice, Incoming, Pressed, Reply
from dialogs.node import Node
from dialogs.parties import party_buttons, switched
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
                    scene.button("go:organisation", scene.text("我的单位")),
                    *party_buttons(scene),
                    *self._own_data(scene),
                    scene.back_button(),
                    scene.menu_button(),
                ),
                slot="settings",
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
                other = switched(said.button, scene)
                return None if other is None else other.leaving(self.then)

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
                slot="settings",
            )
        )

    def _erase(self, scene: Scene) -> Scene:
        world = replace(scene.world, dossier=Dossier(), consent=False, subject=None, others=())
        erased = scene.doing(EraseMe()).notice(scene.text("都删掉了。谢谢您用过惠企。"))
        blank = State(language=scene.state.language)
        return replace(erased, world=world, state=blank).leaving(self.erased)
