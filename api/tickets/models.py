"""Tickets as kept."""

from datetime import datetime
from typing import NewType
from uuid import UUID

from sqlalchemy import Uuid
from sqlmodel import Field, SQLModel

from api.enterprises.models import OrganisationId, PersonId
from api.foundation.columns import Instant

TicketId = NewType("TicketId", UUID)


class Ticket(SQLModel, table=True):
    """Somebody asked for a person, or said that an answer is wrong."""

    __tablename__ = "tickets"

    id: TicketId = Field(primary_key=True, sa_type=Uuid)
    kind: str = Field(max_length=20)
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
    opened_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
