"""One budget, whoever keeps it: in Redis, in the database, and on the way from one to the other."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from redis import ConnectionError as RedisAway
from redis.asyncio import Redis
from sqlalchemy.exc import OperationalError

from api.deliveries.budget import BudgetAway
from api.deliveries.models import Priority
from api.deliveries.pacing import Granted, Want, rules_of
from api.deliveries.redis_budget import RedisBooks
from api.deliveries.row_budget import RowBooks
from api.deliveries.shared_budget import SharedBudget
from api.deliveries.slots import Slots
from api.foundation.database import Database
from api.foundation.now import now
from api.foundation.redis import open_redis
from tests.builders.windows_of_time import most_in

RULES = rules_of(30)
BULK, DIALOG = Priority.BULK, Priority.DIALOG


class Reached(RedisBooks):
    """Redis as one process reaches it, or does not."""

    away = False

    async def reserve(self, wants: Sequence[Want], now: int = 0) -> Granted:
        if self.away:
            raise RedisAway
        return await super().reserve(wants, now)

    async def alive(self) -> None:
        if self.away:
            raise RedisAway
        await super().alive()


@dataclass
class Asking:
    """A process that always has something to send."""

    budget: SharedBudget
    moments: list[tuple[float, Priority]] = field(default_factory=list)

    async def ask(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while loop.time() < ends:
            wants = [Want(BULK, uuid4().hex), Want(BULK, uuid4().hex)]
            if len(self.moments) % 7 == 0:
                wants.insert(0, Want(DIALOG, uuid4().hex))
            granted = await self.budget.reserve(wants)
            at = loop.time()
            for want, delay in zip(wants, granted.delays, strict=True):
                if delay is not None:
                    self.moments.append((at + delay, want.priority))
            await asyncio.sleep(min(granted.again, 0.05))


def _check(asking: Sequence[Asking]) -> list[float]:
    """Every moment of all, in order, none of them in a second too full."""
    moments = sorted(each for one in asking for each in one.moments)
    assert most_in(at for at, _ in moments) <= 30
    assert most_in(at for at, priority in moments if priority is BULK) <= 25
    return [at for at, _ in moments]


@pytest.fixture
async def redis(key: str) -> AsyncIterator[Redis]:
    made = open_redis("redis://127.0.0.1:6379/0")
    yield made
    async for name in made.scan_iter(match=f"{{{key}}}*"):
        await made.delete(name)
    await made.aclose()


@pytest.fixture
def key() -> str:
    return f"test:{uuid4()}"


def _row(database: Database) -> RowBooks:
    return RowBooks(database, "telegram", "4200", RULES, now)


class TestRow:
    async def test_three_processes_share_it(self, database: Database) -> None:
        asking = [Asking(SharedBudget(_row(database), None)) for _ in range(3)]
        await asyncio.gather(*(each.ask(2) for each in asking))
        assert len(_check(asking)) >= 40

    async def test_a_pause_holds_for_all(self, database: Database) -> None:
        one, two = SharedBudget(_row(database), None), SharedBudget(_row(database), None)
        await one.refused(Want(BULK, "a"), 30)
        granted = await two.reserve([Want(BULK, "b"), Want(DIALOG, "c")])
        assert [delay is None for delay in granted.delays] == [True, False]

    async def test_no_chat_stands_in_it_for_long(self, database: Database) -> None:
        row = _row(database)
        await row.reserve([Want(BULK, "long-gone")], redis_away=False)
        await asyncio.sleep(1.1)
        granted = await row.reserve([Want(BULK, "new")], redis_away=False)
        assert granted.delays == [0.0]


@pytest.mark.needs_redis
class TestRedis:
    async def test_three_processes_share_it(
        self, database: Database, redis: Redis, key: str
    ) -> None:
        asking = [
            Asking(SharedBudget(_row(database), RedisBooks(redis, key, RULES))) for _ in range(3)
        ]
        await asyncio.gather(*(each.ask(4) for each in asking))
        assert len(_check(asking)) >= 40

    async def test_one_that_cannot_reach_it_brings_all_to_the_row_and_back_again(
        self, database: Database, redis: Redis, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("api.deliveries.row_budget._HELD", 1.0)
        monkeypatch.setattr("api.deliveries.shared_budget._ASK_REDIS_AGAIN", 0.5)
        books = [Reached(redis, key, RULES) for _ in range(2)]
        asking = [Asking(SharedBudget(_row(database), each)) for each in books]
        loop = asyncio.get_running_loop()
        running = asyncio.gather(*(each.ask(13) for each in asking))
        await asyncio.sleep(3)
        books[0].away, lost = True, loop.time()
        await asyncio.sleep(6)
        books[0].away, found = False, loop.time()
        await running
        moments = _check(asking)
        assert sum(at < lost for at in moments) >= 15
        assert sum(lost + 4.5 < at < found for at in moments) >= 15
        assert sum(at > found + 2.5 for at in moments) >= 15


class TestNeither:
    async def test_without_a_database_nothing_is_given_out(self, database: Database) -> None:
        class Gone(RowBooks):
            async def reserve(self, wants: Sequence[Want], *, redis_away: bool) -> Granted:
                assert wants
                assert not redis_away
                raise OperationalError("select", {}, OSError())

        budget = SharedBudget(Gone(database, "telegram", "4200", RULES, now), None)
        with pytest.raises(BudgetAway):
            await budget.reserve([Want(DIALOG, "a")])

    async def test_who_waits_goes_on_waiting_and_is_let_go_at_the_end(self) -> None:
        class Away:
            async def reserve(self, wants: Sequence[Want]) -> Granted:
                raise BudgetAway(str(wants))

            async def refused(self, want: Want, seconds: float) -> None:
                raise BudgetAway(f"{want} {seconds}")

        slots = Slots(Away(), b"secret")
        waiting = asyncio.create_task(slots.first(slots.want(DIALOG, "7", group=False)))
        await asyncio.wait({waiting}, timeout=0.1)
        assert not waiting.done()
        slots.close()
        assert await waiting is None
