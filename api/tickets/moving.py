"""The tickets of a person who turns out to be another one."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.enterprises.models import OrganisationId, PersonId
from api.tickets.models import Ticket


async def move_person(session: AsyncSession, old: PersonId, new: PersonId) -> None:
    """Whoever asked is the same person; the chat the answer goes to stays."""
    await session.execute(update(Ticket).where(col(Ticket.person_id) == old).values(person_id=new))


async def speak_of(
    session: AsyncSession, organisations: list[OrganisationId], instead: OrganisationId
) -> None:
    """Tickets about organisations that go are about another one from now on."""
    await session.execute(
        update(Ticket)
        .where(col(Ticket.organisation_id).in_(organisations))
        .values(organisation_id=instead)
    )
