"""Holds that ran out."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from api.foundation.database import Database
from api.tickets.close import tell_back
from api.tickets.desk import release
from api.tickets.models import Ticket, TicketState

_BATCH = 100


async def end_holds(database: Database, *, now: datetime) -> int:
    """Open what nobody said anything on for too long; the applicants are told once. How many."""
    async with database.writing() as session:
        found = await session.scalars(
            select(Ticket)
            .where(col(Ticket.state) == TicketState.HELD.value, col(Ticket.held_until) <= now)
            .order_by(col(Ticket.held_until), col(Ticket.id))
            .limit(_BATCH)
            .with_for_update(skip_locked=True, key_share=True)
        )
        tickets = found.all()
        for ticket in tickets:
            release(ticket)
            await tell_back(session, ticket, "timeout", now)
    return len(tickets)
