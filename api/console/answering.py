"""The staff's desk: the queue, one ticket with everything about it, and what can be done."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.actors import Actor
from api.console.entrance import CheckedForm, TicketAnswerer, TicketReader
from api.console.live import RoomToFollow, changes
from api.console.pages import page_router
from api.console.shell import after, render
from api.conversations.transcript import EntryOut, conversation_in, latest_entries
from api.deliveries.service import TOPIC as DELIVERIES
from api.enterprises.models import Contact, Organisation
from api.enterprises.service import recall
from api.foundation.database import ReadSession, WriteSession, database_of
from api.foundation.errors import HuiqiError, Refused
from api.foundation.ids import new_token
from api.foundation.now import Moment
from api.library.service import Library, LibraryDep
from api.tickets import desk
from api.tickets.models import Ticket
from dialogs import wording
from dialogs.cards import programme_card
from dialogs.cards.reasons import objection_id
from dialogs.message import Card
from dialogs.scene import Scene
from dialogs.state import State
from dialogs.world import SAMPLE_OPERATOR, World
from knowledge.model import Language
from knowledge.profile import Dossier

router = page_router()

MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Known:
    """One answer of the profile, in words."""

    fact: str
    value: str


@dataclass(frozen=True, slots=True)
class About:
    """Everything a person needs to answer."""

    ticket: Ticket
    organisation: str
    sample: bool
    channel: str
    holder: str
    mine: bool
    criterion: str
    doubt: str
    """The button of the doubted line on the card."""
    title: str
    known: Sequence[Known]
    card: Card | None
    entries: Sequence[EntryOut]
    said: Sequence[desk.Said]


@router.get("/tickets")
async def queue(
    request: Request,
    actor: TicketReader,
    session: ReadSession,
    library: LibraryDep,
    show: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    closed = show == "closed"
    part = "x-live" in request.headers
    tickets = await desk.tickets_seen_by(session, actor, closed=closed)
    return render(
        request, actor, "tickets_part.html" if part else "tickets.html", tickets=tickets,
        closed=closed, titles=_titles(library, actor.language),
    )  # fmt: skip


@router.get("/tickets/live", response_class=EventSourceResponse, dependencies=[RoomToFollow])
async def follow_queue(request: Request, actor: TicketReader) -> AsyncIterator[ServerSentEvent]:
    del actor
    async for event in changes(request, desk.TOPIC):
        yield event


@router.get("/tickets/{ticket}")
async def one(
    request: Request,
    ticket: UUID,
    actor: TicketReader,
    session: ReadSession,
    library: LibraryDep,
    now: Moment,
) -> Response:
    row = await desk.ticket_seen_by(session, actor, ticket)
    return await _page(request, actor, session, library, row, now=now)


async def _page(
    request: Request,
    actor: Actor,
    session: AsyncSession,
    library: Library,
    row: Ticket,
    *,
    now: Moment,
    error: HuiqiError | None = None,
    text: str = "",
) -> Response:
    about = await _about(session, actor, library, row, now)
    template = "ticket_part.html" if "x-live" in request.headers else "ticket.html"
    status = 200 if error is None else 409
    return render(
        request, actor, template, status=status, error=error, about=about, text=text,
        form_token=new_token()[:32],
    )  # fmt: skip


@router.get(
    "/tickets/{ticket}/live", response_class=EventSourceResponse, dependencies=[RoomToFollow]
)
async def follow_one(
    request: Request, ticket: UUID, actor: TicketReader
) -> AsyncIterator[ServerSentEvent]:
    async with database_of(request).reading() as session:
        row = await desk.ticket_seen_by(session, actor, ticket)
        conversation = await conversation_in(session, row.contact_id)
    topic = str(row.id) if conversation is None else str(conversation.id)
    async for event in changes(request, f"ticket:{row.id}", topic):
        yield event


@router.post("/tickets/{ticket}/claim")
async def claim(
    request: Request,
    ticket: UUID,
    actor: TicketAnswerer,
    form: CheckedForm,
    session: WriteSession,
    now: Moment,
) -> Response:
    del form
    row = await desk.ticket_seen_by(session, actor, ticket)
    await desk.claim(session, actor, row, now=now)
    return _back(request, ticket, "claimed")


@router.post("/tickets/{ticket}/reply")
async def reply(
    request: Request,
    ticket: UUID,
    actor: TicketAnswerer,
    form: CheckedForm,
    session: WriteSession,
    library: LibraryDep,
    now: Moment,
) -> Response:
    row = await desk.ticket_seen_by(session, actor, ticket)
    try:
        await desk.reply(session, actor, row, form["text"], form["token"], now=now)
    except Refused as error:
        return await _page(
            request, actor, session, library, row, now=now, error=error, text=form["text"]
        )
    return _back(request, ticket, "replied")


@router.post("/tickets/{ticket}/give-back")
async def give_back(
    request: Request,
    ticket: UUID,
    actor: TicketAnswerer,
    form: CheckedForm,
    session: WriteSession,
    now: Moment,
) -> Response:
    del form
    row = await desk.ticket_seen_by(session, actor, ticket)
    await desk.give_back(session, actor, row, now=now)
    return _back(request, ticket, "given-back")


@router.post("/tickets/{ticket}/close")
async def close(
    request: Request,
    ticket: UUID,
    actor: TicketAnswerer,
    form: CheckedForm,
    session: WriteSession,
    now: Moment,
) -> Response:
    del form
    row = await desk.ticket_seen_by(session, actor, ticket)
    await desk.close(session, actor, row, now=now)
    return _back(request, ticket, "closed")


@router.post("/tickets/{ticket}/reopen")
async def reopen(
    request: Request, ticket: UUID, actor: TicketAnswerer, form: CheckedForm, session: WriteSession
) -> Response:
    del form
    desk.reopen(await desk.ticket_seen_by(session, actor, ticket))
    return _back(request, ticket, "reopened")


def _back(request: Request, ticket: UUID, done: str) -> Response:
    """To the ticket's page; who follows is woken once the answer, and so the commit, is done."""
    return after(
        f"/console/tickets/{ticket}", done,
        wake=request.app.state.wake, topics=(DELIVERIES, desk.TOPIC, f"ticket:{ticket}"),
    )  # fmt: skip


async def _about(
    session: AsyncSession, actor: Actor, library: Library, row: Ticket, now: Moment
) -> About:
    organisation = await session.get_one(Organisation, row.organisation_id)
    contact = await session.get_one(Contact, row.contact_id)
    conversation = await conversation_in(session, row.contact_id)
    dossier = await recall(session, library.base, row.organisation_id)
    programme = library.base.programmes.get(row.programme or "")
    entries = (
        ()
        if conversation is None
        else await latest_entries(session, conversation.id, limit=MOST_ENTRIES)
    )
    return About(
        ticket=row,
        organisation=organisation.name or "",
        sample=organisation.sample,
        channel=contact.channel,
        holder=await desk.holder_name(session, row, now=now),
        mine=row.held_by == actor.account and row.held_until is not None and row.held_until > now,
        criterion=row.criterion or "",
        doubt=objection_id(row.programme or "", row.criterion or ""),
        title="" if programme is None else programme.title.of(actor.language),
        known=_known(library, dossier, actor.language),
        card=None if programme is None else _card(library, programme.id, dossier, actor, now),
        entries=entries,
        said=await desk.said_on(session, row),
    )


def _known(library: Library, dossier: Dossier, language: Language) -> list[Known]:
    """The profile in words, as the chat shows it."""
    base = library.base
    known = []
    for asking in dossier.askings():
        fact = base.facts.get(asking.fact)
        value = dossier.get(asking)
        if fact is not None and value is not None:
            words = wording.value(fact, value, language)
            known.append(Known(wording.asking(asking, base, language), words))
    return known


def _card(library: Library, programme: str, dossier: Dossier, actor: Actor, now: Moment) -> Card:
    """The verdict as the applicant saw it: the same card the chat shows."""
    world = World(
        now=now, knowledge=library.base, operator=SAMPLE_OPERATOR, dossier=dossier,
        language=actor.language, consent=True,
    )  # fmt: skip
    scene = Scene(world=world, state=State(language=actor.language))
    return programme_card(scene, scene.verdict(programme))


def _titles(library: Library, language: Language) -> dict[str, str]:
    return {id_: each.title.of(language) for id_, each in library.base.programmes.items()}
