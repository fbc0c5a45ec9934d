"""The staff's desk: the queue, one ticket with everything about it, and what can be done."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.actors import Actor
from api.console.entrance import CheckedForm, TicketAnswerer, TicketReader
from api.console.live import RoomToFollow, changes
from api.console.pages import page_router
from api.console.reviewing import about_ticket
from api.console.shell import after, render
from api.console.texts import marked
from api.conversations.transcript import conversation_in
from api.deliveries.service import TOPIC as DELIVERIES
from api.foundation.database import DatabaseDep, ReadSession, WriteSession
from api.foundation.errors import SENTENCES, BadInput, Fault, HuiqiError, Refused
from api.foundation.ids import new_token
from api.foundation.now import Moment
from api.library.service import Library, LibraryDep
from api.tickets import claim as claiming
from api.tickets import close as closing
from api.tickets import reply as replying
from api.tickets.desk import TOPIC, page_topic
from api.tickets.models import Ticket
from api.tickets.queue import MOST, find_ticket, list_tickets
from knowledge.model import Language

router = page_router()

_MOST_ANSWERS = 2**31 - 1
"""A greater number fits no row."""
_LENGTH = marked("回复为 1 到 3500 个字。")


@router.get("/tickets")
async def queue(
    request: Request,
    actor: TicketReader,
    session: ReadSession,
    library: LibraryDep,
    now: Moment,
    show: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    closed = show == "closed"
    lines = await list_tickets(session, seen_by=actor, now=now, closed=closed)
    return render(
        request, actor, "tickets_part.html" if _is_part(request) else "tickets.html",
        lines=lines, closed=closed, now=now, titles=_titles(library, actor.language), most=MOST,
    )  # fmt: skip


@router.get("/tickets/events", response_class=EventSourceResponse, dependencies=[RoomToFollow])
async def follow_queue(request: Request, actor: TicketReader) -> AsyncIterator[ServerSentEvent]:
    del actor
    async for event in changes(request, TOPIC):
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
    return await _page(request, actor, session, library, ticket, now=now)


async def _page(
    request: Request,
    actor: Actor,
    session: AsyncSession,
    library: Library,
    ticket: UUID,
    *,
    now: datetime,
    error: HuiqiError | None = None,
    words: str = "",
) -> Response:
    row = await find_ticket(session, ticket, seen_by=actor)
    about = await about_ticket(session, actor, library, row, now)
    return render(
        request, actor, "ticket_part.html" if _is_part(request) else "ticket.html",
        status=200 if error is None else SENTENCES[error.code].status, error=error,
        about=about, words=words, form_token=new_token()[: replying.LONGEST_TOKEN],
        longest=replying.LONGEST,
    )  # fmt: skip


async def _topics(ticket: UUID, actor: TicketReader, database: DatabaseDep) -> tuple[str, ...]:
    """What wakes the page of a ticket; looked up before the stream, which holds no session."""
    async with database.reading() as session:
        row = await find_ticket(session, ticket, seen_by=actor)
        conversation = await conversation_in(session, row.contact_id)
    spoken = () if conversation is None else (str(conversation.id),)
    return (page_topic(row), *spoken)


@router.get(
    "/tickets/{ticket}/events", response_class=EventSourceResponse, dependencies=[RoomToFollow]
)
async def follow_one(
    request: Request, topics: Annotated[tuple[str, ...], Depends(_topics)]
) -> AsyncIterator[ServerSentEvent]:
    async for event in changes(request, *topics):
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
    row = await find_ticket(session, ticket, seen_by=actor)
    await claiming.claim(session, actor, row, now=now)
    return _done(request, row, "claimed")


@router.post("/tickets/{ticket}/reply")
async def reply(
    request: Request,
    ticket: UUID,
    actor: TicketAnswerer,
    form: CheckedForm,
    database: DatabaseDep,
    library: LibraryDep,
    now: Moment,
) -> Response:
    words = form["text"]
    try:
        async with database.writing() as session:
            row = await find_ticket(session, ticket, seen_by=actor)
            await replying.reply(session, actor, row, words, form["token"], now=now)
    except Refused as error:
        # What was written is shown again: nobody loses it because a hold ran out.
        async with database.reading() as session:
            return await _page(
                request, actor, session, library, ticket, now=now, error=_said(error), words=words
            )
    return _done(request, row, "replied")


def _said(error: Refused) -> Refused:
    """A text of the wrong length is said where it was typed."""
    return BadInput(Fault("text", "length", _LENGTH)) if isinstance(error, BadInput) else error


@router.post("/tickets/{ticket}/answers/{sequence}/again")
async def send_again(
    request: Request,
    ticket: UUID,
    sequence: Annotated[int, Path(ge=0, le=_MOST_ANSWERS)],
    actor: TicketAnswerer,
    form: CheckedForm,
    session: WriteSession,
    now: Moment,
) -> Response:
    del form
    row = await find_ticket(session, ticket, seen_by=actor)
    await replying.send_again(session, actor, row, sequence, now=now)
    return _done(request, row, "replied")


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
    row = await find_ticket(session, ticket, seen_by=actor)
    await closing.give_back(session, actor, row, now=now)
    return _done(request, row, "given-back")


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
    row = await find_ticket(session, ticket, seen_by=actor)
    await closing.close(session, actor, row, now=now)
    return _done(request, row, "closed")


@router.post("/tickets/{ticket}/reopen")
async def reopen(
    request: Request, ticket: UUID, actor: TicketAnswerer, form: CheckedForm, session: WriteSession
) -> Response:
    del form
    row = await find_ticket(session, ticket, seen_by=actor)
    await closing.reopen(session, actor, row)
    return _done(request, row, "reopened")


def _done(request: Request, row: Ticket, done: str) -> Response:
    """To the ticket's page; who follows is woken once the answer, and so the commit, is done."""
    return after(
        f"/console/tickets/{row.id}", done,
        wake=request.app.state.wake, topics=(DELIVERIES, TOPIC, page_topic(row)),
    )  # fmt: skip


def _is_part(request: Request) -> bool:
    """Whether the page asks for the part that follows what happens."""
    return "x-live" in request.headers


def _titles(library: Library, language: Language) -> dict[str, str]:
    return {id_: each.title.of(language) for id_, each in library.base.programmes.items()}
