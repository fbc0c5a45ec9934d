"""Filing windows and releases as kept: when a programme takes applications, and by which rules."""

from datetime import datetime
from typing import NewType
from uuid import UUID

from sqlalchemy import LargeBinary, Uuid
from sqlmodel import Field, SQLModel

from api.accounts.models import AccountId, OfficeId
from api.foundation.columns import AnyJson, Instant, Raw

WindowId = NewType("WindowId", UUID)


class Window(SQLModel, table=True):
    """One round of applications of one programme. Every change is a new revision."""

    __tablename__ = "filing_windows"

    id: WindowId = Field(primary_key=True, sa_type=Uuid)
    programme: str = Field(max_length=100, index=True)
    title: str = Field(max_length=200)
    """What the official calls this round, such as 2027 年度第一批."""
    opens_at: datetime = Field(sa_type=Instant)
    closes_at: datetime = Field(sa_type=Instant)
    """The last moment of all levels."""
    levels: Raw = Field(sa_type=AnyJson)
    """`api.library.windows.Level`s, in the order an application passes them."""
    link: str = Field(default="", max_length=500)
    note: str = Field(default="", max_length=2000)
    region: str = Field(default="", max_length=40)
    """An id of the list of regions: only applicants there; empty: the whole province."""
    office_id: OfficeId = Field(
        sa_type=Uuid, foreign_key="offices.id", ondelete="RESTRICT", index=True
    )
    published_by: AccountId | None = Field(
        default=None, sa_type=Uuid, foreign_key="accounts.id", ondelete="SET NULL"
    )
    published_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)
    revision: int = 1


class Release(SQLModel, table=True):
    """One set of knowledge files as it was published. Never changed, never deleted."""

    __tablename__ = "releases"

    hash: str = Field(primary_key=True, max_length=64)
    """sha256 over names and contents, as `KnowledgeBase.release`."""
    bundle: bytes = Field(sa_type=LargeBinary)
    """All its files, as `api.library.bundles` packs them."""
    note: str = Field(max_length=500)
    created_at: datetime = Field(sa_type=Instant)


class Activation(SQLModel, table=True):
    """One taking into use. Rows are only added; the one with the greatest id holds."""

    __tablename__ = "release_activations"

    id: int | None = Field(default=None, primary_key=True)
    release: str | None = Field(
        default=None, max_length=64, foreign_key="releases.hash", ondelete="RESTRICT", index=True
    )
    """Empty: the release that ships with the program, whichever its version is."""
    activated_at: datetime = Field(sa_type=Instant)
    by: str = Field(max_length=100)
    """Who did it, as the machine knows them."""
