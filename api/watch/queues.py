"""How much is due in each ledger, and since when: read from the database, at most so often."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.models import Update
from api.conversations.setting_aside import count_set_aside
from api.deadlines.models import Reminder, WindowPlan
from api.deliveries.models import Delivery, Priority
from api.deliveries.resending import count_undecided
from api.foundation.database import Database
from api.foundation.ledger import Leased
from api.foundation.now import Now
from api.notices.models import Expansion

_FRESH_SECONDS = 5.0
BULK = "deliveries_bulk"
"""The ledger that may wait: bulk takes the share of the rate that the others leave."""

LEDGERS: dict[str, tuple[type[Leased], ColumnElement[bool] | None]] = {
    "inbox": (Update, None),
    **{
        f"deliveries_{each.name.lower()}": (Delivery, col(Delivery.priority) == each.value)
        for each in Priority
    },
    "reminders": (Reminder, None),
    "window_plans": (WindowPlan, None),
    "notice_expansions": (Expansion, None),
}
"""Each ledger by its name in metrics and checks; messages by their priority."""


@dataclass(frozen=True, slots=True)
class Queue:
    """What is due in a ledger and not done."""

    ledger: str
    rows: int
    age: float
    """Seconds the oldest of them is due; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Queues:
    """All ledgers, and what waits for a person."""

    ledgers: Sequence[Queue]
    aside: int
    unknown: int


class QueueReader:
    """Reads the queues, once for all who ask within a few seconds."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now
        self._alone = asyncio.Lock()
        self._read: Queues | None = None
        self._at = 0.0

    async def read(self) -> Queues:
        """The queues as they are, or were a few seconds ago; raises what the database raises."""
        async with self._alone:
            if self._read is None or time.monotonic() - self._at > _FRESH_SECONDS:
                async with self._database.reading() as session:
                    self._read = await read_queues(session, self._now())
                self._at = time.monotonic()
            return self._read


async def read_queues(session: AsyncSession, now: datetime) -> Queues:
    """The queues as they are now."""
    found = [await _queue(session, name, *LEDGERS[name], now) for name in LEDGERS]
    return Queues(found, await count_set_aside(session), await count_undecided(session))


async def _queue(
    session: AsyncSession,
    name: str,
    kind: type[Leased],
    condition: ColumnElement[bool] | None,
    now: datetime,
) -> Queue:
    due = [col(kind.done_at).is_(None), col(kind.run_at) <= now]
    if condition is not None:
        due.append(condition)
    counted = select(func.count(), func.min(col(kind.run_at))).select_from(kind).where(*due)
    rows, oldest = (await session.execute(counted)).one()
    return Queue(name, rows, (now - oldest).total_seconds() if rows else 0.0)
