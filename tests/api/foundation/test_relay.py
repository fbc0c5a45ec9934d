"""Wakes between processes, over a real Redis that is also killed, frozen and started again."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from api.foundation import relay
from api.foundation.redis import open_redis, prefix_of
from api.foundation.relay import Relay, wake_elsewhere
from api.foundation.wake import Wake
from api.settings import Settings
from tests.builders.redis_servers import RedisServer
from tests.builders.settings import some_settings
from tests.builders.waiting import until

pytestmark = pytest.mark.needs_redis

SHARED = "redis://127.0.0.1:6379/0"


@dataclass
class Process:
    """The wakes of one process."""

    wake: Wake
    redis: Redis


@asynccontextmanager
async def a_process(url: str, prefix: str) -> AsyncIterator[Process]:
    made = Process(Wake(100, alone=False), open_redis(url))
    async with Relay(made.redis, prefix, made.wake).running():
        yield made
    await made.redis.aclose()


@asynccontextmanager
async def two_processes(url: str) -> AsyncIterator[tuple[Process, Process]]:
    """Two that hear each other."""
    prefix = f"huiqi:test-{uuid4().hex[:12]}"
    async with AsyncExitStack() as stack:
        one, two = [await stack.enter_async_context(a_process(url, prefix)) for _ in range(2)]
        await until(lambda: one.wake.hears_all and two.wake.hears_all)
        yield one, two


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    made = RedisServer(tmp_path)
    made.start()
    yield made
    made.kill()


class TestWake:
    async def test_reaches_the_other_process(self) -> None:
        async with two_processes(SHARED) as (one, two):
            with two.wake.listening("a") as a, two.wake.listening("b") as b:
                one.wake.wake("a")
                await asyncio.wait_for(a.wait(), 5)
                assert not b.is_set()

    async def test_is_immediate_at_home(self) -> None:
        async with two_processes(SHARED) as (one, _):
            with one.wake.listening("a") as event:
                one.wake.wake("a")
                assert event.is_set()

    async def test_does_not_come_back_to_who_woke(self) -> None:
        async with two_processes(SHARED) as (one, two):
            with one.wake.listening("a") as mine, two.wake.listening("a") as theirs:
                one.wake.wake("a")
                mine.clear()
                await asyncio.wait_for(theirs.wait(), 5)
                with one.wake.listening("b") as later:
                    two.wake.wake("b")  # whatever came back would have come before this
                    await asyncio.wait_for(later.wait(), 5)
                assert not mine.is_set()

    async def test_another_installation_on_the_same_redis_hears_nothing(self) -> None:
        async with two_processes(SHARED) as (one, two), two_processes(SHARED) as (_, stranger):
            with two.wake.listening("a") as ours, stranger.wake.listening("a") as theirs:
                one.wake.wake("a")
                await asyncio.wait_for(ours.wait(), 5)
                assert not theirs.is_set()

    async def test_a_command_wakes_the_processes_that_run(self, tmp_path: Path) -> None:
        settings = some_settings(tmp_path, redis_url=SHARED)
        async with a_process(SHARED, prefix_of(settings)) as running:
            await until(lambda: running.wake.hears_all)
            with running.wake.listening("release") as event:
                await wake_elsewhere(settings, "release")
                await asyncio.wait_for(event.wait(), 5)


class TestBurst:
    async def test_is_one_message(self) -> None:
        async with two_processes(SHARED) as (one, two), two.redis.pubsub() as heard:
            channel = (await two.redis.pubsub_channels("huiqi:test-*:wake"))[0]
            await heard.subscribe(channel)
            await heard.get_message(timeout=5)
            for _ in range(10_000):
                one.wake.wake("a")
                one.wake.wake("b")
            message = await heard.get_message(timeout=5)
            assert message is not None
            assert message["data"].split("\n")[1:] == ["a", "b"]
            assert await heard.get_message(timeout=0.2) is None

    async def test_of_very_many_topics_wakes_everybody(self) -> None:
        async with two_processes(SHARED) as (one, two):
            with two.wake.listening("never named") as event:
                for number in range(5000):
                    one.wake.wake(str(number))
                await asyncio.wait_for(event.wait(), 5)


class TestRedisAway:
    async def test_nobody_is_kept_waiting_and_all_are_woken_when_it_is_back(
        self, server: RedisServer
    ) -> None:
        async with two_processes(server.url) as (one, two):
            server.kill()
            await until(lambda: not (one.wake.hears_all or two.wake.hears_all))
            with two.wake.listening("a") as a, two.wake.listening("b") as b:
                one.wake.wake("a")
                assert not a.is_set()
                server.start()
                await asyncio.wait_for(asyncio.gather(a.wait(), b.wait()), 15)
                await until(lambda: one.wake.hears_all and two.wake.hears_all)
                b.clear()
                one.wake.wake("b")
                await asyncio.wait_for(b.wait(), 5)

    async def test_before_the_start_it_is_waited_for(self, tmp_path: Path) -> None:
        server = RedisServer(tmp_path)
        async with a_process(server.url, "huiqi:test") as process:
            process.wake.wake("a")
            with process.wake.listening("b") as event:
                server.start()
                await asyncio.wait_for(event.wait(), 15)
        server.kill()

    async def test_silence_is_noticed(
        self, server: RedisServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(relay, "_QUIET_SECONDS", 0.2)
        async with two_processes(server.url) as (one, _):
            server.freeze()
            await until(lambda: not one.wake.hears_all)


class TestPrefix:
    @pytest.mark.parametrize("password", ["", ":secret", ":other"])
    def test_does_not_depend_on_the_password(self, tmp_path: Path, password: str) -> None:
        def prefix(url: str) -> str:
            settings: Settings = some_settings(tmp_path, database_url=url)
            return prefix_of(settings)

        bare = prefix("postgresql://huiqi@127.0.0.1:5432/one")
        assert prefix(f"postgresql://huiqi{password}@127.0.0.1:5432/one") == bare
        assert prefix(f"postgresql://huiqi{password}@127.0.0.1:5432/two") != bare
        assert len(bare) == len("huiqi:") + 12
