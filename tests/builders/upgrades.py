"""A database as an earlier revision left it, with the rows kept in `tests/api/upgrades`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, inspect

from api.foundation.database import Database
from api.foundation.migrating import migrate

FOLDER = Path(__file__).parents[1] / "api" / "upgrades"
Rows: TypeAlias = dict[str, list[str]]


def files() -> Sequence[Path]:
    """What each revision added, the oldest first; named like its migration."""
    return sorted(FOLDER.glob("*.sql"))


async def filled(database: Database, revision: str) -> None:
    """Bring a bare database to a revision, with rows in every table it has."""
    await migrate(database, revision)
    async with database.changing_tables() as connection:
        if not database.on_sqlite:
            await connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        for file in files():
            if file.name[:4] <= revision:
                for statement in file.read_text(encoding="utf-8").split("\n"):
                    if statement.startswith("INSERT"):
                        await connection.exec_driver_sql(statement)


async def rows_of(database: Database, columns: dict[str, list[str]]) -> Rows:
    """Each row of these tables as text, in these columns."""
    async with database.engine.connect() as connection:
        found: Rows = {}
        for table, names in columns.items():
            listed = ", ".join(f'"{name}"' for name in names)
            rows = await connection.exec_driver_sql(f"SELECT {listed} FROM {table}")  # noqa: S608 - names of our own tables
            found[table] = sorted(str(tuple(row)) for row in rows)
    return found


async def columns_of(database: Database) -> dict[str, list[str]]:
    """Each table with its columns, as they are now."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(_columns)


def _columns(connection: Connection) -> dict[str, list[str]]:
    look = inspect(connection)
    return {
        table: [column["name"] for column in look.get_columns(table)]
        for table in look.get_table_names()
        if table != "alembic_version"
    }
