"""What a database that was restored says of codes that may have been used since."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.enterprises.models import JoinCode


async def void_codes(session: AsyncSession) -> int:
    """A code is good once, and this database cannot know; returns how many there were."""
    void = await session.scalars(delete(JoinCode).returning(col(JoinCode.digest)))
    return len(void.all())
