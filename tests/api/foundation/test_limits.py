"""Limits counted by all processes together, and by each for itself while Redis is away."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from api.foundation import limits
from api.foundation.errors import TooMany
from api.foundation.limits import Limiter
from api.main import create_app
from tests.builders.engines import closed
from tests.builders.redis_servers import RedisServer

pytestmark = pytest.mark.needs_redis

SHARED = "redis://127.0.0.1:6379/0"
SECRET = b"secret"
RULE = "3/hour"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    made = RedisServer(tmp_path)
    made.start()
    yield made
    made.kill()


def a_limiter(url: str, prefix: str) -> Limiter:
    return Limiter(SECRET, url, prefix)


async def admitted(limiter: Limiter, who: str = "a") -> bool:
    try:
        await limiter.hit(RULE, "caller", who)
    except TooMany:
        return False
    return True


class TestTogether:
    async def test_two_processes_count_one_caller(self) -> None:
        prefix = f"huiqi:test-{uuid4().hex[:12]}"
        one, two = a_limiter(SHARED, prefix), a_limiter(SHARED, prefix)
        assert [await admitted(each) for each in (one, two, one, two, one)] == [
            True, True, True, False, False
        ]  # fmt: skip
        assert await admitted(two, "b")
        await one.close()
        await two.close()

    async def test_no_more_than_allowed_of_many_at_once(self) -> None:
        prefix = f"huiqi:test-{uuid4().hex[:12]}"
        several = [a_limiter(SHARED, prefix) for _ in range(3)]
        found = await asyncio.gather(*(admitted(each) for each in several * 20))
        assert sum(found) == 3
        for each in several:
            await each.close()

    async def test_another_installation_counts_for_itself(self) -> None:
        one, two = (a_limiter(SHARED, f"huiqi:test-{uuid4().hex[:12]}") for _ in range(2))
        for _ in range(3):
            assert await admitted(one)
        assert await admitted(two)
        await one.close()
        await two.close()


class TestRedisAway:
    async def test_counts_alone_then_together_again_and_says_so_once(
        self, server: RedisServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        limiter = a_limiter(server.url, "huiqi:test")
        assert await admitted(limiter)
        server.kill()
        with capture_logs() as logs:
            assert [await admitted(limiter, "b") for _ in range(4)] == [True, True, True, False]
            assert [line["event"] for line in logs] == ["limits_not_shared"]
            server.start()
            monkeypatch.setattr(limiter, "_ask_again", 0.01)  # the seconds have passed
            assert await admitted(limiter, "b")
            assert [line["event"] for line in logs] == ["limits_not_shared", "limits_shared"]
        await limiter.close()

    async def test_nobody_waits_for_one_that_is_silent(self, server: RedisServer) -> None:
        limiter = a_limiter(server.url, "huiqi:test")
        assert await admitted(limiter)
        server.freeze()
        async with asyncio.timeout(limits._ANSWER_SECONDS + 5):
            assert await admitted(limiter)
        await limiter.close()

    async def test_answers_go_on(self, app: FastAPI, tmp_path: Path) -> None:
        url = RedisServer(tmp_path).url  # never started
        settings = app.state.settings.model_copy(update={"redis_url": url})
        made = create_app(settings, now=app.state.now, library=app.state.shelf.current)
        transport = httpx.ASGITransport(app=made)
        async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            statuses = [(await client.get("/v1/release")).status_code for _ in range(3)]
        assert statuses == [200, 200, 200]
        await made.state.limiter.close()
        await made.state.redis.aclose()
        await closed(made)
