"""Bringing a database to this version's tables, and telling whether it is there."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from api.foundation.database import Database, DatabaseRefused

FOLDER = Path(__file__).parent.parent / "migrations"
_LOCK = 7_204_519_318
"""Any number of our own: two migrations at once would stumble over each other."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The revision a database has and the one this program needs."""

    found: str | None
    needed: str
    known: bool
    """Whether this program has a migration of the name that was found."""

    @property
    def current(self) -> bool:
        """Whether this program can work on them."""
        return self.found == self.needed

    @property
    def newer(self) -> bool:
        """Whether a later version of the program made them."""
        return self.found is not None and not self.known

    def refusal(self) -> str:
        """One sentence for the operator: both revisions, which side is older, and what to do."""
        if self.found is None:
            return (
                f"the database has no tables yet; this program needs {self.needed}: huiqi migrate"
            )
        if self.newer:
            return (
                f"the database is at revision {self.found}, which this program does not know; it "
                f"needs {self.needed}. The program is older than the database: start a newer one"
            )
        return (
            f"the database is at revision {self.found}, and this program needs {self.needed}. "
            "The database is older than the program: huiqi migrate"
        )


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        # Held until the commit: whoever waits here finds the work done.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    tables = _tables(connection)
    if tables.newer:
        raise DatabaseRefused(tables.refusal())
    command.upgrade(_config(connection), revision)


def _tables(connection: Connection) -> Tables:
    found = MigrationContext.configure(connection).get_current_revision()
    return Tables(found, newest(), found in revisions())


async def migrate(database: Database, revision: str = "head") -> None:
    """Apply what is missing, one process at a time and all in one transaction.

    Raises `DatabaseRefused` where a later version of the program was there before.
    """
    async with database.changing_tables() as connection:
        await connection.run_sync(_upgrade, revision)


async def tables_of(database: Database) -> Tables:
    """Which tables the database has."""
    async with database.reading() as session:
        return await (await session.connection()).run_sync(_tables)


async def is_current(database: Database) -> bool:
    """Whether the tables are those of this version."""
    return (await tables_of(database)).current


async def refuse_other_tables(database: Database) -> None:
    """Raise `DatabaseRefused` unless the tables are those of this version."""
    tables = await tables_of(database)
    if not tables.current:
        raise DatabaseRefused(tables.refusal())


def newest() -> str:
    """The last revision this version knows."""
    return revisions()[-1]


@cache
def revisions() -> tuple[str, ...]:
    """Every revision this version knows, the oldest first."""
    found = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([script.revision for script in found]))
