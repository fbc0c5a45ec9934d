"""The staff's desk: who sees which ticket, and holding, answering and closing one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Actor
from api.accounts.models import Account
from api.deliveries.models import Delivery, Priority
from api.deliveries.service import lay
from api.enterprises.models import Organisation
from api.foundation.errors import BadInput, Fault, NotFound, NotHolder, WrongState
from api.tickets.models import Ticket, TicketMessage, TicketState
from dialogs.cards.staff import given_back_reply, staff_reply, taken_over_reply
from dialogs.message import Reply
from knowledge.model import Language

HOLD = timedelta(minutes=30)
"""How long a conversation stays with a person who says nothing."""
TOPIC = "tickets"
_LONGEST = 3500
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket as the queue shows it."""

    ticket: Ticket
    organisation: str | None
    holder: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a member of staff wrote, and what became of it."""

    text: str
    author: str | None
    at: datetime
    state: str
    cause: str | None


async def tickets_seen_by(
    session: AsyncSession, actor: Actor, *, closed: bool = False
) -> Sequence[Line]:
    """Tickets of nobody's office and of the actor's own; the longest waiting first."""
    found = (
        select(Ticket, col(Organisation.name), col(Account.name))
        .join(Organisation, col(Organisation.id) == col(Ticket.organisation_id))
        .outerjoin(Account, col(Account.id) == col(Ticket.held_by))
        .where(
            (col(Ticket.state) == TicketState.CLOSED.value)
            if closed
            else (col(Ticket.state) != TicketState.CLOSED.value)
        )
        .order_by(
            case((col(Ticket.state) == TicketState.OPEN.value, 0), else_=1),
            col(Ticket.opened_at).desc() if closed else col(Ticket.opened_at),
            col(Ticket.id),
        )
        .limit(200)
    )
    if not actor.sees_every_office:
        found = found.where(
            or_(col(Ticket.office_id).is_(None), col(Ticket.office_id) == actor.office)
        )
    return [Line(ticket, name, holder) for ticket, name, holder in await session.execute(found)]


async def waiting(session: AsyncSession, actor: Actor) -> int:
    """How many tickets nobody holds."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(Ticket)
            .where(
                col(Ticket.state) == TicketState.OPEN.value,
                or_(col(Ticket.office_id).is_(None), col(Ticket.office_id) == actor.office),
            )
        )
    ) or 0


async def ticket_seen_by(session: AsyncSession, actor: Actor, id_: UUID) -> Ticket:
    """One ticket; raises `NotFound` for that of another office."""
    ticket = await session.get(Ticket, id_)
    if ticket is None:
        raise NotFound
    mine = actor.sees_every_office or ticket.office_id in {None, actor.office}
    if not mine:
        raise NotFound
    return ticket


async def claim(session: AsyncSession, actor: Actor, ticket: Ticket, *, now: datetime) -> None:
    """Hold the conversation: the assistant is silent from now on. Raises `WrongState`.

    One condition in the database decides where two are as fast.
    """
    taken = await session.scalar(
        update(Ticket)
        .where(col(Ticket.id) == ticket.id, col(Ticket.state) == TicketState.OPEN.value)
        .values(
            state=TicketState.HELD.value, held_by=actor.account, held_until=now + HOLD,
            office_id=actor.office,
        )
        .returning(col(Ticket.id))
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if taken is None:
        raise WrongState
    await session.refresh(ticket)
    replies = {language: taken_over_reply(actor.name, language) for language in _LANGUAGES}
    await _tell(session, ticket, f"claimed:{int(now.timestamp())}", replies, now)


async def reply(
    session: AsyncSession, actor: Actor, ticket: Ticket, text: str, token: str, *, now: datetime
) -> None:
    """Answer the applicant where they asked; the same form again is the same answer."""
    _must_hold(ticket, actor, now)
    text = text.strip()
    if not 0 < len(text) <= _LONGEST:
        raise BadInput(Fault("text", "length", "回复为 1–3500 个字 / 1 to 3,500 characters"))
    replies = {language: staff_reply(actor.name, text, language) for language in _LANGUAGES}
    if not await _tell(session, ticket, f"said:{token[:40]}", replies, now):
        return
    last = await session.scalar(
        select(func.max(col(TicketMessage.sequence))).where(
            col(TicketMessage.ticket_id) == ticket.id
        )
    )
    session.add(
        TicketMessage(
            ticket_id=ticket.id, sequence=(last or 0) + 1, account_id=actor.account, text=text,
            token=token[:40], at=now,
        )
    )  # fmt: skip
    ticket.held_until, ticket.answered_at = now + HOLD, now


async def give_back(session: AsyncSession, actor: Actor, ticket: Ticket, *, now: datetime) -> None:
    """The assistant speaks again; the ticket stays open."""
    _must_hold(ticket, actor, now)
    _open(ticket)
    await _tell_back(session, ticket, "staff", now)


async def close(session: AsyncSession, actor: Actor, ticket: Ticket, *, now: datetime) -> None:
    """It is settled. Whoever holds it may say so, or anybody where nobody does."""
    if ticket.state == TicketState.CLOSED.value:
        raise WrongState
    if ticket.state == TicketState.HELD.value:
        _must_hold(ticket, actor, now)
    _open(ticket)
    ticket.state, ticket.closed_at = TicketState.CLOSED.value, now
    ticket.office_id = ticket.office_id or actor.office
    await _tell_back(session, ticket, "closed", now)


def reopen(ticket: Ticket) -> None:
    """It is not settled after all."""
    if ticket.state != TicketState.CLOSED.value:
        raise WrongState
    _open(ticket)
    ticket.closed_at = None


async def end_holds(session: AsyncSession, *, now: datetime) -> int:
    """Holds that ran out: the assistant speaks again, and the applicant is told once."""
    found = await session.scalars(
        select(Ticket)
        .where(col(Ticket.state) == TicketState.HELD.value, col(Ticket.held_until) <= now)
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    tickets = found.all()
    for ticket in tickets:
        _open(ticket)
        await _tell_back(session, ticket, "timeout", now)
    return len(tickets)


async def holder_name(session: AsyncSession, ticket: Ticket, *, now: datetime) -> str:
    """Who holds a ticket now; empty when nobody does."""
    if ticket.held_by is None or ticket.held_until is None or ticket.held_until <= now:
        return ""
    account = await session.get(Account, ticket.held_by)
    return "" if account is None else account.name


async def said_on(session: AsyncSession, ticket: Ticket) -> Sequence[Said]:
    """What staff wrote, with what became of each message."""
    found = await session.execute(
        select(TicketMessage, col(Account.name), col(Delivery.state), col(Delivery.cause))
        .outerjoin(Account, col(Account.id) == col(TicketMessage.account_id))
        .outerjoin(
            Delivery,
            (col(Delivery.person_id) == ticket.person_id)
            & (
                col(Delivery.occasion)
                == func.concat(f"ticket:{ticket.id}:said:", col(TicketMessage.token))
            ),
        )
        .where(col(TicketMessage.ticket_id) == ticket.id)
        .order_by(col(TicketMessage.sequence))
    )
    return [
        Said(message.text, author, message.at, state or "", cause)
        for message, author, state, cause in found
    ]


def _open(ticket: Ticket) -> None:
    ticket.state = TicketState.OPEN.value
    ticket.held_by = ticket.held_until = None


def _must_hold(ticket: Ticket, actor: Actor, now: datetime) -> None:
    held = ticket.state == TicketState.HELD.value and ticket.held_by == actor.account
    if not held or ticket.held_until is None or ticket.held_until <= now:
        raise NotHolder


async def _tell_back(session: AsyncSession, ticket: Ticket, why: str, now: datetime) -> None:
    replies: dict[Language, Reply] = {}
    for language in _LANGUAGES:
        match why:
            case "closed":
                replies[language] = given_back_reply(language, "closed")
            case "timeout":
                replies[language] = given_back_reply(language, "timeout")
            case _:
                replies[language] = given_back_reply(language, "staff")
    await _tell(session, ticket, f"back:{int(now.timestamp())}", replies, now)


async def _tell(
    session: AsyncSession,
    ticket: Ticket,
    what: str,
    replies: dict[Language, Reply],
    now: datetime,
) -> bool:
    return await lay(
        session, occasion=f"ticket:{ticket.id}:{what}", person=ticket.person_id,
        contact=ticket.contact_id, priority=Priority.STAFF, replies=replies, now=now,
    )  # fmt: skip
