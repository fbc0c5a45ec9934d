"""Units of work: committed before the answer leaves, one writer, readers that cannot write."""

import asyncio
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.models import ApiKey, Scope
from api.accounts.service import create_key
from api.foundation.database import Database, WriteSession
from api.foundation.migrating import migrate
from api.settings import Settings
from tests.builders.clocks import START
from tests.builders.databases import connected, on_postgres, on_sqlite


def _add_key(session: AsyncSession, name: str) -> None:
    create_key(session, name=name, scopes=[Scope.EVALUATE], rate="1/minute", now=START)


async def _names(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(col(ApiKey.name))))


class TestWriting:
    async def test_keeps_what_ended_well(self, app: FastAPI) -> None:
        async with app.state.database.writing() as session:
            _add_key(session, "kept")
        assert await _names(app.state.database) == ["kept"]

    async def test_keeps_nothing_of_what_raised(self, app: FastAPI) -> None:
        async def stumble() -> None:
            async with app.state.database.writing() as session:
                _add_key(session, "lost")
                await session.flush()
                raise LookupError

        with pytest.raises(LookupError):
            await stumble()
        assert await _names(app.state.database) == []

    async def test_fifty_at_once_are_all_kept(self, app: FastAPI) -> None:
        async def one(number: int) -> None:
            async with app.state.database.writing() as session:
                _add_key(session, f"key {number}")
                await session.flush()
                await asyncio.sleep(0)
            await _names(app.state.database)

        await asyncio.gather(*(one(number) for number in range(50)))
        assert len(await _names(app.state.database)) == 50


class TestReading:
    async def test_cannot_write(self, app: FastAPI) -> None:
        with pytest.raises(DBAPIError):
            async with app.state.database.reading() as session:
                _add_key(session, "sly")
        assert await _names(app.state.database) == []


class TestSession:
    async def test_a_failing_commit_is_a_5xx_and_keeps_nothing(
        self, app: FastAPI, client: httpx.AsyncClient
    ) -> None:
        async def write(session: WriteSession) -> str:
            _add_key(session, "promised")

            def fail(_session: object) -> None:
                raise RuntimeError("the disk is full")

            event.listen(session.sync_session, "before_commit", fail)
            return "kept"

        app.add_api_route("/write", write)
        assert (await client.get("/write")).status_code == 500
        assert await _names(app.state.database) == []


class TestSqlite:
    async def test_a_reader_is_not_stopped_by_a_writer_and_waits_for_nobody(
        self, tmp_path: Path
    ) -> None:
        database = Database(Settings(database_url=on_sqlite(tmp_path)).database)
        await migrate(database)
        async with database.writing() as session:
            _add_key(session, "not yet")
            await session.flush()
            assert await asyncio.wait_for(_names(database), 2) == []
        assert await _names(database) == ["not yet"]
        await database.close()

    async def test_two_processes_wait_for_each_other(self, tmp_path: Path) -> None:
        url = Settings(database_url=on_sqlite(tmp_path)).database
        here, there = Database(url), Database(url)
        await migrate(here)

        async def write(database: Database, name: str) -> None:
            async with database.writing() as session:
                _add_key(session, name)
                await session.flush()
                await session.execute(text("SELECT 1"))

        await asyncio.gather(*(write(base, f"{n}") for n in range(20) for base in (here, there)))
        assert len(await _names(here)) == 40
        await here.close()
        await there.close()


@pytest.mark.needs_postgres
class TestConnections:
    async def test_one_that_died_while_nobody_used_it_is_replaced(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("api.foundation.database._IDLE_SECONDS", 0.0)
        with on_postgres() as url:
            database = Database(Settings(database_url=url).database)
            await database.alive()
            async with connected() as home:
                await home.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                    url.rpartition("/")[2],
                )
            await database.alive()
            await database.close()
