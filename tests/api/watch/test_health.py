"""Probes: what is alive, what is ready, and what only wants looking at."""

import asyncio
import os
import signal
import socket
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from api.foundation import loops
from api.foundation.loops import Loop, Pulse, run_loops
from api.foundation.metrics import Metrics
from api.foundation.migrating import migrate
from api.foundation.redis import open_redis
from api.foundation.wake import Wake
from api.main import create_app, work
from api.settings import Settings
from api.watch import health as looking
from api.working import Duties
from tests.builders.channels import Messenger
from tests.builders.clocks import StandingClock
from tests.builders.crews import Hands
from tests.builders.databases import on_sqlite
from tests.builders.engines import closed
from tests.builders.settings import some_settings
from tests.builders.waiting import until


async def ready(client: httpx.AsyncClient) -> tuple[int, str, Mapping[str, str]]:
    """The answer's number, the state, and each check with its status."""
    answer = await client.get("/readyz")
    said = answer.json()
    checks = {check["name"]: check["status"] for check in said["checks"]}
    return answer.status_code, said["status"], checks


class TestReady:
    async def test_names_every_check(self, client: httpx.AsyncClient) -> None:
        number, state, checks = await ready(client)
        assert (number, state) == (200, "ready")
        ledgers = {name.removeprefix("queue_") for name in checks if name.startswith("queue_")}
        assert {"database", "redis", "release"} <= checks.keys()
        assert ledgers >= {"inbox", "deliveries_dialog", "deliveries_bulk", "reminders"}

    async def test_says_which_version_and_release(
        self, app: FastAPI, client: httpx.AsyncClient
    ) -> None:
        for path in ("/healthz", "/readyz"):
            said = (await client.get(path)).json()
            assert said["version"] == app.version
            assert said["release"] == app.state.shelf.current.base.release

    async def test_not_with_tables_of_another_version(
        self, app: FastAPI, client: httpx.AsyncClient
    ) -> None:
        async with app.state.database.writing() as session:
            await session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "failing")
        assert answer.json()["checks"][0]["detail"] == "not_migrated"

    async def test_not_without_the_database(self, tmp_path: Path, now: StandingClock) -> None:
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            port = nobody.getsockname()[1]
        nowhere = some_settings(tmp_path, database_url=f"postgresql://x@127.0.0.1:{port}/x")
        app = create_app(nowhere, now=now)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://huiqi.test") as client:
            assert await ready(client) == (503, "failing", {"database": "failing", "redis": "ok"})
            assert (await client.get("/healthz")).status_code == 200
            assert "huiqi_database_up 0.0" in (await client.get("/metrics")).text
        await closed(app)

    async def test_not_while_it_stops(self, app: FastAPI, client: httpx.AsyncClient) -> None:
        app.state.wake.stop()
        assert await ready(client) == (503, "stopping", {})

    async def test_without_redis_it_goes_on(self, settings: Settings, now: StandingClock) -> None:
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            port = nobody.getsockname()[1]
        lonely = settings.model_copy(update={"redis_url": f"redis://127.0.0.1:{port}/0"})
        app = create_app(lonely, now=now)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://huiqi.test") as client:
            number, state, checks = await ready(client)
            assert (number, state, checks["redis"]) == (200, "degraded", "degraded")
            assert "huiqi_redis_up 0.0" in (await client.get("/metrics")).text
        await closed(app)

    @pytest.mark.needs_redis
    async def test_with_redis_it_says_so(self) -> None:
        redis = open_redis("redis://127.0.0.1:6379/0")
        assert await looking.redis_answers(redis)
        await redis.aclose()

    async def test_a_queue_that_waits_too_long_is_named(
        self, app: FastAPI, client: httpx.AsyncClient, now: StandingClock
    ) -> None:
        hands = Hands(app, Messenger(), now)
        await hands.messenger.hand_in(hands.inbox, "a", text="您好")
        now.pass_by(seconds=61)
        number, state, checks = await ready(client)
        assert (number, state) == (200, "degraded")
        assert [n for n, status in checks.items() if status != "ok"] == ["queue_inbox"]

    def test_bulk_waits_for_its_share(self) -> None:
        assert not looking.is_behind("deliveries_bulk", 3600)
        assert looking.is_behind("deliveries_dialog", 61)


class TestAlive:
    async def test_a_loop_that_ended_is_noticed(
        self, app: FastAPI, client: httpx.AsyncClient
    ) -> None:
        async def stop() -> int:
            raise asyncio.CancelledError

        pulse: Pulse = app.state.crew.pulse
        with pytest.raises(asyncio.CancelledError):
            await loops._run(Loop("take", stop), Wake(1), pulse)
        answer = await client.get("/healthz")
        assert (answer.status_code, answer.json()["status"]) == (503, "dead")
        assert [check["name"] for check in answer.json()["checks"]] == ["loop_take"]

    async def test_a_loop_that_is_stuck_in_a_round_is_noticed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(loops, "LONGEST_ROUND", -1.0)
        pulse, wake, go = Pulse(Metrics()), Wake(1), asyncio.Event()

        async def hang() -> int:
            await go.wait()
            return 0

        running = asyncio.create_task(run_loops([Loop("take", hang)], wake, pulse))
        await until(lambda: pulse.dead == ["take"])
        go.set()
        wake.stop()
        await running

    async def test_loops_that_rest_and_fail_are_alive(self) -> None:
        pulse, wake = Pulse(Metrics()), Wake(1)
        rounds = 0

        async def fail() -> int:
            nonlocal rounds
            rounds += 1
            raise ValueError

        running = asyncio.create_task(run_loops([Loop("take", fail, every=3600.0)], wake, pulse))
        await until(lambda: rounds == 1)
        await asyncio.sleep(0)
        assert pulse.dead == []
        assert pulse.idle.keys() == {"take"}
        wake.stop()
        await running

    async def test_a_process_that_stops_is_not_restarted(
        self, app: FastAPI, client: httpx.AsyncClient
    ) -> None:
        pulse: Pulse = app.state.crew.pulse
        pulse.ends("take")
        app.state.wake.stop()
        assert (await client.get("/healthz")).status_code == 200


async def test_a_worker_answers_on_a_port_of_its_own(tmp_path: Path) -> None:
    settings = some_settings(tmp_path, database_url=on_sqlite(tmp_path))
    made = create_app(settings)
    await migrate(made.state.database)
    await closed(made)
    with socket.create_server(("127.0.0.1", 0)) as observing:
        address = f"http://127.0.0.1:{observing.getsockname()[1]}"
        working = asyncio.create_task(work(settings, Duties.WORK, observing))
        transport = httpx.AsyncHTTPTransport(retries=5)
        async with httpx.AsyncClient(transport=transport, base_url=address, timeout=20) as client:
            ready = (await client.get("/readyz")).json()
            assert ready["status"] in {"ready", "degraded"}
            assert (await client.get("/healthz")).json()["status"] == "alive"
            told = (await client.get("/metrics")).text
            assert 'huiqi_loop_idle_seconds{loop="take"}' in told
            for path in ("/", "/console", "/v1/release", "/openapi.json"):
                assert (await client.get(path)).status_code == 404, path
        working.get_loop().call_soon(_interrupt)
        await asyncio.wait_for(working, 20)


def _interrupt() -> None:
    """As an operator's SIGTERM; the loop has a handler for it by now."""
    os.kill(os.getpid(), signal.SIGTERM)
