"""The messages of a person who turns out to be another one."""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deliveries.models import Delivery
from api.enterprises.models import PersonId


async def move_person(session: AsyncSession, old: PersonId, new: PersonId) -> None:
    """What one was told the other is not told again: the same occasion stays once."""
    told = select(col(Delivery.occasion)).where(col(Delivery.person_id) == new)
    await session.execute(
        delete(Delivery).where(col(Delivery.person_id) == old, col(Delivery.occasion).in_(told))
    )
    await session.execute(
        update(Delivery).where(col(Delivery.person_id) == old).values(person_id=new)
    )
