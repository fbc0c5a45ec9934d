"""Reminders and what people answered, as kept."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from sqlalchemy import UniqueConstraint, Uuid, false
from sqlmodel import Field, SQLModel

from api.enterprises.models import OrganisationId, PersonId
from api.foundation.columns import Instant
from api.foundation.ledger import Leased
from api.library.models import WindowId

ReminderId = NewType("ReminderId", UUID)


class ReminderState(StrEnum):
    """What became of a reminder."""

    PLANNED = "planned"
    FIRED = "fired"
    SKIPPED = "skipped"
    """It was due and no longer wanted; `reason` says why."""
    CANCELLED = "cancelled"
    """The window was moved or withdrawn before it was due."""


class Reminder(Leased, table=True):
    """One step of the ladder before one window closes, for one person; `run_at` is when."""

    __tablename__ = "reminders"
    __table_args__ = (UniqueConstraint("window_id", "person_id", "step", "revision"),)

    id: ReminderId = Field(primary_key=True, sa_type=Uuid)
    window_id: WindowId = Field(
        sa_type=Uuid, foreign_key="filing_windows.id", ondelete="CASCADE", index=True
    )
    person_id: PersonId = Field(
        sa_type=Uuid, foreign_key="persons.id", ondelete="CASCADE", index=True
    )
    organisation_id: OrganisationId = Field(
        sa_type=Uuid, foreign_key="organisations.id", ondelete="CASCADE", index=True
    )
    step: str = Field(max_length=20)
    """`30d`, `7d` …; `new` for a late joiner; `later:<n>` where somebody asked to be told again."""
    revision: int
    """Of the window: a moved one is told anew."""
    state: str = Field(default=ReminderState.PLANNED.value, max_length=20)
    reason: str | None = Field(default=None, max_length=100)


class WindowPlan(Leased, table=True):
    """A window whose ladder has to be laid for everybody who follows its programme."""

    __tablename__ = "window_plans"
    __table_args__ = (UniqueConstraint("window_id", "revision"),)

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    window_id: WindowId = Field(
        sa_type=Uuid, foreign_key="filing_windows.id", ondelete="CASCADE", index=True
    )
    revision: int
    after: UUID | None = Field(default=None, sa_type=Uuid)
    """The last person done: a plan goes on in batches."""
    quiet: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """After a restore: its first words may have been said; only the steps to come are laid."""


class WindowAnswer(SQLModel, table=True):
    """What a person said of a window: filed, or not for us."""

    __tablename__ = "window_answers"

    window_id: WindowId = Field(
        primary_key=True, sa_type=Uuid, foreign_key="filing_windows.id", ondelete="CASCADE"
    )
    person_id: PersonId = Field(
        primary_key=True, sa_type=Uuid, foreign_key="persons.id", ondelete="CASCADE", index=True
    )
    answer: str = Field(max_length=20)
    at: datetime = Field(sa_type=Instant)
