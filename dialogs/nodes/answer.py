"""A question of one's own, answered by quotation, or a person offered."""

from collections.abc import Iterator
from typing import Literal

from dialogs.message import Incoming, Reply, Said
from dialogs.node import Node
from dialogs.quoting import quoted
from dialogs.scene import Scene
from knowledge.model import Slug, Text


class Answer(Node):
    """Invites a question and answers it from the texts; stays here for the next one."""

    kind: Literal["answer"]
    text: Text
    then: Slug

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.then,)

    @property
    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "text", self.text

    def enter(self, scene: Scene) -> Scene:
        return scene.reply(
            Reply(
                kind="text",
                text=self.text.of(scene.language),
                language=scene.language,
                choices=(scene.back_button(), scene.menu_button()),
            )
        )

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        return quoted(scene, said.text) if isinstance(said, Said) and said.text.strip() else None
