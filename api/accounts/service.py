"""Making, finding, listing and revoking API keys."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.models import ApiKey, ApiKeyId, Scope
from api.foundation.errors import KeyWrong
from api.foundation.ids import digest, new_id, new_token

MARK = "hq_"
"""How a key begins, so that one left in a file is recognised."""


def create_key(
    session: AsyncSession, *, name: str, scopes: Collection[Scope], rate: str, now: datetime
) -> tuple[ApiKey, str]:
    """A new key, and the text that is shown this once."""
    shown = MARK + new_token()
    key = ApiKey(
        id=ApiKeyId(new_id()),
        name=name,
        digest=digest(shown),
        scopes=sorted(scope.value for scope in scopes),
        rate=rate,
        created_at=now,
    )
    session.add(key)
    return key, shown


async def find_key(session: AsyncSession, shown: str) -> ApiKey:
    """The key that was shown so; raises `KeyWrong` where there is none or it was revoked."""
    found = await session.scalar(select(ApiKey).where(col(ApiKey.digest) == digest(shown)))
    if found is None or found.revoked_at is not None:
        raise KeyWrong
    return found


async def list_keys(session: AsyncSession) -> list[ApiKey]:
    """All keys, the oldest first."""
    return list(await session.scalars(select(ApiKey).order_by(col(ApiKey.created_at))))


async def revoke_key(session: AsyncSession, key: UUID, *, now: datetime) -> bool:
    """End a key; False where there is none that still works."""
    done = await session.scalars(
        update(ApiKey)
        .where(col(ApiKey.id) == key, col(ApiKey.revoked_at).is_(None))
        .values(revoked_at=now)
        .returning(col(ApiKey.id))
    )
    return done.first() is not None
