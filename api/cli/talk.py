"""`huiqi talk`: the whole conversation in a terminal, by the same turns, with no database."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal, assert_never

import typer

from api.cli.printing import Printer
from api.conversations.world import operator_of
from api.foundation.now import now
from api.library.service import open_library
from api.settings import Settings
from dialogs.effect import (
    AnswerReminder,
    Effect,
    EraseMe,
    ExportMe,
    Forget,
    GiveConsent,
    Join,
    NameOrganisation,
    OfferJoin,
    OpenTicket,
    Remember,
    SetLanguage,
    Subscribe,
    SwitchSubject,
    TakeBack,
    Unsubscribe,
)
from dialogs.message import Incoming, Opened, Pressed, Reply, Said
from dialogs.state import State
from dialogs.turn import take_turn
from dialogs.world import Party, World, in_memory
from knowledge.profile import Asking, Cell, Dossier, Records
from knowledge.value import Raw, read_dossier, write_dossier

_TYPED = frozenset({"number", "money", "ratio", "date"})


def talk(
    name: Annotated[str, typer.Option("--as", help="The organisation you speak for.")] = "",
    language: Annotated[Literal["zh", "en"], typer.Option(help="What to speak.")] = "zh",
) -> None:
    """Talk in the terminal. `#2` presses the second button; Ctrl-D ends."""
    library = open_library()
    operator = operator_of(Settings.read())
    world = in_memory(
        library.base, now(), search=library.search, language=language, operator=operator
    )
    if name:
        world = replace(world, subject=Party(id="me", name=name))
    converse(world, _typed())


def converse(world: World, lines: Iterator[str]) -> None:
    """Take turns until there is nothing more to hear."""
    state, said = State(), _opened()
    while said is not None:
        world = replace(world, now=now())
        turn = take_turn(said, state, world)
        state = turn.state
        printer = Printer()
        print(printer.text(turn.replies), end="\n\n", flush=True)
        for effect in turn.effects:
            world = performed(effect, world)
        buttons = [choice.id for choice in printer.buttons]
        figures = _wants_figure(turn.replies)
        said = next((heard(line, buttons, figures=figures) for line in lines), None)


def _opened() -> Incoming | None:
    return Opened()


def _typed() -> Iterator[str]:
    """What somebody types, line by line; empty lines say nothing."""
    while True:
        if sys.stdin.isatty():
            print("> ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip():
            yield line.strip()


def _wants_figure(replies: tuple[Reply, ...]) -> bool:
    return any(reply.input is not None and reply.input.kind in _TYPED for reply in replies)


def heard(line: str, buttons: list[str], *, figures: bool) -> Incoming:
    """A line as a message. `#2` is a button; a bare `2` is one where no figure was asked for."""
    number = line.removeprefix("#")
    if number.isascii() and number.isdecimal() and (line != number or not figures):
        place = int(number[:6]) - 1
        if 0 <= place < len(buttons):
            return Pressed(button=buttons[place])
    return Said(text=line)


def performed(effect: Effect, world: World) -> World:  # noqa: C901, PLR0912 - one arm an effect
    """The world after an effect; what a host would keep is kept in memory."""
    match effect:
        case Remember(asking, value, _):
            return world.having(asking, _read(world, asking, value))
        case Forget(asking):
            return world.without(asking)
        case GiveConsent():
            return replace(world, consent=True)
        case SetLanguage(language):
            return replace(world, language=language)
        case OpenTicket(kind, reason, programme, criterion):
            print(f"[ticket: {kind} {programme} {criterion} {reason}]".replace("  ", " "))
            return world
        case ExportMe():
            kept = write_dossier(world.knowledge.facts, world.dossier)
            print(json.dumps(kept, ensure_ascii=False, indent=2))
            return world
        case EraseMe():
            return replace(world, consent=False, dossier=Dossier())
        case Subscribe(programme):
            return replace(world, subscriptions=world.subscriptions | {programme})
        case Unsubscribe(programme):
            return replace(world, subscriptions=world.subscriptions - {programme})
        case NameOrganisation(name):
            return replace(world, subject=Party(id="here", name=name))
        case TakeBack():
            return replace(world, held_by="")
        case SwitchSubject() | OfferJoin() | Join() | AnswerReminder():
            return world  # in a terminal there is one person, one subject and no window
        case _:
            assert_never(effect)


def _read(world: World, asking: Asking, value: Raw) -> Cell | Records:
    """The value of an effect, which was written by `knowledge.value` a moment ago."""
    read = read_dossier(world.knowledge.facts, {str(asking): value}).get(asking)
    if read is None:
        raise ValueError(f"{asking}: an effect without a value")
    return read
