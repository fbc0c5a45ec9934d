"""Keeping an answer: said back when it was typed, and held against what it must fit."""

from dialogs import wording
from dialogs.buttons import token
from dialogs.message import Choice, Reply
from dialogs.scene import Scene
from knowledge.fact import Fact
from knowledge.profile import Asking, Cell, Range, Records


def keep(scene: Scene, asking: Asking, value: Cell | Records, *, typed: bool) -> Scene:
    """Remember an answer and go on; or say with which other answer it cannot stand together.

    In the second case nothing is kept and the question stays.
    """
    clash = _clash(scene, asking, value)
    if clash is not None:
        return scene.reply(_says_clash(scene, asking, value, clash))
    kept = scene.remember(asking, value).moved(
        asking="",
        answered=(*_others(scene, asking), str(asking)),
        draft=None,
        offered=(),
    )
    return kept.notice(echo(scene, asking, value)) if typed else kept


def edit_id(asking: Asking) -> str:
    """The button that changes an answer."""
    return f"e:{token(str(asking))}"


def forget_id(asking: Asking) -> str:
    """The button that forgets an answer."""
    return f"f:{token(str(asking))}"


def echo(scene: Scene, asking: Asking, value: Cell | Records) -> str:
    """An answer as it was understood."""
    return scene.text("记下了：{what} {value}", **_words(scene, asking, value))


def _words(scene: Scene, asking: Asking, value: Cell | Records) -> dict[str, str]:
    base = scene.world.knowledge
    return {
        "what": wording.asking(asking, base, scene.language),
        "value": wording.value(base.fact_of(asking), value, scene.language),
    }


def _others(scene: Scene, asking: Asking) -> tuple[str, ...]:
    return tuple(each for each in scene.state.answered if each != str(asking))


def _clash(scene: Scene, asking: Asking, value: Cell | Records) -> Asking | None:
    """The other answer that makes this one impossible: a part greater than its whole."""
    if not isinstance(value, Range):
        return None
    for other, part_is_new in _bound_to(scene, asking):
        known = scene.world.dossier.get(other)
        if not isinstance(known, Range):
            continue
        part, whole = (value, known) if part_is_new else (known, value)
        # Both are of one kind: the release is checked for it.
        if part.low > whole.high:  # type: ignore[operator]
            return other
    return None


def _bound_to(scene: Scene, asking: Asking) -> list[tuple[Asking, bool]]:
    """The facts this one may not exceed (True), and those that may not exceed it (False)."""
    facts = scene.world.knowledge.facts
    fact = facts[asking.fact]
    bound: list[tuple[Asking, bool]] = []
    if fact.at_most is not None and _alike(fact, facts.get(fact.at_most)):
        bound.append((Asking(fact.at_most, asking.role, asking.year), True))
    bound.extend(
        (Asking(other.id, asking.role, asking.year), False)
        for other in facts.values()
        if other.at_most == fact.id and _alike(fact, other)
    )
    return bound


def _alike(fact: Fact, other: Fact | None) -> bool:
    return other is not None and other.shape == fact.shape and other.dimension == fact.dimension


def _says_clash(scene: Scene, asking: Asking, value: Cell | Records, other: Asking) -> Reply:
    known = scene.world.dossier.get(other)
    assert known is not None  # noqa: S101 - the clash was found with it
    new, old = _words(scene, asking, value), _words(scene, other, known)
    return Reply(
        kind="notice",
        text=scene.text(
            "这两个数对不上：{new} {new_value}，而之前记的 {old} {old_value}。"
            "请重新回答这一题，或者先改之前的那个。",
            new=new["what"],
            new_value=new["value"],
            old=old["what"],
            old_value=old["value"],
        ),
        language=scene.language,
        choices=(Choice(id=edit_id(other), label=scene.text("改“{what}”", what=old["what"])),),
    )
