"""Conversations, their transcript and their keys as kept. A row exists only after consent."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint, Uuid, text
from sqlmodel import Field, SQLModel

from api.accounts.models import ApiKeyId
from api.enterprises.models import ContactId, OrganisationId, PersonId
from api.foundation.columns import AnyJson, Instant, Raw
from api.foundation.ledger import Leased

ConversationId = NewType("ConversationId", UUID)
UpdateId = NewType("UpdateId", UUID)


class Direction(StrEnum):
    """Who spoke."""

    IN = "in"
    OUT = "out"


class Purpose(StrEnum):
    """What a key of a conversation is for."""

    DEVICE = "device"
    LINK = "link"


class Conversation(SQLModel, table=True):
    """One conversation with one person about one organisation at a time."""

    __tablename__ = "conversations"

    id: ConversationId = Field(primary_key=True, sa_type=Uuid)
    person_id: PersonId = Field(
        sa_type=Uuid, foreign_key="persons.id", ondelete="CASCADE", index=True
    )
    organisation_id: OrganisationId = Field(
        sa_type=Uuid, foreign_key="organisations.id", ondelete="CASCADE", index=True
    )
    api_key_id: ApiKeyId | None = Field(
        default=None, sa_type=Uuid, foreign_key="api_keys.id", ondelete="CASCADE", index=True
    )
    """The key of the client that hosts it; none for the web chat."""
    contact_id: ContactId = Field(
        sa_type=Uuid, foreign_key="contacts.id", ondelete="CASCADE", unique=True
    )
    """The chat it is held in."""
    language: str = Field(max_length=2)
    state: Raw = Field(sa_type=AnyJson)
    revision: int = 0
    """Counts turns: a turn is kept only if no other came between reading and writing."""
    last_sequence: int = 0
    created_at: datetime = Field(sa_type=Instant)
    touched_at: datetime = Field(sa_type=Instant, index=True)


class Entry(SQLModel, table=True):
    """One line of the transcript: what was said, or one reply."""

    __tablename__ = "entries"
    __table_args__ = (UniqueConstraint("conversation_id", "client_id"),)

    conversation_id: ConversationId = Field(
        primary_key=True, sa_type=Uuid, foreign_key="conversations.id", ondelete="CASCADE"
    )
    sequence: int = Field(primary_key=True)
    direction: str = Field(max_length=3)
    client_id: str | None = Field(default=None, max_length=64)
    """The sender's own id of the message: the same one again is the same message."""
    answers: int | None = None
    """Of a reply: the sequence of what it answers."""
    body: Raw = Field(sa_type=AnyJson)
    at: datetime = Field(sa_type=Instant)


class ConversationKey(SQLModel, table=True):
    """The hash of a token that opens a conversation: a device's, or a link's."""

    __tablename__ = "conversation_keys"

    digest: str = Field(primary_key=True, max_length=64)
    conversation_id: ConversationId = Field(
        sa_type=Uuid, foreign_key="conversations.id", ondelete="CASCADE", index=True
    )
    purpose: str = Field(max_length=10)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    """Of a link; a device keeps its key as long as the conversation lives."""


class Update(Leased, table=True):
    """A raw update of a messenger, kept before the messenger is told that it arrived.

    The row stays when it is done, so that the same update again is known; its content does not.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "account", "update_id"),
        Index(
            "ix_inbox_set_aside",
            "done_at",
            sqlite_where=text("problem IS NOT NULL"),
            postgresql_where=text("problem IS NOT NULL"),
        ),
    )

    id: UpdateId = Field(primary_key=True, sa_type=Uuid)
    channel: str = Field(max_length=20)
    account: str = Field(max_length=64)
    update_id: str = Field(max_length=64)
    address: str = Field(max_length=64, index=True)
    """The chat: updates of one chat are taken one after the other."""
    raw: Raw = Field(sa_type=AnyJson, nullable=True)
    received_at: datetime = Field(sa_type=Instant)
    arrival: int = Field(sa_type=BigInteger)
    """Orders the updates of one chat."""
    problem: str | None = Field(default=None, max_length=200)
    """Why it was set aside (done, with its content); None where it was taken."""


class HeldDraft(SQLModel, table=True):
    """Where a chat of a messenger is before consent: no word of what was said, nobody's address.

    The web chat's client holds this itself (`api.conversations.drafts`); a messenger cannot.
    """

    __tablename__ = "held_drafts"

    digest: str = Field(primary_key=True, max_length=64)
    """A keyed hash of channel, account and address."""
    state: Raw = Field(sa_type=AnyJson)
    language: str = Field(max_length=2)
    touched_at: datetime = Field(sa_type=Instant, index=True)
