"""One fact, to answer it or to change the answer."""

from typing import Literal

from dialogs import questioning
from dialogs.keeping import forget_id
from dialogs.message import Incoming, Pressed
from dialogs.node import Node
from dialogs.scene import Scene
from knowledge.model import Slug
from knowledge.profile import Asking


class Ask(Node):
    """Asks what `state.asking` names; when it is answered, back to where one came from."""

    needs_consent = True

    kind: Literal["ask"]
    then: Slug

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.then,)

    def enter(self, scene: Scene) -> Scene:
        if scene.fact(scene.state.asking) is None:
            return scene.moved(asking="", draft=None).leaving(self.then)
        asking = Asking.parse(scene.state.asking)
        known = scene.world.dossier.get(asking) is not None
        forget = scene.button(forget_id(asking), scene.text("删掉这个回答"), "quiet")
        why = scene.button("do:why", scene.text("为什么问这个"), "quiet")
        ways = (*((forget,) if known else ()), why, scene.back_button())
        return questioning.show(scene, ways=ways)

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        asking = scene.state.asking
        if scene.fact(asking) is None:
            return None
        if isinstance(said, Pressed) and said.button == forget_id(Asking.parse(asking)):
            forgotten = scene.forget(Asking.parse(asking))
            return self._left(forgotten.notice(scene.text("好的，这一条已经删掉。")))
        heard = questioning.hear(said, scene)
        if heard is None:
            return None
        return heard.again() if heard.state.asking else self._left(heard)

    def leave(self, scene: Scene, how: str) -> Scene:
        """Without an answer: on in the row being typed, else back, and nothing changes."""
        del how
        within = questioning.leave_column(scene)
        if within is not None:
            return within.again()
        return self._left(scene.moved(asking="", draft=None))

    def _left(self, scene: Scene) -> Scene:
        if not scene.state.stack:
            return scene.leaving(self.then)
        before = scene.state.stack[-1]
        popped = scene.moved(stack=scene.state.stack[:-1])
        return popped.at(before).leaving(before.node)
