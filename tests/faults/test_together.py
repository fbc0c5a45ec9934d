"""Several processes on one database, while what they stand on is taken away and given back."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.builders.databases import on_postgres
from tests.builders.postgres_servers import PostgresServer
from tests.builders.redis_servers import RedisServer
from tests.faults.day import Day, prepare
from tests.faults.evening import Evening, judge
from tests.faults.living import CALLED, FAIR, LEASES_OVER, Lived, Weather, a_day, live
from tests.faults.program import Forge, Running

pytestmark = [
    pytest.mark.xdist_group("together"),
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.needs_postgres,
    pytest.mark.needs_redis,
]

_MIXED = ("429", "500", "", "", "reset", "502-page", "", "504-page", "429-bare", "", "page", "502")


def mixed(seed: int) -> Weather:
    """Answers of every kind in an order of their own; one call gets no answer at all."""
    order = random.Random(seed)
    methods = {
        "getUpdates": ["500", "502-page", "reset", "", "", ""],
        "sendMessage": [*_MIXED, *_MIXED, "lost"],
        "editMessageText": ["500", "reset", "429", ""],
        "sendDocument": ["502", ""],
        "answerCallbackQuery": ["500", "reset", "hang", ""],
    }
    for faults in methods.values():
        order.shuffle(faults)
    return Weather(faults=tuple((name, tuple(faults)) for name, faults in methods.items()))


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """The day on PostgreSQL."""
    with on_postgres() as url:
        yield asyncio.run(prepare(tmp_path_factory.mktemp("morning"), url))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def usual(day: Day, forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Evening:
    evening, _ = await live(day, forge, tmp_path_factory.mktemp("usual"))
    return evening


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


@contextlib.asynccontextmanager
async def many(
    day: Day,
    forge: Forge,
    folder: Path,
    weather: Weather,
    redis: RedisServer,
    *,
    url: str = "",
) -> AsyncIterator[tuple[Lived, list[Running]]]:
    """Two web processes, two workers and, where Telegram does not call, two that would ask it."""
    async with a_day(day, forge, folder, weather, url=url, redis_url=redis.url) as lived:
        web = [await lived.program.start("NONE"), await lived.program.start("NONE", port=0)]
        rest = [await lived.program.start("WORK") for _ in range(2)]
        if not weather.webhook:
            rest += [await lived.program.start("LISTEN") for _ in range(2)]
        yield lived, [*web, *rest]


class TestFair:
    @pytest.mark.parametrize("weather", [FAIR, CALLED], ids=["polling", "webhook"])
    async def test_many_are_as_good_as_one(
        self, day: Day, forge: Forge, usual: Evening, redis: RedisServer, tmp_path: Path,
        weather: Weather,
    ) -> None:  # fmt: skip
        async with many(day, forge, tmp_path, weather, redis) as (lived, running):
            assert not await lived.until_quiet(*running)
            evening = await lived.evening()
        assert judge(evening, usual) == []
        assert evening.unknown == 0


class TestRough:
    @pytest.mark.parametrize("seed", [1, 2, 3])
    async def test_answers_of_every_kind_and_deaths_at_any_time(
        self, day: Day, forge: Forge, usual: Evening, redis: RedisServer, tmp_path: Path,
        seed: int,
    ) -> None:  # fmt: skip
        order = random.Random(seed)
        async with many(day, forge, tmp_path, mixed(seed), redis) as (lived, running):
            for _ in range(4):
                await asyncio.sleep(order.uniform(0.2, 1.2))
                victim = order.choice(running)
                await victim.stop(9)
                running.remove(victim)
                lived.program.running.remove(victim)
                running.append(await lived.program.start(victim.duties, port=victim.port))
            # What the dead had in hand is free when their leases are over.
            await lived.program.stop()
            lived.program.later = LEASES_OVER
            last = [await lived.program.start("NONE"), await lived.program.start("WORK")]
            last.append(await lived.program.start("LISTEN"))
            assert not await lived.until_quiet(*last)
            evening = await lived.evening()
        assert judge(evening, usual) == []


class TestRedis:
    async def test_stopped_and_started_in_a_broadcast(
        self, day: Day, forge: Forge, usual: Evening, redis: RedisServer, tmp_path: Path
    ) -> None:
        async with many(day, forge, tmp_path, FAIR, redis) as (lived, running):
            for _ in range(3):
                await asyncio.sleep(0.7)
                redis.kill()
                await asyncio.sleep(0.7)
                redis.start()
            assert not await lived.until_quiet(*running)
            evening = await lived.evening()
        assert judge(evening, usual) == []
        assert evening.unknown == 0


class TestPostgres:
    async def test_restarted_in_a_turn(
        self,
        forge: Forge,
        redis: RedisServer,
        tmp_path: Path,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> None:
        server = PostgresServer(tmp_path_factory.mktemp("cluster"))
        server.start()
        try:
            own = await asyncio.to_thread(
                lambda: asyncio.run(prepare(tmp_path_factory.mktemp("own"), server.url))
            )
            evening = await self._lived(own, forge, tmp_path, redis, server)
            with on_postgres() as url:
                again = await asyncio.to_thread(
                    lambda: asyncio.run(prepare(tmp_path_factory.mktemp("again"), url))
                )
                folder = tmp_path_factory.mktemp("undisturbed")
                undisturbed, _ = await live(again, forge, folder)
        finally:
            server.stop()
        assert judge(evening, undisturbed) == []

    async def _lived(
        self, day: Day, forge: Forge, folder: Path, redis: RedisServer, server: PostgresServer
    ) -> Evening:
        async with many(day, forge, folder, FAIR, redis, url=server.url) as (lived, running):
            for _ in range(3):
                await asyncio.sleep(0.8)
                await asyncio.to_thread(server.stop)
                await asyncio.sleep(0.3)
                await asyncio.to_thread(server.start)
            await asyncio.sleep(1)
            # Leases of transactions that broke run out as those of the dead do.
            await lived.program.stop()
            lived.program.later = LEASES_OVER
            del running
            again = [await lived.program.start("NONE"), await lived.program.start("WORK")]
            again.append(await lived.program.start("LISTEN"))
            assert not await lived.until_quiet(*again)
            return await lived.evening()
