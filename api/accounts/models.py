"""API keys as kept: never the key itself."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from sqlalchemy import Uuid
from sqlmodel import Field, SQLModel

from api.foundation.columns import AnyJson, Instant

ApiKeyId = NewType("ApiKeyId", UUID)


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
