"""One PostgreSQL database for many tests, each of which finds it as it was made.

To drop a database costs the server a checkpoint, many times what it costs to empty one. It gets
another name each time: whatever is kept elsewhere under its name is not found again.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]  # published without types

from tests.builders.databases import address_of, at_once, bring_up, connected, create, drop

_TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_SEQUENCES = "SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'"
_SHAPE = """
    SELECT md5(string_agg(kind || name || more, ',' ORDER BY kind, name, more)) FROM (
        SELECT relkind::text AS kind, c.relname || '.' || a.attname AS name,
            a.atttypid::text || a.attnotnull::text AS more
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
        UNION ALL SELECT 't', tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT 'c', conname, contype::text FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
    ) AS everything
"""
"""Tells whether somebody changed the tables themselves."""
_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"


class PooledPostgres:
    """Made at the first need; a database whose tables were changed is replaced."""

    def __init__(self) -> None:
        self._name = ""
        self._shape = ""
        self._rows: dict[str, bytes] = {}
        """What is in the tables at first, as PostgreSQL copies it."""

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The address of the database, as it was made."""
        if not self._name:
            self._make()
        yield address_of(self._name)
        at_once(self._restored())

    def close(self) -> None:
        """Drop it."""
        if self._name:
            drop(self._name)
        self._name = ""

    def _make(self) -> None:
        self._name = create()
        bring_up(address_of(self._name))
        at_once(self._remembered())

    async def _remembered(self) -> None:
        async with connected(self._name) as connection:
            self._shape = await connection.fetchval(_SHAPE)
            for (table,) in await connection.fetch(_TABLES):
                if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table})"):  # noqa: S608
                    kept = io.BytesIO()
                    await connection.copy_from_query(
                        f"SELECT * FROM {table}", output=kept, format="binary"  # noqa: S608
                    )  # fmt: skip
                    self._rows[table] = kept.getvalue()

    async def _restored(self) -> None:
        """Everything out, what was there at first in again, and another name."""
        new = f"huiqi_{uuid4().hex[:16]}"
        async with connected() as home:
            await home.execute(_OTHERS, self._name)
            await home.execute(f'ALTER DATABASE "{self._name}" RENAME TO "{new}"')
        self._name = new
        async with connected(new) as connection:
            if await connection.fetchval(_SHAPE) == self._shape:
                await self._emptied(connection)
                return
        drop(new)
        self._name = ""

    async def _emptied(self, connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            # Without its triggers, and in any order: foreign keys are not looked at.
            await connection.execute("SET LOCAL session_replication_role = replica")
            for (table,) in await connection.fetch(_TABLES):
                await connection.execute(f"DELETE FROM {table}")  # noqa: S608
            for (sequence,) in await connection.fetch(_SEQUENCES):
                await connection.execute(f"ALTER SEQUENCE {sequence} RESTART")
            for table, rows in self._rows.items():
                await connection.copy_to_table(
                    table.strip('"'), source=io.BytesIO(rows), format="binary"
                )
