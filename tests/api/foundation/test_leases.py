"""What one process does at a time: others stand by, and take over from one that ends or dies."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from api.foundation.database import Database
from api.foundation.leases import OneAtATime
from api.foundation.now import now as real_now
from api.settings import Settings
from tests.builders.waiting import until

LENGTH = timedelta(seconds=2)
EVERY = 0.05


class Poller:
    """A process that does the work while it may."""

    def __init__(self, settings: Settings) -> None:
        self.database = Database(settings.database)
        self.works = False
        self.lease = OneAtATime(self.database, "listen:test", real_now, length=LENGTH, every=EVERY)
        self.task = asyncio.create_task(self.lease.run(self._work))

    async def _work(self) -> None:
        self.works = True
        try:
            await asyncio.Event().wait()
        finally:
            self.works = False

    async def end(self) -> None:
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task
        await self.database.close()


@pytest.fixture
async def first(settings: Settings) -> AsyncIterator[Poller]:
    made = Poller(settings)
    await until(lambda: made.works)
    yield made
    await made.end()


@pytest.fixture
async def second(settings: Settings, first: Poller) -> AsyncIterator[Poller]:
    made = Poller(settings)
    yield made
    await made.end()


async def test_a_second_one_stands_by(first: Poller, second: Poller) -> None:
    await asyncio.sleep(LENGTH.total_seconds() * 1.5)  # longer than a lease that nobody renews
    assert (first.works, second.works) == (True, False)


async def test_takes_over_at_once_from_one_that_ends_well(first: Poller, second: Poller) -> None:
    await first.end()
    await until(lambda: second.works)


async def test_takes_over_from_one_that_died(
    first: Poller, second: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing() -> None:
        """The dead give nothing back."""

    monkeypatch.setattr(first.lease, "_give_back", nothing)
    await first.end()
    assert not second.works
    await until(lambda: second.works)


async def test_one_that_cannot_renew_stops_before_another_may_begin(
    first: Poller, second: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> object:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(first.database, "writing", away)
    both = False

    def taken_over() -> bool:
        nonlocal both
        both = both or (first.works and second.works)
        return second.works

    await until(taken_over)
    assert (both, first.works) == (False, False)


async def test_a_work_that_fails_says_so_and_gives_the_lease_back(settings: Settings) -> None:
    database = Database(settings.database)

    async def broken() -> None:
        raise ValueError("broken")

    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            await OneAtATime(database, "listen:test", real_now, every=EVERY).run(broken)
    await database.close()
