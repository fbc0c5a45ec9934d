"""A test once on each engine: the fixtures of a database, fresh or with our tables."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.builders.databases import bring_up, on_postgres, on_sqlite
from tests.builders.pooled_postgres import PooledPostgres

SCALE = (pytest.mark.needs_postgres, pytest.mark.needs_redis)
ENGINES = ["sqlite", pytest.param("postgres", marks=SCALE)]
"""Both ways to run: a file in one process, and PostgreSQL with Redis for several."""


def redis_for(database_url: str) -> str:
    """The Redis beside a database; keys begin with the database's own prefix, so all share one."""
    return "" if database_url.startswith("sqlite") else "redis://127.0.0.1:6379/0"


async def closed(app: FastAPI) -> None:
    """Give back what an application holds that was never served."""
    await app.state.limiter.close()
    if app.state.redis is not None:
        await app.state.redis.aclose()
    await app.state.database.close()


@pytest.fixture(params=ENGINES)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, once on each engine."""
    if request.param == "sqlite":
        yield on_sqlite(tmp_path)
        return
    with on_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our tables, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    bring_up(on_sqlite(folder))
    return folder / "huiqi.db"


@pytest.fixture(scope="session")
def pooled_postgres() -> Iterator[PooledPostgres]:
    """A database with our tables, for one test after the other."""
    pooled = PooledPostgres()
    yield pooled
    pooled.close()


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with our tables, once on each engine."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "huiqi.db")
        yield on_sqlite(tmp_path)
        return
    pooled: PooledPostgres = request.getfixturevalue("pooled_postgres")
    with pooled.fresh() as url:
        yield url
