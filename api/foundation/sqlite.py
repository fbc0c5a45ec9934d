"""SQLite under asyncio: what is quick runs at once, what may take long runs in a thread.

A statement of a few microseconds costs many times as much when it is handed to a thread and back.
So each statement is timed: one that took long, or was never seen, goes to the thread of its
connection, and so does all that may wait for the disk or for another process.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, thread_time
from types import TracebackType
from typing import Self, TypeAlias, TypeVar

LONG_SECONDS = 0.001
"""What takes longer leaves the loop the next time."""
_MOST_KNOWN = 2000

Result = TypeVar("Result")
Cell: TypeAlias = "str | bytes | int | float | None"
Given: TypeAlias = "Sequence[Cell] | Mapping[str, Cell]"


class Pace:
    """Which statements are quick, by their text; of one database."""

    def __init__(self) -> None:
        self._quick: dict[str, bool] = {}

    def is_quick(self, statement: str) -> bool:
        """Whether it took but a moment the last time."""
        return self._quick.get(statement, False)

    def took(self, statement: str, seconds: float) -> None:
        """Note how long it took."""
        if len(self._quick) >= _MOST_KNOWN:
            self._quick.clear()
        self._quick[statement] = seconds < LONG_SECONDS


class SqliteConnection:
    """One connection, with the face that SQLAlchemy knows from aiosqlite.

    A call that is cancelled while its thread works is waited for before the next one begins.
    """

    def __init__(self, file: str, pace: Pace) -> None:
        # SQLAlchemy asks `_connection` whether the connection is still open.
        self._connection: sqlite3.Connection | None = None
        self._open = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._connection = self._open
        self._pace = pace
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        self._at_work: asyncio.Future[object] | None = None

    def cursor(self) -> "SqliteCursor":
        """A cursor; nothing is asked yet."""
        return SqliteCursor(self, self._open.cursor())

    async def run(self, statement: str, work: Callable[[], Result]) -> Result:
        """Do what a statement asks for, here or in the thread."""
        await self._settled()
        if not self._pace.is_quick(statement):
            return await self._aside(lambda: self._timed(statement, work, thread_time))
        return self._timed(statement, work, perf_counter)

    def _timed(
        self, statement: str, work: Callable[[], Result], clock: Callable[[], float]
    ) -> Result:
        started = clock()
        try:
            return work()
        finally:
            self._pace.took(statement, clock() - started)

    async def aside(self, work: Callable[[], Result]) -> Result:
        """Do what may wait, in the thread."""
        await self._settled()
        return await self._aside(work)

    async def _aside(self, work: Callable[[], Result]) -> Result:
        future = asyncio.get_running_loop().run_in_executor(self._thread, work)
        self._at_work = future  # type: ignore[assignment]  # only waited for
        result = await asyncio.shield(future)
        self._at_work = None
        return result

    async def _settled(self) -> None:
        """Nothing of an earlier call that was given up goes on behind our back."""
        while self._at_work is not None:
            with contextlib.suppress(Exception):
                await asyncio.shield(self._at_work)
            self._at_work = None

    async def commit(self) -> None:
        """End the transaction; it may have to reach the disk."""
        if self._open.in_transaction:
            await self.aside(self._open.commit)

    async def rollback(self) -> None:
        """Undo the transaction."""
        await self._settled()
        if self._open.in_transaction:
            await self._aside(self._open.rollback)

    async def create_function(
        self, name: str, arguments: int, work: Callable[..., Cell], *, deterministic: bool = False
    ) -> None:
        """A function of our own in SQL; SQLAlchemy brings one."""
        self._open.create_function(name, arguments, work, deterministic=deterministic)

    async def close(self) -> None:
        """Give the file back, whole: the last one out writes the log into it."""
        if self._connection is None:
            return
        await self._settled()
        self._connection = None
        await self._aside(self._open.close)
        self._thread.shutdown(wait=False)

    def stop(self) -> None:
        """Give it back at once."""
        if self._connection is None:
            return
        self._connection = None
        self._open.interrupt()
        self._thread.submit(self._open.close)
        self._thread.shutdown(wait=False)


class SqliteCursor:
    """One statement and its rows."""

    def __init__(self, connection: SqliteConnection, cursor: sqlite3.Cursor) -> None:
        self._connection = connection
        self._cursor = cursor
        self._rows: list[tuple[Cell, ...]] = []
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        """As the driver's own."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """As the driver's own."""
        self._cursor.close()

    @property
    def description(self) -> tuple[tuple[str, None, None, None, None, None, None], ...] | None:
        """The columns of the rows; None where there are none."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The number of the last row that was put in."""
        return self._cursor.lastrowid

    async def execute(self, statement: str, given: Given = ()) -> Self:
        """Ask, and fetch all there is: a row fetched later would be one more way to wait."""

        def work() -> list[tuple[Cell, ...]]:
            self._cursor.execute(statement, given)
            return self._cursor.fetchall() if self._cursor.description else []

        if statement.startswith("BEGIN IMMEDIATE"):  # waits for other processes
            self._rows = await self._connection.aside(work)
        else:
            self._rows = await self._connection.run(statement, work)
        return self

    async def executemany(self, statement: str, given: Sequence[Given]) -> Self:
        """The same for many; how many there are says how long it takes."""
        await self._connection.aside(lambda: self._cursor.executemany(statement, given))
        return self

    async def fetchall(self) -> list[tuple[Cell, ...]]:
        """The rows that were not fetched yet."""
        rows, self._rows = self._rows, []
        return rows

    async def fetchone(self) -> tuple[Cell, ...] | None:
        """The next row."""
        return self._rows.pop(0) if self._rows else None

    async def close(self) -> None:
        """Nothing more is asked."""
        self._cursor.close()
