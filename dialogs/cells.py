"""One value: its buttons, and what is made of what was typed or pressed for it."""

from dataclasses import dataclass
from typing import TypeAlias

from pydantic import JsonValue, TypeAdapter

from dialogs.answers import Offer, Understood, explain, read_answer
from dialogs.buttons import token
from dialogs.message import Choice, Incoming, Pressed, Reply, Said
from dialogs.scene import Scene
from knowledge.fact import Column, Fact
from knowledge.profile import Cell, Range, Records
from knowledge.value import ValueRefused, read_cell, write_value

MOST_BUTTONS = 30
"""Options beyond this are typed, not pressed."""

Spec: TypeAlias = Fact | Column
RAW: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)
Key: TypeAlias = tuple[str, ...]
"""What exactly is being asked (the asking; for a row also its place and column)."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer. `typed` says that it was read from words and should be said back."""

    value: Cell | Records
    typed: bool


@dataclass(frozen=True, slots=True)
class Picking:
    """Options picked so far of a choice of several."""

    picked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotRead:
    """An answer that could not be read, the kind words for it, and what it may have meant."""

    says: str
    offers: tuple[Offer, ...] = ()


Heard: TypeAlias = Answered | Picking | NotRead


def options(scene: Scene, spec: Spec, key: Key, picked: tuple[str, ...]) -> tuple[Choice, ...]:
    """The buttons that answer; none for what is typed."""
    if spec.type == "yes_no":
        return (
            Choice(id=_id(key, "yes"), label=scene.text("是")),
            Choice(id=_id(key, "no"), label=scene.text("否")),
        )
    if len(spec.options) > MOST_BUTTONS:
        return ()
    chosen = tuple(
        Choice(id=_id(key, each), label=option.of(scene.language), chosen=each in picked)
        for each, option in spec.options.items()
    )
    if spec.type != "choices":
        return chosen
    if picked:
        return (*chosen, Choice(id=_id(key, "done"), label=scene.text("选好了"), style="primary"))
    return (*chosen, Choice(id=_id(key, "none"), label=scene.text("都没有")))


def hear(
    said: Incoming, scene: Scene, spec: Spec, key: Key, picked: tuple[str, ...]
) -> Heard | None:
    """What was answered; None when it answers nothing (another question's button, no words)."""
    match said:
        case Pressed(button=button):
            return _taken(button, scene, spec, key) or _pressed(button, spec, key, picked)
        case Said(text=text):
            return _typed(text, scene, spec)
        case _:
            return None


def not_read(scene: Scene, spec: Spec, key: Key, heard: NotRead) -> Scene:
    """Say why an answer was not taken, and offer what it may have meant."""
    offered = tuple(_written(spec, offer.value) for offer in heard.offers)
    choices = tuple(
        Choice(id=_offer_id(key, raw), label=offer.label)
        for raw, offer in zip(offered, heard.offers, strict=True)
    )
    reply = Reply(kind="notice", text=heard.says, language=scene.language, choices=choices)
    return scene.reply(reply).moved(offered=offered)


def _taken(button: str, scene: Scene, spec: Spec, key: Key) -> Answered | None:
    """An offer that was pressed; offers of another question fit nothing."""
    for raw in scene.state.offered:
        if _offer_id(key, raw) == button:
            try:
                return Answered(read_cell(spec, raw), typed=True)
            except ValueRefused:
                return None
    return None


def _written(spec: Spec, value: Cell | Records) -> JsonValue:
    raw = write_value(spec, value)
    return RAW.validate_python(raw)


def _offer_id(key: Key, raw: JsonValue) -> str:
    return _id(key, f"offer {raw!r}")


def _pressed(button: str, spec: Spec, key: Key, picked: tuple[str, ...]) -> Heard | None:
    if spec.type == "yes_no":
        answers = {_id(key, "yes"): True, _id(key, "no"): False}
        return Answered(answers[button], typed=False) if button in answers else None
    option = next((each for each in spec.options if _id(key, each) == button), None)
    if spec.type == "choice":
        return None if option is None else Answered(option, typed=False)
    if spec.type != "choices":
        return None
    if option is not None:
        rest = tuple(each for each in picked if each != option)
        return Picking(rest if option in picked else (*picked, option))
    if button == _id(key, "done") and picked:
        return Answered(frozenset(picked) & frozenset(spec.options), typed=False)
    if button == _id(key, "none") and not picked:
        return Answered(frozenset(), typed=False)
    return None


def _typed(text: str, scene: Scene, spec: Spec) -> Heard:
    read = read_answer(spec, text, scene.language, scene.world.today)
    if not isinstance(read, Understood):
        return NotRead(explain(read, scene.language), read.offers)
    if isinstance(read.value, Range | bool | str | frozenset | Records):
        return Answered(read.value, typed=True)
    raise AssertionError(f"a single value was asked, not {type(read.value).__name__}")


def _id(key: Key, option: str) -> str:
    return f"a:{token(*key, option)}"
