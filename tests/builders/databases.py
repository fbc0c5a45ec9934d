"""A database of its own for a test, on either engine."""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]  # published without types

from api.foundation.database import Database
from api.foundation.migrating import migrate
from api.settings import Settings

PG_HOST = os.environ.get("PGHOST", "127.0.0.1")
PG_PORT = int(os.environ.get("PGPORT", "5432"))
PG_USER = os.environ.get("PGUSER", "root")
PG_HOME = os.environ.get("PGDATABASE", "test")


def on_sqlite(folder: Path) -> str:
    """The address of a fresh file."""
    return f"sqlite:///{folder / 'huiqi.db'}"


@contextmanager
def on_postgres(template: str = "template1") -> Iterator[str]:
    """The address of a fresh database of the server on loopback; dropped afterwards."""
    name = create(template)
    try:
        yield address_of(name)
    finally:
        drop(name)


def create(template: str = "template1") -> str:
    """The name of a new database on PostgreSQL."""
    name = f"huiqi_{uuid4().hex[:16]}"
    at_once(_run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    return name


def drop(name: str) -> None:
    """Whoever is connected to it is not any more."""
    at_once(_run(f'DROP DATABASE "{name}" WITH (FORCE)'))


def address_of(name: str) -> str:
    """The address of a database of the server on loopback."""
    return f"postgresql://{PG_USER}@{PG_HOST}:{PG_PORT}/{name}"


def bring_up(url: str, revision: str = "head") -> None:
    """Give a database our tables, those of today or of an earlier revision."""
    at_once(_brought_up(url, revision))


def at_once(work: Coroutine[None, None, None]) -> None:
    """Run to the end in a loop of its own, away from that of the tests."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _brought_up(url: str, revision: str) -> None:
    database = Database(Settings(database_url=url).database)
    await migrate(database, revision)
    await database.close()


async def _run(statement: str) -> None:
    async with connected() as connection:
        await connection.execute(statement)


@asynccontextmanager
async def connected(name: str = PG_HOME) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a database of the server on loopback."""
    connection = await asyncpg.connect(
        host=PG_HOST, port=PG_PORT, user=PG_USER, database=name, timeout=10
    )
    try:
        yield connection
    finally:
        await connection.close()
