"""Notices as kept."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from sqlalchemy import UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from api.accounts.models import AccountId, OfficeId
from api.foundation.columns import Instant
from api.foundation.ledger import Leased

NoticeId = NewType("NoticeId", UUID)


class NoticeState(StrEnum):
    """Where a notice is on its way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    """Waiting for a second official."""
    REFUSED = "refused"
    """Sent back with a reason; the author may change and submit it again."""
    APPROVED = "approved"
    """Being laid down for its audience, or being sent."""
    WITHDRAWN = "withdrawn"


class Notice(SQLModel, table=True):
    """What one official wrote for the subscribers of a programme and a second one approves."""

    __tablename__ = "notices"

    id: NoticeId = Field(primary_key=True, sa_type=Uuid)
    programme: str = Field(max_length=100, index=True)
    title: str = Field(max_length=200)
    title_en: str = Field(default="", max_length=200)
    body: str = Field(max_length=3000)
    body_en: str = Field(default="", max_length=6000)
    link: str = Field(default="", max_length=500)
    region: str = Field(default="", max_length=40)
    """Only organisations there, or of no known place; empty: everywhere."""
    office_id: OfficeId = Field(
        sa_type=Uuid, foreign_key="offices.id", ondelete="RESTRICT", index=True
    )
    author_id: AccountId | None = Field(
        default=None, sa_type=Uuid, foreign_key="accounts.id", ondelete="SET NULL"
    )
    decided_by: AccountId | None = Field(
        default=None, sa_type=Uuid, foreign_key="accounts.id", ondelete="SET NULL"
    )
    state: str = Field(default=NoticeState.DRAFT.value, max_length=20, index=True)
    reason: str = Field(default="", max_length=1000)
    """Why it was refused."""
    revision: int = 1
    created_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)


class Expansion(Leased, table=True):
    """An approved notice that has to be laid down for each of its audience."""

    __tablename__ = "notice_expansions"
    __table_args__ = (UniqueConstraint("notice_id", "revision"),)

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    notice_id: NoticeId = Field(
        sa_type=Uuid, foreign_key="notices.id", ondelete="CASCADE", index=True
    )
    revision: int
    after: UUID | None = Field(default=None, sa_type=Uuid)
    """The last person done: an expansion goes on in batches."""
    size: int = 0
    """How many followers the next batch looks at; 0: nobody has measured yet."""
    laid: int = 0
    """How many deliveries it has laid down."""
