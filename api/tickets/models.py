"""Tickets as kept."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from sqlalchemy import Uuid
from sqlmodel import Field, SQLModel

from api.accounts.models import AccountId, OfficeId
from api.enterprises.models import ContactId, OrganisationId, PersonId
from api.foundation.columns import Instant

TicketId = NewType("TicketId", UUID)


class TicketState(StrEnum):
    """Where a ticket is."""

    OPEN = "open"
    """Nobody holds it; the assistant speaks."""
    HELD = "held"
    """A person holds the conversation until `held_until`; the assistant is silent."""
    CLOSED = "closed"


class Ticket(SQLModel, table=True):
    """Somebody asked for a person, or said that an answer is wrong."""

    __tablename__ = "tickets"

    id: TicketId = Field(primary_key=True, sa_type=Uuid)
    kind: str = Field(max_length=20)
    """`person` or `objection`."""
    reason: str = Field(max_length=4000)
    programme: str | None = Field(default=None, max_length=100)
    criterion: str | None = Field(default=None, max_length=100)
    release: str = Field(max_length=64)
    """The knowledge in use when it was opened: an objection is about that answer."""
    person_id: PersonId = Field(
        sa_type=Uuid, foreign_key="persons.id", ondelete="CASCADE", index=True
    )
    organisation_id: OrganisationId = Field(
        sa_type=Uuid, foreign_key="organisations.id", ondelete="CASCADE", index=True
    )
    contact_id: ContactId = Field(
        sa_type=Uuid, foreign_key="contacts.id", ondelete="CASCADE", index=True
    )
    """The chat it was opened in, where the answer goes."""
    office_id: OfficeId | None = Field(
        default=None, sa_type=Uuid, foreign_key="offices.id", ondelete="SET NULL", index=True
    )
    """The office of whoever took it first; None: any office may take it."""
    state: str = Field(default=TicketState.OPEN.value, max_length=20, index=True)
    held_by: AccountId | None = Field(
        default=None, sa_type=Uuid, foreign_key="accounts.id", ondelete="SET NULL", index=True
    )
    held_until: datetime | None = Field(default=None, sa_type=Instant, index=True)
    opened_at: datetime = Field(sa_type=Instant, index=True)
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    """When a person last answered."""
    closed_at: datetime | None = Field(default=None, sa_type=Instant)


class TicketMessage(SQLModel, table=True):
    """What a member of staff wrote to the applicant."""

    __tablename__ = "ticket_messages"

    ticket_id: TicketId = Field(
        primary_key=True, sa_type=Uuid, foreign_key="tickets.id", ondelete="CASCADE"
    )
    sequence: int = Field(primary_key=True)
    account_id: AccountId | None = Field(
        default=None, sa_type=Uuid, foreign_key="accounts.id", ondelete="SET NULL"
    )
    text: str = Field(max_length=4000)
    token: str = Field(default="", max_length=40)
    """Of the form it was written in: the same one again is the same message."""
    at: datetime = Field(sa_type=Instant)
