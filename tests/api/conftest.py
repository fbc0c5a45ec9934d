"""The public door: the whole application in this process, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.foundation.database import Database
from api.foundation.logs import set_up_logs
from api.library.service import Library, open_library
from api.main import create_app
from api.settings import Settings
from tests.builders.api_keys import a_key
from tests.builders.clocks import StandingClock
from tests.builders.engines import (  # noqa: F401 - fixtures, found here by name
    bare_url,
    closed,
    database_url,
    pooled_postgres,
    redis_for,
    sqlite_template,
)
from tests.builders.settings import some_settings


@pytest.fixture(scope="session", autouse=True)
def logging_as_served() -> None:
    """Logs as the program writes them; the library's own traces of locals take minutes."""
    set_up_logs("debug")


@pytest.fixture
def now() -> StandingClock:
    return StandingClock()


@pytest.fixture(scope="session")
def library() -> Library:
    return open_library()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:  # noqa: F811 - the fixture above
    return some_settings(tmp_path, database_url=database_url, redis_url=redis_for(database_url))


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The migrated database alone, for services and tasks."""
    made = Database(settings.database)
    yield made
    await made.close()


@pytest.fixture
async def app(settings: Settings, now: StandingClock, library: Library) -> AsyncIterator[FastAPI]:
    """The application on a migrated database."""
    made = create_app(settings, now=now, library=library)
    yield made
    await closed(made)


@pytest.fixture
async def other_app(
    app: FastAPI, settings: Settings, now: StandingClock, library: Library
) -> AsyncIterator[FastAPI]:
    """A second process over the same database."""
    made = create_app(settings, now=now, library=library)
    yield made
    await closed(made)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client with no key, that reads English."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://huiqi.test", headers={"Accept-Language": "en"}
    ) as made:
        yield made


@pytest.fixture
async def key(app: FastAPI) -> dict[str, str]:
    """The header of a key that may do everything."""
    return await a_key(app)
