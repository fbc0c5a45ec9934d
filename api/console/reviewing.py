"""What staff look at before they answer: the profile, the verdict, and what was said so far."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.actors import Actor
from api.console.texts import marked, text
from api.conversations.models import Direction
from api.conversations.transcript import EntryOut, conversation_in, latest_entries
from api.deadlines.service import deadlines_for, region_of
from api.enterprises.models import Contact, ContactId, Organisation, OrganisationId, PersonId
from api.enterprises.service import recall
from api.library.service import Library
from api.library.windows import as_filing_windows, current_windows
from api.tickets.desk import is_held
from api.tickets.models import Ticket
from api.tickets.queue import holder_name
from api.tickets.reply import Answer, answers_on
from dialogs import wording
from dialogs.cards import programme_card
from dialogs.cards.reasons import objection_id
from dialogs.message import Attached, Card, CardLine, Choice, Incoming, Opened, Pressed, Reply, Said
from dialogs.scene import Scene
from dialogs.state import State
from dialogs.world import SAMPLE_OPERATOR, World
from knowledge.base import KnowledgeBase
from knowledge.model import Language
from knowledge.profile import Asking, Dossier

MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Known:
    """One answer of the profile, in words."""

    fact: str
    value: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the verdict's card; `doubted` are the places of lines that are objected to."""

    title: str
    lines: Sequence[CardLine]
    doubted: frozenset[int]
    open: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """The verdict of the programme a ticket concerns, on what its person said."""

    card: Card
    chapters: Sequence[Chapter]
    found: bool
    """Whether the line that is objected to is on the card."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of the transcript. `who`: applicant, assistant, staff."""

    who: str
    author: str
    at: datetime
    words: str
    beside: str = ""
    """What a button, a card or a file was."""


@dataclass(frozen=True, slots=True)
class About:
    """Everything a person needs to answer."""

    ticket: Ticket
    organisation: str
    sample: bool
    channel: str
    reachable: bool
    holder: str
    mine: bool
    title: str
    older: bool
    """Whether another release was in use when the ticket was opened."""
    known: Sequence[Known]
    answered: Answered | None
    spoken: Sequence[Spoken]
    answers: Sequence[Answer]


def known_of(base: KnowledgeBase, dossier: Dossier, language: Language) -> list[Known]:
    """A profile in the words of the chat."""
    known = []
    for asking in dossier.askings():
        fact, value = base.facts.get(asking.fact), dossier.get(asking)
        if fact is not None and value is not None:
            words = wording.value(fact, value, language)
            known.append(Known(wording.asking(asking, base, language), words))
    return known


async def profile_of(
    session: AsyncSession, library: Library, organisation: OrganisationId, person: PersonId
) -> Dossier:
    """What a person's chat knows of an organisation: no more than they may see themselves."""
    return await recall(session, library.base, organisation, member=person)


async def answered_for(
    session: AsyncSession,
    library: Library,
    ticket: Ticket,
    dossier: Dossier,
    language: Language,
    *,
    now: datetime,
) -> Answered | None:
    """The card of the chat for the ticket's programme; None without one, or of another release."""
    base, programme = library.base, ticket.programme or ""
    if programme not in base.programmes:
        return None
    region = region_of(dossier)
    windows = await current_windows(session, now=now)
    world = World(
        now=now, knowledge=base, operator=SAMPLE_OPERATOR, dossier=dossier, language=language,
        consent=True, windows=as_filing_windows(windows, region),
        deadlines=await deadlines_for(session, ticket.person_id, windows, region),
    )  # fmt: skip
    card = await asyncio.to_thread(_card, world, programme)
    doubt = objection_id(programme, ticket.criterion) if ticket.criterion else ""
    chapters = list(_chapters(card, doubt))
    return Answered(card, chapters, any(chapter.doubted for chapter in chapters))


def _card(world: World, programme: str) -> Card:
    scene = Scene(world=world, state=State(language=world.language))
    return programme_card(scene, scene.verdict(programme))


def _chapters(card: Card, doubt: str) -> Iterator[Chapter]:
    for section in card.sections:
        doubted = frozenset(
            place
            for place, line in enumerate(section.lines)
            if doubt and any(choice.id == doubt for choice in line.choices)
        )
        is_open = bool(doubted) or not (section.folded or doubt)
        yield Chapter(section.title, section.lines, doubted, is_open)


async def spoken_in(
    session: AsyncSession, library: Library, contact: ContactId, language: Language
) -> Sequence[Spoken]:
    """The end of the conversation held in a chat."""
    conversation = await conversation_in(session, contact)
    if conversation is None:
        return ()
    entries = await latest_entries(session, conversation.id, limit=MOST_ENTRIES)
    return list(_spoken(entries, library.base, language))


def _spoken(
    entries: Sequence[EntryOut], base: KnowledgeBase, language: Language
) -> Iterator[Spoken]:
    labels: dict[str, str] = {}
    for entry in entries:
        if entry.direction is Direction.IN and entry.said is not None:
            words, beside = _heard(entry.said, labels, base, language)
            yield Spoken("applicant", "", entry.at, words, beside)
        elif entry.reply is not None:
            labels.update((choice.id, choice.label) for choice in _choices(entry.reply))
            yield _replied(entry.reply, entry.at)


def _heard(
    said: Incoming, labels: Mapping[str, str], base: KnowledgeBase, language: Language
) -> tuple[str, str]:
    """The words of an applicant, and what they did instead of writing."""
    match said:
        case Said(text=words):
            return words, ""
        case Pressed(button=button):
            label = labels.get(button)
            if label is None:  # from before consent, or from long ago
                return "", text(marked("按了一个按钮"), language)
            return "", text(marked("按了“{label}”"), language, label=label)
        case Attached(name=name, text=words):
            return words, text(marked("发来文件：{name}"), language, name=name)
        case Opened():
            return "", text(marked("打开了对话"), language)
        case _:
            asked = _asked(said.asking, base, language)
            return "", text(marked("在表单中回答：{asked}"), language, asked=asked)


def _asked(asking: str, base: KnowledgeBase, language: Language) -> str:
    try:
        parsed = Asking.parse(asking)
    except ValueError:
        return asking
    return wording.asking(parsed, base, language) if parsed.fact in base.facts else asking


def _choices(reply: Reply) -> Iterator[Choice]:
    yield from reply.choices
    for section in () if reply.card is None else reply.card.sections:
        for line in section.lines:
            yield from line.choices


def _replied(reply: Reply, at: datetime) -> Spoken:
    card = "" if reply.card is None else f"{reply.card.title}\n{reply.card.lead}".strip()
    who = "staff" if reply.kind == "staff" else "assistant"
    return Spoken(who, reply.author, at, reply.text, card)


async def about_ticket(
    session: AsyncSession, actor: Actor, library: Library, row: Ticket, now: datetime
) -> About:
    """Everything about a ticket, as far as its applicant may see it themselves."""
    organisation = await session.get_one(Organisation, row.organisation_id)
    contact = await session.get_one(Contact, row.contact_id)
    dossier = await profile_of(session, library, row.organisation_id, row.person_id)
    programme = library.base.programmes.get(row.programme or "")
    return About(
        ticket=row,
        organisation=organisation.name or "",
        sample=organisation.sample,
        channel=contact.channel,
        reachable=contact.ended_at is None,
        holder=await holder_name(session, row, now=now),
        mine=row.held_by == actor.account and is_held(row, now),
        title="" if programme is None else programme.title.of(actor.language),
        older=row.release != library.base.release,
        known=known_of(library.base, dossier, actor.language),
        answered=await answered_for(session, library, row, dossier, actor.language, now=now),
        spoken=await spoken_in(session, library, row.contact_id, actor.language),
        answers=await answers_on(session, row),
    )
