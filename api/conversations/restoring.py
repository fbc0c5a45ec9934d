"""What a database that was restored says of what it does not know to be answered."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.models import Conversation, Update

RESTORED = "restored"
GAP = 100_000
"""More lines than any conversation can have grown by since the copy was made."""


async def set_aside(session: AsyncSession, *, now: datetime) -> int:
    """Updates that waited may have been answered since: an answer twice would be one too many.

    They stay with what they say; the next message of the chat shows where it is. Returns how many.
    """
    aside = await session.scalars(
        update(Update)
        .where(col(Update.done_at).is_(None))
        .values(problem=RESTORED, done_at=now, owner=None, lease_until=None)
        .returning(col(Update.id))
    )
    return len(aside.all())


async def number_on(session: AsyncSession) -> int:
    """Go on behind every line a page may have shown: it asks for what comes after the last one.

    Returns how many conversations there are.
    """
    moved = await session.scalars(
        update(Conversation)
        .values(last_sequence=col(Conversation.last_sequence) + GAP)
        .returning(col(Conversation.id))
        .execution_options(synchronize_session=False)
    )
    return len(moved.all())
