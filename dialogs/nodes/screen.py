"""Facts until the programmes are decided: the next question is computed, never stored."""

from collections.abc import Iterator
from typing import Literal

from dialogs import questioning
from dialogs.effect import Remember
from dialogs.message import Incoming, Progress
from dialogs.node import Node
from dialogs.scene import Scene
from knowledge.model import Slug
from knowledge.profile import Asking
from knowledge.questions import next_question, progress


class Screen(Node):
    """Asks what decides most, and stops when nothing more can be decided."""

    needs_consent = True

    kind: Literal["screen"]
    then: Slug

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.then,)

    def enter(self, scene: Scene) -> Scene:
        ready = scene if self._stands(scene) else _asking_next(scene)
        if not ready.state.asking:
            return self._finished(ready)
        return questioning.show(ready, far(ready), _helped(ready), questioning.ways_on(ready))

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        heard = questioning.hear(said, scene)
        return None if heard is None else _after(heard)

    def leave(self, scene: Scene, how: str) -> Scene:
        """Without an answer: on to the next question."""
        return _after(questioning.leave(scene, how))

    def _stands(self, scene: Scene) -> bool:
        """Whether the question asked last is still one: unanswered and needed, or come back to."""
        fact = scene.fact(scene.state.asking)
        if fact is None:
            return False
        asking = Asking.parse(scene.state.asking)
        return scene.world.dossier.get(asking) is not None or _needed(scene, asking)

    def _finished(self, scene: Scene) -> Scene:
        open_ = {
            asking
            for each in scene.scope
            if scene.briefs[each].live
            for asking in scene.briefs[each].missing
        }
        left = len(open_ & scene.left_out)
        text = scene.text("问完了，结果如下。")
        if left:
            text = scene.text(
                "能问的都问完了；有 {count} 个问题您还没有回答。结果如下。", count=left
            )
        return scene.notice(text).moved(draft=None).leaving(self.then)


def far(scene: Scene) -> Progress:
    """How far this screening is."""
    world = scene.world
    done = progress(
        world.knowledge,
        world.dossier,
        world.today,
        world.windows,
        programmes=scene.scope,
        leave=scene.left_out,
    )
    return Progress(decided=done.decided, total=done.total, remaining=done.remaining)


def _asking_next(scene: Scene) -> Scene:
    world = scene.world
    found = next_question(
        world.knowledge,
        world.dossier,
        world.today,
        world.windows,
        programmes=scene.scope,
        leave=scene.left_out,
    )
    asking = "" if found is None else str(found.asking)
    return scene.moved(asking=asking)


def _needed(scene: Scene, asking: Asking) -> bool:
    return any(True for _ in _open_on(scene, asking))


def _helped(scene: Scene) -> tuple[str, ...]:
    """The programmes that what is being asked helps to decide."""
    return tuple(_open_on(scene, Asking.parse(scene.state.asking)))


def _open_on(scene: Scene, asking: Asking) -> Iterator[str]:
    for programme in scene.scope:
        verdict = scene.briefs[programme]
        if verdict.live and asking in verdict.missing:
            yield programme


def _after(scene: Scene) -> Scene:
    """On with the screening; rows that already decide it need no more of their kind."""
    fact = scene.fact(scene.state.asking)
    kept = any(isinstance(each, Remember) for each in scene.effects)
    if fact is None or fact.shape != "records" or scene.state.draft is not None or not kept:
        return scene.again()
    asking = Asking.parse(scene.state.asking)
    if scene.world.dossier.get(asking) is None or _needed(scene, asking):
        return scene.again()
    enough = scene.notice(scene.text("这一项已经够判断了，我们接着往下。"))
    others = (each for each in scene.state.answered if each != str(asking))
    return enough.moved(asking="", answered=(*others, str(asking))).again()
