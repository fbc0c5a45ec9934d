"""Opening tickets."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.enterprises.models import OrganisationId, PersonId
from api.foundation.ids import new_id
from api.tickets.models import Ticket, TicketId

LONGEST_REASON = 4000


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
