"""Messages to persons as kept."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint, Uuid, text
from sqlmodel import Field, SQLModel

from api.enterprises.models import ContactId, PersonId
from api.foundation.columns import AnyJson, Instant, Raw
from api.foundation.ledger import Leased

DeliveryId = NewType("DeliveryId", UUID)


class DeliveryState(StrEnum):
    """What became of a message. Only `queued` goes on by itself."""

    QUEUED = "queued"
    SENDING = "sending"
    """Handed to the messenger: a worker that dies now leaves an unknown outcome."""
    SENT = "sent"
    ENDED = "ended"
    """It can never arrive; `cause` says why."""
    UNKNOWN = "unknown"
    """It may or may not have arrived. Never sent again by itself."""
    CANCELLED = "cancelled"


class Priority(IntEnum):
    """Who goes first when there is more to send than may be sent."""

    DIALOG = 0
    STAFF = 1
    BULK = 2


def _open(name: str, *columns: str, where: str = "") -> Index:
    """An index of what is not done."""
    condition = text(f"done_at IS NULL AND {where}" if where else "done_at IS NULL")
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


class Delivery(Leased, table=True):
    """One message to one person, or to a chat that has not consented yet.

    Without a `contact_id` the chat is chosen at sending. Before consent there is no person: the
    address stands in the row, and the row goes when it is done; where its outcome is unknown it
    stays, without address and words, to be counted.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("occasion", "person_id"),
        # Behind a broadcast of a million rows each look must still touch only a few of them.
        _open("ix_deliveries_next", "priority", "place", "run_at", "id"),
        _open("ix_deliveries_leased", "lease_until", where="lease_until IS NOT NULL"),
        _open("ix_deliveries_chat", "contact_id", "place", where="contact_id IS NOT NULL"),
        _open("ix_deliveries_address", "channel", "address", where="address <> ''"),
        Index("ix_deliveries_person_id_place", "person_id", "place"),
    )

    id: DeliveryId = Field(primary_key=True, sa_type=Uuid)
    run_at: datetime = Field(sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)
    occasion: str = Field(max_length=200)
    """What it is about: kind, id, step and revision (`reminder:<window>:30d:r2`)."""
    person_id: PersonId | None = Field(
        default=None, sa_type=Uuid, foreign_key="persons.id", ondelete="CASCADE"
    )
    contact_id: ContactId | None = Field(
        default=None, sa_type=Uuid, foreign_key="contacts.id", ondelete="CASCADE", index=True
    )
    channel: str = Field(default="", max_length=20)
    account: str = Field(default="", max_length=64)
    address: str = Field(default="", max_length=64)
    priority: int
    place: int = Field(sa_type=BigInteger)
    """Orders the messages of one chat."""
    body: Raw = Field(sa_type=AnyJson, nullable=True)
    """The reply in each language (`{"zh": …, "en": …}`); taken out once it was sent."""
    shared_body_id: UUID | None = Field(default=None, sa_type=Uuid)
    """Where the words are that it has in common with many others, instead of `body`."""
    slot: str = Field(default="", max_length=200)
    replaces: str | None = Field(default=None, max_length=64)
    """The messenger's id of the message it takes the place of."""
    transcribed: bool = False
    """Whether the conversation's transcript has it already, as the replies of a turn."""
    state: str = Field(default=DeliveryState.QUEUED.value, max_length=20)
    cause: str | None = Field(default=None, max_length=100)
    reference: str | None = Field(default=None, max_length=64)
    """The messenger's id of the message."""
    created_at: datetime = Field(sa_type=Instant)
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    """Since when it is waited for: the receipt of what it answers, a reminder's hour."""


class SendBudget(SQLModel, table=True):
    """The books of one account, where there is no Redis; and whose word counts now.

    Moments are microseconds since the epoch, by the clock of the database.
    """

    __tablename__ = "send_budgets"

    channel: str = Field(primary_key=True, max_length=20)
    account: str = Field(primary_key=True, max_length=64)
    books: Raw = Field(sa_type=AnyJson)
    redis_until: int = Field(default=0, sa_type=BigInteger)
    """Until then somebody may be sending by the books in Redis."""
    row_until: int = Field(default=0, sa_type=BigInteger)
    """Until then somebody cannot reach Redis: these books count, and nobody uses the others."""


class SharedBody(SQLModel, table=True):
    """The words of a message that goes to many."""

    __tablename__ = "shared_bodies"

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    occasion: str = Field(max_length=200, unique=True)
    body: Raw = Field(sa_type=AnyJson)
