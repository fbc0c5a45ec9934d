"""API keys, offices, accounts and sign-ins as kept: never a key, a password or a token itself."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from sqlalchemy import Uuid
from sqlmodel import Field, SQLModel

from api.foundation.columns import AnyJson, Instant

ApiKeyId = NewType("ApiKeyId", UUID)
OfficeId = NewType("OfficeId", UUID)
AccountId = NewType("AccountId", UUID)


class Scope(StrEnum):
    """What a key may do. Reading knowledge needs none."""

    EVALUATE = "evaluate"
    INTERVIEW = "interview"
    CONVERSATIONS = "conversations"


class ApiKey(SQLModel, table=True):
    """One key: the hash of its 256 random bits, what it may do, and how often."""

    __tablename__ = "api_keys"

    id: ApiKeyId = Field(primary_key=True, sa_type=Uuid)
    name: str = Field(max_length=200)
    digest: str = Field(max_length=64, unique=True)
    scopes: list[str] = Field(sa_type=AnyJson)
    rate: str = Field(max_length=100)
    created_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class Role(StrEnum):
    """What an account is for. What each may do stands in `api.accounts.permissions`."""

    STAFF = "staff"
    """Answers applicants and checks who speaks for an organisation."""
    OFFICIAL = "official"
    """Publishes filing windows and writes notices; approves those of other officials."""
    AUDITOR = "auditor"
    """Reads what officials and staff did; changes nothing."""
    ADMIN = "admin"
    """Makes offices and accounts; sees no applicant's answers."""


class Office(SQLModel, table=True):
    """A department that officials and staff belong to."""

    __tablename__ = "offices"

    id: OfficeId = Field(primary_key=True, sa_type=Uuid)
    name: str = Field(max_length=100, unique=True)
    name_en: str = Field(default="", max_length=100)
    region: str = Field(default="", max_length=40)
    """An id of the list of regions; empty: the whole province."""
    created_at: datetime = Field(sa_type=Instant)


class Account(SQLModel, table=True):
    """Somebody who signs in to the console."""

    __tablename__ = "accounts"

    id: AccountId = Field(primary_key=True, sa_type=Uuid)
    login: str = Field(max_length=60, unique=True)
    """In lower case."""
    name: str = Field(max_length=100)
    """As applicants and colleagues see it."""
    role: str = Field(max_length=20)
    office_id: OfficeId = Field(
        sa_type=Uuid, foreign_key="offices.id", ondelete="RESTRICT", index=True
    )
    password: str = Field(max_length=200)
    """An argon2 hash."""
    must_change: bool = True
    """The password was given by somebody else: it has to be changed at the next sign-in."""
    language: str = Field(default="zh", max_length=2)
    created_at: datetime = Field(sa_type=Instant)
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)


class ConsoleSession(SQLModel, table=True):
    """One sign-in: the hash of the cookie's token."""

    __tablename__ = "console_sessions"

    digest: str = Field(primary_key=True, max_length=64)
    account_id: AccountId = Field(
        sa_type=Uuid, foreign_key="accounts.id", ondelete="CASCADE", index=True
    )
    csrf: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)


class SignInFailure(SQLModel, table=True):
    """A sign-in that failed, by a keyed hash of the login or of the address it came from."""

    __tablename__ = "sign_in_failures"

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    who: str = Field(max_length=64, index=True)
    at: datetime = Field(sa_type=Instant, index=True)
