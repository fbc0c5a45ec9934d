"""The transcript: what was said and replied, in one order for every device."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.models import Conversation, ConversationId, Direction, Entry
from api.enterprises.models import Contact, ContactId
from api.foundation.columns import Raw, table_of
from api.foundation.errors import IdReused
from dialogs.message import INCOMING, Incoming, Reply, Said

_FEW = 20
_WRITE = insert(table_of(Entry))
_HELD_IN = select(Conversation).where(col(Conversation.contact_id) == bindparam("contact"))


class EntryOut(BaseModel):
    """One line of a conversation: `said` of what came in, `reply` of what went out."""

    model_config = ConfigDict(frozen=True)

    sequence: int
    at: datetime
    direction: Direction
    said: Incoming | None = None
    reply: Reply | None = None


def shown(row: Entry) -> EntryOut:
    """A kept line as it is shown."""
    came_in = row.direction == Direction.IN.value
    return EntryOut(
        sequence=row.sequence,
        at=row.at,
        direction=Direction(row.direction),
        said=_said(row.body) if came_in else None,
        reply=None if came_in else _reply(row.body),
    )


async def all_shown(rows: Sequence[Entry]) -> list[EntryOut]:
    """Several; a long conversation is read in a thread."""
    if len(rows) <= _FEW:
        return [shown(row) for row in rows]
    return await asyncio.to_thread(lambda: [shown(row) for row in rows])


def _said(body: Raw) -> Incoming:
    try:
        return INCOMING.validate_python(body)
    except ValidationError:
        return Said(text=_text_of(body))


def _reply(body: Raw) -> Reply:
    try:
        return Reply.model_validate(body)
    except ValidationError:
        return Reply(kind="text", text=_text_of(body))


def _text_of(body: Raw) -> str:
    """What can still be shown of a line that an earlier version wrote in its own shape."""
    text = body.get("text") if isinstance(body, dict) else None
    return text if isinstance(text, str) else "…"


async def entries_after(
    session: AsyncSession, conversation: ConversationId, *, after: int, limit: int
) -> list[EntryOut]:
    """The lines after a sequence number, in order."""
    found = await session.scalars(
        select(Entry)
        .where(col(Entry.conversation_id) == conversation, col(Entry.sequence) > after)
        .order_by(col(Entry.sequence))
        .limit(limit)
    )
    return await all_shown(found.all())


async def latest_entries(
    session: AsyncSession, conversation: ConversationId, *, limit: int
) -> list[EntryOut]:
    """The last lines, in order."""
    found = await session.scalars(
        select(Entry)
        .where(col(Entry.conversation_id) == conversation)
        .order_by(col(Entry.sequence).desc())
        .limit(limit)
    )
    return await all_shown(found.all()[::-1])


async def answered_before(
    session: AsyncSession, conversation: ConversationId, client_id: str, said: Incoming
) -> list[EntryOut] | None:
    """The replies to a message that came before under the same id; None for a new one.

    Raises `IdReused` where that id belongs to another message.
    """
    known = await session.scalar(
        select(Entry).where(
            col(Entry.conversation_id) == conversation, col(Entry.client_id) == client_id
        )
    )
    if known is None:
        return None
    if known.body != said.model_dump(mode="json"):
        raise IdReused
    found = await session.scalars(
        select(Entry)
        .where(col(Entry.conversation_id) == conversation, col(Entry.answers) == known.sequence)
        .order_by(col(Entry.sequence))
    )
    return [shown(row) for row in found]


async def write_down(
    session: AsyncSession,
    conversation: Conversation,
    client_id: str,
    said: Incoming,
    replies: Sequence[Reply],
    *,
    now: datetime,
) -> list[EntryOut]:
    """Add what was said and its replies at the end of the conversation; returns the replies."""
    heard = conversation.last_sequence + 1
    both = {"conversation_id": conversation.id, "at": now}
    rows = [
        both | {
            "sequence": heard, "direction": Direction.IN.value, "client_id": client_id,
            "answers": None, "body": said.model_dump(mode="json"),
        }
    ]  # fmt: skip
    rows += [
        both | {
            "sequence": heard + place, "direction": Direction.OUT.value, "client_id": None,
            "answers": heard, "body": reply.model_dump(mode="json"),
        }
        for place, reply in enumerate(replies, start=1)
    ]  # fmt: skip
    await session.execute(_WRITE, rows)
    conversation.last_sequence = heard + len(replies)
    return [
        EntryOut(sequence=heard + place, at=now, direction=Direction.OUT, reply=reply)
        for place, reply in enumerate(replies, start=1)
    ]


async def conversation_in(session: AsyncSession, contact: ContactId) -> Conversation | None:
    """The conversation held in a chat."""
    return await session.scalar(_HELD_IN, {"contact": contact})


async def tell(session: AsyncSession, contact: Contact, reply: Reply, now: datetime) -> str:
    """Write down what was said of our own accord; returns what to wake after the commit."""
    found = (
        await session.execute(
            update(Conversation)
            .where(col(Conversation.contact_id) == contact.id)
            .values(last_sequence=col(Conversation.last_sequence) + 1)
            .returning(col(Conversation.id), col(Conversation.last_sequence))
            .execution_options(synchronize_session=False)
        )
    ).one_or_none()
    if found is None:
        return ""
    session.add(
        Entry(
            conversation_id=found[0], sequence=found[1], direction=Direction.OUT.value,
            body=reply.model_dump(mode="json"), at=now,
        )
    )  # fmt: skip
    await session.flush()
    return str(found[0])
