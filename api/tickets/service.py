"""Opening tickets, and who holds a conversation."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.models import Account
from api.enterprises.models import ContactId, OrganisationId, PersonId
from api.foundation.ids import new_id
from api.tickets.models import Ticket, TicketId, TicketMessage, TicketState

LONGEST_REASON = 4000
_HOLDER = (
    select(col(Account.name))
    .join(Ticket, col(Ticket.held_by) == col(Account.id))
    .where(
        col(Ticket.contact_id) == bindparam("contact"),
        col(Ticket.state) == TicketState.HELD.value,
        col(Ticket.held_until) > bindparam("now"),
    )
    .limit(1)
)


def open_ticket(
    session: AsyncSession,
    *,
    kind: str,
    reason: str,
    programme: str,
    criterion: str,
    release: str,
    person: PersonId,
    organisation: OrganisationId,
    contact: ContactId,
    now: datetime,
) -> Ticket:
    """Ask for a person, or object to a criterion; the words are kept as far as a row takes them."""
    ticket = Ticket(
        id=TicketId(new_id()),
        kind=kind,
        reason=reason[:LONGEST_REASON],
        programme=programme or None,
        criterion=criterion or None,
        release=release,
        person_id=person,
        organisation_id=organisation,
        contact_id=contact,
        opened_at=now,
    )
    session.add(ticket)
    return ticket


async def tickets_of(session: AsyncSession, person: PersonId) -> list[Ticket]:
    """The tickets a person opened, the oldest first."""
    found = await session.scalars(
        select(Ticket)
        .where(col(Ticket.person_id) == person)
        .order_by(col(Ticket.opened_at), col(Ticket.id))
    )
    return list(found)


async def messages_on(session: AsyncSession, ticket: TicketId) -> list[TicketMessage]:
    """What staff wrote on a ticket, in order."""
    found = await session.scalars(
        select(TicketMessage)
        .where(col(TicketMessage.ticket_id) == ticket)
        .order_by(col(TicketMessage.sequence))
    )
    return list(found)


async def holder_of(session: AsyncSession, contact: ContactId, *, now: datetime) -> str:
    """The name of the person who holds a conversation now; empty when the assistant speaks."""
    return await session.scalar(_HOLDER, {"contact": contact, "now": now}) or ""


async def take_back(session: AsyncSession, contact: ContactId) -> None:
    """The applicant wants the assistant back: whoever holds the conversation no longer does.

    The ticket stays open, so that what was asked can still be answered.
    """
    held = await session.scalars(
        select(Ticket).where(
            col(Ticket.contact_id) == contact, col(Ticket.state) == TicketState.HELD.value
        )
    )
    for ticket in held:
        ticket.state = TicketState.OPEN.value
        ticket.held_by = ticket.held_until = None
