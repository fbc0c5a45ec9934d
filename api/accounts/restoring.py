"""What a database that was restored says of sign-ins that may have been ended since."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.models import ConsoleSession


async def end_sign_ins(session: AsyncSession) -> int:
    """Everybody signs in to the console anew; returns how many sign-ins there were."""
    ended = await session.scalars(delete(ConsoleSession).returning(col(ConsoleSession.digest)))
    return len(ended.all())
