"""Releases published, activated and listed.

A release is stored whole and activated in one transaction, or not at all. Activations are only
added: to go back is to activate an older release. Nothing is ever deleted, since receipts name
releases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.foundation.database import one_at_a_time
from api.foundation.errors import NotFound
from api.library.bundles import pack
from api.library.models import Activation, Release

TOPIC = "release"
"""What is woken when another release is in use."""
SHORTEST = 8
"""So many characters of a hash name a release, where only one begins so."""
_BUILT_IN_NOTE = "built-in"


@dataclass(frozen=True, slots=True)
class Stored:
    """A release in a list."""

    hash: str
    created_at: datetime
    note: str


async def publish(
    session: AsyncSession,
    release: str,
    files: Mapping[str, str],
    *,
    note: str,
    by: str,
    now: datetime,
) -> None:
    """Store checked files under their hash and take them into use. Wake `TOPIC` after the commit.

    A release that was published before keeps its first note.
    """
    await _store(session, release, files, note=note, now=now)
    await session.flush()
    session.add(Activation(release=release, activated_at=now, by=by))


async def activate(session: AsyncSession, release: str | None, *, by: str, now: datetime) -> None:
    """Take a stored release into use; None: the one that ships with the program.

    Raises `NotFound`. Wake `TOPIC` after the commit.
    """
    await one_at_a_time(session, TOPIC)
    if release is not None and not await is_stored(session, release):
        raise NotFound
    session.add(Activation(release=release, activated_at=now, by=by))


async def keep_built_in(
    session: AsyncSession, release: str, files: Mapping[str, str], *, now: datetime
) -> None:
    """Store what ships with the program, so that a later version still knows it by its hash."""
    await _store(session, release, files, note=_BUILT_IN_NOTE, now=now)


async def _store(
    session: AsyncSession, release: str, files: Mapping[str, str], *, note: str, now: datetime
) -> None:
    # One after another, so that the greatest id is also the last one committed.
    await one_at_a_time(session, TOPIC)
    if not await is_stored(session, release):
        session.add(Release(hash=release, bundle=pack(files), note=note, created_at=now))


async def is_stored(session: AsyncSession, release: str) -> bool:
    """Whether a hash is known here."""
    found = await session.scalar(select(col(Release.hash)).where(col(Release.hash) == release))
    return found is not None


async def last_activation(session: AsyncSession) -> tuple[int, str | None]:
    """Its id, 0 where there is none; and the hash in use, None for the built-in release."""
    found = (
        await session.execute(
            select(col(Activation.id), col(Activation.release))
            .order_by(col(Activation.id).desc())
            .limit(1)
        )
    ).one_or_none()
    return (0, None) if found is None else (found[0] or 0, found[1])


async def bundle_of(session: AsyncSession, release: str) -> bytes | None:
    """The files of a hash, packed."""
    return await session.scalar(select(col(Release.bundle)).where(col(Release.hash) == release))


async def release_named(session: AsyncSession, beginning: str) -> str:
    """The hash that begins so; raises `NotFound` where there is none, or more than one."""
    if len(beginning) < SHORTEST:
        raise NotFound
    found = await session.scalars(
        select(col(Release.hash)).where(col(Release.hash).startswith(beginning, autoescape=True))
    )
    hashes = found.all()
    if len(hashes) != 1:
        raise NotFound
    return hashes[0]


async def list_releases(session: AsyncSession) -> Sequence[Stored]:
    """All that are stored, the oldest first, without their files."""
    found = await session.execute(
        select(col(Release.hash), col(Release.created_at), col(Release.note)).order_by(
            col(Release.created_at), col(Release.hash)
        )
    )
    return [Stored(*row) for row in found]
