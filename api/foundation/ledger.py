"""Background work is rows of a room's own table, claimed under a lease. There is no other queue.

A worker claims rows, does the work, and finishes them; one that dies leaves a lease that runs out,
and another claims the row. Who has lost its lease can no longer finish the row.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlalchemy.sql.dml import ReturningUpdate
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

    They come by `order`, then the longest due first. Give the same conditions each time, not equal
    ones: the statement is made once for them.
    """
    found = await session.scalars(
        _claiming(kind, conditions, tuple(order)),
        {"now": now, "most": limit, "by": owner, "until": now + lease},
    )
    names = [str(each).rpartition(".")[2] for each in order]
    return sorted(found, key=lambda row: (*(getattr(row, n) for n in names), row.run_at, row.id))


@lru_cache(maxsize=64)
def _claiming(
    kind: type[RowT], conditions: tuple[ColumnElement[bool], ...], order: tuple[Mapped[int], ...]
) -> ReturningUpdate[RowT]:
    moment = bindparam("now", type_=Instant)
    due = (
        select(col(kind.id))
        .where(
            col(kind.done_at).is_(None),
            col(kind.run_at) <= moment,
            or_(col(kind.lease_until).is_(None), col(kind.lease_until) < moment),
            *conditions,
        )
        .order_by(*order, col(kind.run_at), col(kind.id))
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)  # SQLite has one writer and leaves this out
        .cte("due")  # by itself: as a subquery it might be run more than once
    )
    return (
        update(kind)
        .where(col(kind.id).in_(select(due.c.id)))
        .values(
            owner=bindparam("by"),
            lease_until=bindparam("until", type_=Instant),
            attempts=col(kind.attempts) + 1,
        )
        .returning(kind)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


async def held(session: AsyncSession, kind: type[RowT], id_: UUID, *, owner: str) -> RowT | None:
    """A claimed row, locked, to be worked on; None where the lease was lost or it is done."""
    found: RowT | None = await session.scalar(_holding(kind), {"of": id_, "by": owner})
    return found


@cache
def _holding(kind: type[RowT]) -> Select[RowT]:
    return (
        select(kind)
        .where(
            col(kind.id) == bindparam("of"),
            col(kind.owner) == bindparam("by"),
            col(kind.done_at).is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def finish(row: Leased, *, now: datetime) -> None:
    """End a row that is held."""
    row.done_at, row.lease_until, row.owner = now, None, None


def postpone(row: Leased, *, until: datetime) -> None:
    """Give a row that is held back, to be claimed by anybody from then on."""
    row.run_at, row.lease_until, row.owner = until, None, None
