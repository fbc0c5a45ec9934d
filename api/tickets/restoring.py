"""What a database that was restored says of holds that may have ended since."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.tickets.desk import release
from api.tickets.models import Ticket, TicketState


async def open_silently(session: AsyncSession, *, now: datetime) -> int:
    """Holds that have run out: the applicants may have been told already. Returns how many."""
    found = await session.scalars(
        select(Ticket).where(
            col(Ticket.state) == TicketState.HELD.value, col(Ticket.held_until) <= now
        )
    )
    tickets = found.all()
    for ticket in tickets:
        release(ticket)
    return len(tickets)
