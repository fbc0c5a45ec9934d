"""The queue: who sees which ticket. There is no query for tickets that does not know who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Action, Actor
from api.accounts.models import Account
from api.enterprises.models import Organisation
from api.foundation.errors import NotAllowed, NotFound
from api.tickets.desk import held_now, is_held
from api.tickets.models import Ticket, TicketState

MOST = 200
"""How many the queue shows at once."""


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket as the queue shows it."""

    ticket: Ticket
    organisation: str
    sample: bool
    holder: str
    """Who holds it now; empty: nobody."""


def select_tickets(*, seen_by: Actor) -> Select[Ticket]:
    """The tickets of nobody's office and of the actor's own; an auditor sees all of them."""
    if not seen_by.may(Action.TICKETS_READ):
        raise NotAllowed
    if seen_by.sees_every_office:
        return select(Ticket)
    office = col(Ticket.office_id)
    return select(Ticket).where(or_(office.is_(None), office == seen_by.office))


async def find_ticket(session: AsyncSession, id_: UUID, *, seen_by: Actor) -> Ticket:
    """One ticket; raises `NotFound`, for that of another office too."""
    found = select_tickets(seen_by=seen_by).where(col(Ticket.id) == id_)
    ticket = await session.scalar(found)
    if ticket is None:
        raise NotFound
    return ticket


async def list_tickets(
    session: AsyncSession, *, seen_by: Actor, now: datetime, closed: bool = False
) -> Sequence[Line]:
    """Open ones: those nobody holds first, the longest waiting on top; closed ones: the last."""
    is_closed = col(Ticket.state) == TicketState.CLOSED.value
    chosen = select_tickets(seen_by=seen_by).where(is_closed if closed else ~is_closed)
    order = (
        (col(Ticket.closed_at).desc(),)
        if closed
        else (case((held_now(now), 1), else_=0), col(Ticket.opened_at))
    )
    found = await session.execute(
        chosen.add_columns(col(Organisation.name), col(Organisation.sample), col(Account.name))
        .join(Organisation, col(Organisation.id) == col(Ticket.organisation_id))
        .outerjoin(Account, col(Account.id) == col(Ticket.held_by))
        .order_by(*order, col(Ticket.id))
        .limit(MOST)
    )
    return [
        Line(ticket, name or "", sample, holder or "" if is_held(ticket, now) else "")
        for ticket, name, sample, holder in found
    ]


async def count_waiting(session: AsyncSession, actor: Actor, *, now: datetime) -> int:
    """How many tickets nobody holds."""
    waiting = select_tickets(seen_by=actor).where(
        col(Ticket.state) != TicketState.CLOSED.value, ~held_now(now)
    )
    return await session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


async def holder_name(session: AsyncSession, ticket: Ticket, *, now: datetime) -> str:
    """Who holds a ticket now; empty when nobody does."""
    account = await session.get(Account, ticket.held_by) if is_held(ticket, now) else None
    return "" if account is None else account.name
