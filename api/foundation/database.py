"""Engines and sessions. The only place that commits: `writing()` is the whole unit of work.

SQLite has one connection for writing, in short `BEGIN IMMEDIATE` units (its default pool answers
"database is locked" under fifty chats), and a read-only pool. Nobody holds a session over a wait
on the network: streams read in short units between their waits.
"""

import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Annotated, Protocol

from fastapi import Depends, Request
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

_WAIT_MS = 5000
_OTHER_MIGRATION_MS = 600_000
"""How long a migration waits for another one of the same file."""
_READERS = 4
_IDLE_SECONDS = 0.5
_USED = "used"


_AS_IT_IS = text("SET LOCAL plan_cache_mode = force_custom_plan")


async def plan_as_it_is(session: AsyncSession) -> None:
    """Have PostgreSQL plan this transaction's statements by the tables as they are now.

    For what fills a table: a plan kept from when it was empty would read all of it for each row.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(_AS_IT_IS)


class _Cursor(Protocol):
    def execute(self, statement: str) -> object: ...
    def close(self) -> None: ...


class _Raw(Protocol):
    isolation_level: str | None

    def cursor(self) -> _Cursor: ...


class DatabaseRefused(Exception):
    """The program may not work on this database as it is; the text says why and what to do."""


class Database:
    """One database: sessions that write and commit, and sessions that cannot write."""

    def __init__(self, url: str) -> None:
        self.on_sqlite = make_url(url).get_backend_name() == "sqlite"
        if self.on_sqlite:
            _make_folder(url)
            self.engine = _sqlite_engine(url, size=1, begin="BEGIN IMMEDIATE")
            self._reader = _sqlite_engine(url, size=_READERS, begin="BEGIN", read_only=True)
        else:
            self.engine = create_async_engine(
                url, pool_size=10, max_overflow=10, hide_parameters=True
            )
            _ask_the_idle(self.engine)
            self._reader = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        self._writing = async_sessionmaker(self.engine, expire_on_commit=False)
        self._reading = async_sessionmaker(self._reader, expire_on_commit=False)

    def writing(self) -> AbstractAsyncContextManager[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        return self._writing.begin()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """One consistent look; writing in it is refused by the database."""
        async with self._reading() as session, session.begin():
            yield session

    @asynccontextmanager
    async def changing_tables(self) -> AsyncIterator[AsyncConnection]:
        """One transaction in which tables may be made, changed and rebuilt, whole or not at all.

        SQLite rebuilds a table by dropping the old one, and with foreign keys on that deletes all
        that refers to it: they are off meanwhile, and looked at as a whole before the commit.
        """
        async with self.engine.connect() as connection:
            if not self.on_sqlite:
                async with connection.begin():
                    yield connection
                return
            await _set_up_rebuilding(connection)
            try:
                async with connection.begin():
                    yield connection
                    broken = await connection.exec_driver_sql("PRAGMA foreign_key_check")
                    for row in broken.mappings():
                        raise DatabaseRefused(
                            f"rows of {row['table']} refer to rows of {row['parent']} that are gone"
                        )
            finally:
                await connection.invalidate()

    async def alive(self) -> None:
        """Ask the database anything; raises what it raises."""
        async with self.reading() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Give all connections back."""
        await self._reader.dispose()
        await self.engine.dispose()


def _ask_the_idle(engine: AsyncEngine) -> None:
    """Before a connection that was not used for a while is given out it is asked whether it lives.

    `pool_pre_ping` asks each time: a turn takes several, and each would be one more way to and fro.
    """
    dialect = engine.sync_engine.dialect

    def given_back(_raw: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info[_USED] = time.monotonic()

    def given_out(
        raw: DBAPIConnection, entry: ConnectionPoolEntry, _: PoolProxiedConnection
    ) -> None:
        if time.monotonic() - entry.info.get(_USED, time.monotonic()) < _IDLE_SECONDS:
            return
        try:
            dialect.do_ping(raw)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error  # those opened before it are dead as well

    event.listen(engine.sync_engine, "checkin", given_back)
    event.listen(engine.sync_engine, "checkout", given_out)


async def _set_up_rebuilding(connection: AsyncConnection) -> None:
    """Before the transaction begins: within it SQLite ignores the first of these."""
    driver = (await connection.get_raw_connection()).driver_connection
    if driver is not None:
        await driver.execute("PRAGMA foreign_keys = OFF")
        await driver.execute(f"PRAGMA busy_timeout = {_OTHER_MIGRATION_MS}")


async def one_at_a_time(session: AsyncSession, what: str) -> None:
    """Wait until nobody else is past this line for the same thing; held until the end.

    SQLite has one writer anyway.
    """
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], signed=True)
        await session.execute(select(func.pg_advisory_xact_lock(key)))


def _make_folder(url: str) -> None:
    file = make_url(url).database
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)


def _sqlite_engine(url: str, *, size: int, begin: str, read_only: bool = False) -> AsyncEngine:
    engine = create_async_engine(
        url, pool_size=size, max_overflow=0, pool_timeout=_WAIT_MS / 1000, hide_parameters=True
    )

    def connect(raw: _Raw, _entry: ConnectionPoolEntry) -> None:
        raw.isolation_level = None  # the driver's own BEGIN would be a deferred one
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")  # what a person erases is overwritten
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", connect)
    event.listen(engine.sync_engine, "begin", start)
    return engine


def database_of(request: Request) -> Database:
    """The database of the application a request came to."""
    database: Database = request.app.state.database
    return database


async def _open_writing(request: Request) -> AsyncIterator[AsyncSession]:
    async with database_of(request).writing() as session:
        yield session


async def _open_reading(request: Request) -> AsyncIterator[AsyncSession]:
    async with database_of(request).reading() as session:
        yield session


# scope="function": the commit happens before the answer leaves, so a failing commit is a 5xx.
WriteSession = Annotated[AsyncSession, Depends(_open_writing, scope="function")]
ReadSession = Annotated[AsyncSession, Depends(_open_reading, scope="function")]
DatabaseDep = Annotated[Database, Depends(database_of)]
