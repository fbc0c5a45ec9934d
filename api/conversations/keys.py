"""The tokens that open a conversation: one for each device, and one link at a time."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.models import Conversation, ConversationId, ConversationKey, Purpose
from api.foundation.errors import LinkDead, NoConversation
from api.foundation.ids import digest, new_token


def give_device(
    session: AsyncSession, conversation: ConversationId, key: str, *, now: datetime
) -> None:
    """Let whoever holds the key come back; it ends with the conversation."""
    session.add(
        ConversationKey(
            digest=digest(key),
            conversation_id=conversation,
            purpose=Purpose.DEVICE.value,
            created_at=now,
            expires_at=None,
        )
    )


async def opened_by(session: AsyncSession, key: str) -> Conversation | None:
    """The conversation a device's key opens."""
    return await session.scalar(
        select(Conversation)
        .join(ConversationKey, col(ConversationKey.conversation_id) == col(Conversation.id))
        .where(
            col(ConversationKey.digest) == digest(key),
            col(ConversationKey.purpose) == Purpose.DEVICE.value,
        )
    )


async def conversation_of(session: AsyncSession, key: str | None) -> Conversation:
    """The same; raises `NoConversation`."""
    found = None if not key else await opened_by(session, key)
    if found is None:
        raise NoConversation
    return found


async def take_away(session: AsyncSession, key: str) -> None:
    """End a device's key."""
    await session.execute(
        delete(ConversationKey).where(
            col(ConversationKey.digest) == digest(key),
            col(ConversationKey.purpose) == Purpose.DEVICE.value,
        )
    )


async def new_link(
    session: AsyncSession, conversation: ConversationId, *, days: int, now: datetime
) -> tuple[str, datetime]:
    """A fresh token for another device, and until when it works; the one before ends."""
    # Of two who ask at once the later one's works, and not both.
    await session.get(Conversation, conversation, with_for_update=True, populate_existing=True)
    await session.execute(
        delete(ConversationKey).where(
            col(ConversationKey.conversation_id) == conversation,
            col(ConversationKey.purpose) == Purpose.LINK.value,
        )
    )
    token, until = new_token(), now + timedelta(days=days)
    session.add(
        ConversationKey(
            digest=digest(token),
            conversation_id=conversation,
            purpose=Purpose.LINK.value,
            created_at=now,
            expires_at=until,
        )
    )
    return token, until


async def follow_link(
    session: AsyncSession, token: str, *, now: datetime
) -> tuple[Conversation, str]:
    """The conversation behind a link, with a new key for this device; raises `LinkDead`."""
    found = await session.scalar(
        select(Conversation)
        .join(ConversationKey, col(ConversationKey.conversation_id) == col(Conversation.id))
        .where(
            col(ConversationKey.digest) == digest(token),
            col(ConversationKey.purpose) == Purpose.LINK.value,
            or_(col(ConversationKey.expires_at).is_(None), col(ConversationKey.expires_at) > now),
        )
    )
    if found is None:
        raise LinkDead
    key = new_token()
    give_device(session, found.id, key, now=now)
    return found, key


async def drop_dead_links(session: AsyncSession, *, now: datetime) -> None:
    """Remove links whose days are over."""
    await session.execute(delete(ConversationKey).where(col(ConversationKey.expires_at) <= now))
