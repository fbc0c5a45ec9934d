"""Everything kept of a person, their conversations and tickets included."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.models import Conversation, Entry
from api.conversations.transcript import EntryOut, all_shown
from api.enterprises.exporting import PersonExport, export_person
from api.enterprises.models import PersonId
from api.foundation.columns import Raw
from api.tickets.models import Ticket
from api.tickets.service import messages_on, tickets_of


class StaffMessageExport(BaseModel):
    """What a member of staff answered."""

    model_config = ConfigDict(frozen=True)

    text: str
    at: datetime


class TicketExport(BaseModel):
    """One request for a person, with the answers."""

    model_config = ConfigDict(frozen=True)

    kind: str
    reason: str
    programme: str | None
    criterion: str | None
    state: str
    opened_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    messages: tuple[StaffMessageExport, ...]


class ConversationExport(BaseModel):
    """One conversation, whole."""

    model_config = ConfigDict(frozen=True)

    language: str
    created_at: datetime
    touched_at: datetime
    state: Raw
    entries: tuple[EntryOut, ...]


class Export(BaseModel):
    """All of it, in one document."""

    model_config = ConfigDict(frozen=True)

    exported_at: datetime
    person: PersonExport
    conversations: tuple[ConversationExport, ...]
    tickets: tuple[TicketExport, ...]


async def export_all(session: AsyncSession, person: PersonId, *, now: datetime) -> Export:
    """Everything kept of a person who exists; the hashes of keys are not theirs and stay."""
    conversations = await session.scalars(
        select(Conversation)
        .where(col(Conversation.person_id) == person)
        .order_by(col(Conversation.created_at))
    )
    return Export(
        exported_at=now,
        person=await export_person(session, person),
        conversations=tuple([await _conversation(session, row) for row in conversations.all()]),
        tickets=tuple([await _ticket(session, row) for row in await tickets_of(session, person)]),
    )


async def _conversation(session: AsyncSession, row: Conversation) -> ConversationExport:
    entries = await session.scalars(
        select(Entry).where(col(Entry.conversation_id) == row.id).order_by(col(Entry.sequence))
    )
    return ConversationExport(
        language=row.language,
        created_at=row.created_at,
        touched_at=row.touched_at,
        state=row.state,
        entries=tuple(await all_shown(entries.all())),
    )


async def _ticket(session: AsyncSession, row: Ticket) -> TicketExport:
    messages = await messages_on(session, row.id)
    return TicketExport(
        kind=row.kind,
        reason=row.reason,
        programme=row.programme,
        criterion=row.criterion,
        state=row.state,
        opened_at=row.opened_at,
        answered_at=row.answered_at,
        closed_at=row.closed_at,
        messages=tuple(StaffMessageExport(text=each.text, at=each.at) for each in messages),
    )
