"""Background work is rows of a room's own table, claimed under a lease. There is no other queue.

A worker claims rows, does the work, and finishes them; one that dies leaves a lease that runs out,
and another claims the row. Who has lost its lease can no longer finish the row.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import Field, SQLModel, col

from api.foundation.columns import Instant

LEASE = timedelta(seconds=60)
"""How long a claimed row is nobody else's."""


class Leased(SQLModel):
    """The columns of a row that is work. `done_at` ends it, whatever became of it."""

    id: UUID
    run_at: datetime = Field(sa_type=Instant, index=True)
    """Not before."""
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    owner: str | None = Field(default=None, max_length=64)
    attempts: int = 0
    done_at: datetime | None = Field(default=None, sa_type=Instant, index=True)


RowT = TypeVar("RowT", bound=Leased)


async def claim(
    session: AsyncSession,
    kind: type[RowT],
    *conditions: ColumnElement[bool],
    owner: str,
    now: datetime,
    limit: int,
    order: Sequence[Mapped[int]] = (),
    lease: timedelta = LEASE,
) -> Sequence[RowT]:
    """Take up to `limit` due rows; `conditions` narrow them.

    They come by `order`, then the longest due first.
    """
    due = (
        select(col(kind.id))
        .where(
            col(kind.done_at).is_(None),
            col(kind.run_at) <= now,
            or_(col(kind.lease_until).is_(None), col(kind.lease_until) < now),
            *conditions,
        )
        .order_by(*order, col(kind.run_at), col(kind.id))
        .limit(limit)
        .with_for_update(skip_locked=True)  # SQLite has one writer and leaves this out
    )
    ids = (await session.scalars(due)).all()
    if not ids:
        return ()
    await session.execute(
        update(kind)
        .where(col(kind.id).in_(ids))
        .values(owner=owner, lease_until=now + lease, attempts=col(kind.attempts) + 1)
        .execution_options(synchronize_session=False)
    )
    found = await session.scalars(
        select(kind)
        .where(col(kind.id).in_(ids))
        .order_by(*order, col(kind.run_at), col(kind.id))
        .execution_options(populate_existing=True)
    )
    return found.all()


async def held(session: AsyncSession, kind: type[RowT], id_: UUID, *, owner: str) -> RowT | None:
    """A claimed row, locked, to be worked on; None where the lease was lost or it is done."""
    return await session.scalar(
        select(kind)
        .where(col(kind.id) == id_, col(kind.owner) == owner, col(kind.done_at).is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def finish(row: Leased, *, now: datetime) -> None:
    """End a row that is held."""
    row.done_at, row.lease_until, row.owner = now, None, None


def postpone(row: Leased, *, until: datetime) -> None:
    """Give a row that is held back, to be claimed by anybody from then on."""
    row.run_at, row.lease_until, row.owner = until, None, None
