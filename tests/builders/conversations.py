"""A conversation with a host in memory, which keeps the state as JSON and does the effects."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from dialogs.codes import shown_code
from dialogs.effect import (
    AnswerReminder,
    Effect,
    EraseMe,
    Forget,
    GiveConsent,
    Join,
    NameOrganisation,
    Remember,
    SetLanguage,
    Subscribe,
    SwitchSubject,
    TakeBack,
    Unsubscribe,
)
from dialogs.message import Choice, Incoming, Opened, Pressed, Reply, Said
from dialogs.state import load_state, write_state
from dialogs.turn import Turn, take_turn
from dialogs.world import Finder, Invitation, Party, World, in_memory
from knowledge.base import KnowledgeBase
from knowledge.loading import builtin
from knowledge.profile import Dossier
from knowledge.value import read_dossier
from tests.builders.knowledge import a_criterion, a_programme_of, a_release

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@dataclass
class Talk:
    """One person in conversation; `last` are the replies of the last turn.

    `invitations` are the good codes: the one shown is looked up before the turn, as a host does.
    """

    world: World
    kept: object = None
    last: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    all_effects: list[Effect] = field(default_factory=list)
    invitations: dict[str, Invitation] = field(default_factory=dict)

    def take(self, said: Incoming) -> Turn:
        state = load_state(self.kept)
        found = self.invitations.get(shown_code(said, state))
        turn = take_turn(said, state, replace(self.world, invitation=found))
        self.kept = json.loads(json.dumps(write_state(turn.state)))
        self.last, self.effects = turn.replies, turn.effects
        self.all_effects.extend(turn.effects)
        for effect in turn.effects:
            self.world = performed(effect, self.world)
            if isinstance(effect, Join):
                del self.invitations[effect.code]
        return turn

    def open(self, start: str = "") -> Turn:
        return self.take(Opened(start=start))

    def say(self, text: str) -> Turn:
        return self.take(Said(text=text))

    def press(self, label: str) -> Turn:
        return self.take(Pressed(button=self.button(label)))

    def button(self, label: str) -> str:
        """The id of the newest button that starts with these words."""
        for choice in reversed(self.buttons):
            if choice.label.startswith(label):
                return choice.id
        raise AssertionError(f"no button {label!r} among {[c.label for c in self.buttons]}")

    @property
    def buttons(self) -> list[Choice]:
        return [choice for reply in self.last for choice in buttons_of(reply)]

    @property
    def shown(self) -> str:
        return "\n".join(everything(reply) for reply in self.last)


def buttons_of(reply: Reply) -> list[Choice]:
    """Every button of a reply, those of its card first."""
    sections = reply.card.sections if reply.card else ()
    lines = [line for section in sections for line in section.lines]
    return [*(choice for line in lines for choice in line.choices), *reply.choices]


def everything(reply: Reply) -> str:
    """All words of a reply, as somebody reads them."""
    words = [reply.text, reply.footer]
    if reply.card is not None:
        words += [reply.card.title, reply.card.subtitle, reply.card.lead]
        words += [badge.label for badge in reply.card.badges]
        for section in reply.card.sections:
            words.append(section.title)
            for line in section.lines:
                words += [line.text, *line.notes, line.link]
                if line.quote is not None:
                    words += [line.quote.document, line.quote.article, line.quote.text]
    return "\n".join(words)


def performed(effect: Effect, world: World) -> World:  # noqa: C901 - one arm an effect
    """The world after the host has done what a turn asked for."""
    match effect:
        case GiveConsent():
            return replace(world, consent=True)
        case Remember(asking=asking, value=raw):
            read = read_dossier(world.knowledge.facts, {str(asking): raw}).get(asking)
            assert read is not None
            return world.having(asking, read)
        case Forget(asking=asking):
            return world.without(asking)
        case SetLanguage(language=language):
            return replace(world, language=language)
        case EraseMe():
            return replace(
                world, consent=False, dossier=Dossier(), subscriptions=frozenset(), subject=None
            )
        case TakeBack():
            return replace(world, held_by="")
        case Subscribe(programme):
            return replace(world, subscriptions=world.subscriptions | {programme})
        case Unsubscribe(programme):
            return replace(world, subscriptions=world.subscriptions - {programme})
        case AnswerReminder(window, answer):
            said = "" if answer == "later" else answer
            return replace(
                world,
                deadlines=tuple(
                    replace(each, answer=said) if each.window == window else each
                    for each in world.deadlines
                ),
            )
        case NameOrganisation(name):
            return replace(world, subject=Party(id="own", name=name), verified=False)
        case SwitchSubject(subject):
            return switched(world, subject)
        case _:
            return world


def switched(world: World, subject: str) -> World:
    """The world of another organisation of the same person."""
    chosen = next(party for party in world.others if party.id == subject)
    before = () if world.subject is None else (world.subject,)
    others = (*before, *(party for party in world.others if party is not chosen))
    return replace(world, subject=chosen, others=others, dossier=Dossier())


def a_talk(
    knowledge: KnowledgeBase | None = None,
    *,
    consent: bool = False,
    known: dict[str, object] | None = None,
    search: Finder | None = None,
    now: datetime = NOON,
) -> Talk:
    """A conversation that has not begun; with consent, one that has been greeted."""
    base = knowledge or builtin()
    talk = Talk(in_memory(base, now, search=search))
    if consent:
        talk.open()
        talk.press("同意")
        talk.world = replace(talk.world, dossier=read_dossier(base.facts, known or {}))
    return talk


EVERY_KIND = "\n".join(
    [
        "applies_to:",
        "  cite: 第一条",
        "  quote: 应当符合条件",
        "  test: colour != blue",
        a_programme_of(
            a_criterion("rd_staff / staff >= 50%", id_="team"),
            a_criterion("founded <= today - 1 年", id_="founded"),
            a_criterion("includes(founders, firm)", id_="founders", force="open_list"),
            a_criterion("last_year(income) >= 100 万元", id_="income"),
            a_criterion("exists(prizes where kind == gold)", id_="prizes", force="soft"),
        ),
        "exclusions:",
        "  - id: listed",
        "    cite: 第一条",
        "    quote: 应当符合条件",
        "    test: listed and not honest",
    ]
)
"""A programme whose questions take every form of answer."""
IN_FORCE = datetime(2025, 6, 2, 4, 0, tzinfo=UTC)
"""A day on which the small releases of `tests.builders.knowledge` are in force."""


def a_small_talk(*, consent: bool = False, known: dict[str, object] | None = None) -> Talk:
    """A conversation over one small programme with every form of answer."""
    return a_talk(a_release(EVERY_KIND), consent=consent, known=known, now=IN_FORCE)
