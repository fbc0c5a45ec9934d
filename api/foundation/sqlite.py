"""SQLite under asyncio: what is quick runs at once, what may take long runs in a thread.

A statement of a few microseconds costs many times as much when it is handed to a thread and back.
So each statement is timed: one that took long, or was never seen, goes to the thread of its
connection. What waits for another process waits without holding anybody up, and what waits for
the disk (bringing the log into the file) has the thread as well.
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
_FEW = 20
"""So many rows put in at once are still one quick statement."""
_COMMITS = 64
"""After so many transactions the log is brought into the file."""
_AGAIN_SECONDS = 0.005
_TURN_SECONDS = 0.002
"""After so long with quick statements the others go on."""

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

    def __init__(self, file: str, pace: Pace, patience: float) -> None:
        self._open = sqlite3.connect(
            file, timeout=patience, isolation_level=None, check_same_thread=False
        )
        self._set("wal_autocheckpoint = 0")  # a commit would wait for the disk
        # SQLAlchemy asks `_connection` whether the connection is still open.
        self._connection: sqlite3.Connection | None = self._open
        self._pace = pace
        self._patience = patience
        self._since = 0.0
        """When the others were last let go on."""
        self._commits = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        self._at_work: asyncio.Future[object] | None = None

    def _set(self, pragma: str) -> None:
        """Read to its end: nothing can be committed while a statement is half read."""
        self._open.execute(f"PRAGMA {pragma}").fetchall()

    def cursor(self) -> "SqliteCursor":
        """A cursor; nothing is asked yet."""
        return SqliteCursor(self, self._open.cursor())

    async def run(self, statement: str, work: Callable[[], Result]) -> Result:
        """Do what a statement asks for, here or in the thread."""
        await self._settled()
        if not self._pace.is_quick(statement):
            return await self._aside(lambda: self._timed(statement, work, thread_time))
        if perf_counter() - self._since > _TURN_SECONDS:
            await asyncio.sleep(0)  # many quick ones after another are not quick
            self._since = perf_counter()
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
        self._since = perf_counter()
        return result

    async def _settled(self) -> None:
        """Nothing of an earlier call that was given up goes on behind our back."""
        while self._at_work is not None:
            with contextlib.suppress(Exception):
                await asyncio.shield(self._at_work)
            self._at_work = None

    async def take_over(self, work: Callable[[], Result]) -> Result:
        """Become the one that writes; raises what SQLite raises where another one does not end."""
        await self._settled()
        until = perf_counter() + self._patience
        self._set("busy_timeout = 0")
        try:
            while True:
                try:
                    return work()
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or perf_counter() > until:
                        raise
                await asyncio.sleep(_AGAIN_SECONDS)
        finally:
            self._set(f"busy_timeout = {self._patience * 1000:.0f}")

    async def commit(self) -> None:
        """End the transaction. From time to time what was committed is brought into the file."""
        await self._settled()
        if not self._open.in_transaction:
            return
        self._open.execute("COMMIT")
        self._commits += 1
        if self._commits >= _COMMITS:
            self._commits = 0
            await self._aside(lambda: self._set("wal_checkpoint(PASSIVE)"))

    async def rollback(self) -> None:
        """Undo the transaction."""
        await self._settled()
        if self._open.in_transaction:
            await self._aside(lambda: self._open.execute("ROLLBACK"))

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

        if statement == "BEGIN IMMEDIATE":
            self._rows = await self._connection.take_over(work)
        else:
            self._rows = await self._connection.run(statement, work)
        return self

    async def executemany(self, statement: str, given: Sequence[Given]) -> Self:
        """The same for many; how many there are says how long it takes."""

        def work() -> None:
            self._cursor.executemany(statement, given)

        if len(given) <= _FEW:
            await self._connection.run(statement, work)
        else:
            await self._connection.aside(work)
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
