"""Bringing a database to this version's tables, and telling whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from api.foundation.database import Database

FOLDER = Path(__file__).parent.parent / "migrations"
_LOCK = 7_204_519_318
"""Any number of our own: two migrations at once would stumble over each other."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    command.upgrade(_config(connection), "head")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def migrate(database: Database) -> None:
    """Apply what is missing, all in one transaction."""
    async with database.engine.begin() as connection:
        await connection.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    """Whether the tables are those of this version."""
    async with database.reading() as session:
        connection = await session.connection()
        return await connection.run_sync(_current) == newest()


def newest() -> str | None:
    """The last revision this version knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()
