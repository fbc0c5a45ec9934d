"""Finding what is stuck, within a minute: what is safe is put right, the rest is said."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api.deliveries.counting import count
from api.deliveries.models import DeliveryState
from api.deliveries.settling import settle_lost
from api.foundation.database import Database
from api.foundation.metrics import Metrics
from api.watch.desks import DESKS
from api.watch.stuck import LEDGERS, RowId, Stuck

EVERY_SECONDS = 15.0
_NAMED = 20
"""How many ids a line of the log has."""

log = structlog.get_logger(__name__)


class Room(Protocol):
    """A table whose rows can be stuck."""

    @property
    def name(self) -> str:
        """The word for it in metrics and logs."""
        ...

    async def find(self, session: AsyncSession, now: datetime) -> Sequence[Stuck]:
        """Its rows that are stuck."""
        ...

    async def mend(self, session: AsyncSession, id_: RowId, now: datetime) -> str:
        """Put a row right; the fault it had, empty where there was nothing to do."""
        ...


ROOMS: Sequence[Room] = (*LEDGERS, *DESKS)


async def find_stuck(session: AsyncSession, *, now: datetime) -> Sequence[Stuck]:
    """Everything that is stuck now."""
    return [each for room in ROOMS for each in await room.find(session, now)]


async def count_needing(session: AsyncSession, *, now: datetime) -> Mapping[tuple[str, str], int]:
    """How many rows of each table need a person, by what is wrong with them."""
    found = [each for ledger in LEDGERS for each in await ledger.find(session, now)]
    return Counter((each.ledger, each.fault) for each in found if each.needs_person)


class Reconciler:
    """Looks through all tables; says of each row that needs a person when it comes and goes."""

    def __init__(self, database: Database, metrics: Metrics) -> None:
        self._database = database
        self._metrics = metrics
        self._said: frozenset[Stuck] = frozenset()

    async def reconcile(self, now: datetime) -> int:
        """One round; how many rows it put right."""
        settled = await settle_lost(self._database, now=now)
        for _, priority in settled:
            count(self._metrics, priority, DeliveryState.UNKNOWN.value, "worker_died", "")
        mended = [Stuck("deliveries", id_, "sending_lost") for id_, _ in settled]
        needing = []
        for room in ROOMS:
            async with self._database.reading() as session:
                found = await room.find(session, now)
            needing += [each for each in found if each.needs_person]
            mended += await self._mend(room, [e for e in found if not e.needs_person], now)
        self._say(mended, needing)
        return len(mended)

    async def _mend(self, room: Room, found: Sequence[Stuck], now: datetime) -> list[Stuck]:
        """One short transaction a row: others write between them."""
        mended = []
        for each in found:
            async with self._database.writing() as session:
                fault = await room.mend(session, each.id, now)
            if fault:
                mended.append(Stuck(room.name, each.id, fault))
        return mended

    def _say(self, mended: Sequence[Stuck], needing: Sequence[Stuck]) -> None:
        for (ledger, fault), ids in _by_fault(mended).items():
            self._metrics.reconciled.labels(ledger, fault).inc(len(ids))
            log.warning("stuck_mended", ledger=ledger, fault=fault, rows=len(ids), ids=_few(ids))
        self._metrics.stuck.clear()
        for (ledger, fault), ids in _by_fault(needing).items():
            self._metrics.stuck.labels(ledger, fault).set(len(ids))
        now = frozenset(needing)
        for (ledger, fault), ids in _by_fault(now - self._said).items():
            log.warning("stuck", ledger=ledger, fault=fault, rows=len(ids), ids=_few(ids))
        self._said = now


def _by_fault(found: Sequence[Stuck] | frozenset[Stuck]) -> Mapping[tuple[str, str], list[RowId]]:
    by: defaultdict[tuple[str, str], list[RowId]] = defaultdict(list)
    for each in found:
        by[each.ledger, each.fault].append(each.id)
    return by


def _few(ids: Sequence[RowId]) -> list[str]:
    return sorted(str(id_) for id_ in ids)[:_NAMED]
