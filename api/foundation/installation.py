"""Where a database lives, so that a copy of it is known for a copy before anything is sent again.

A backup holds what was on its way when it was made, and knows nothing of what happened since. The
database therefore keeps one row that says where it is at work. A program that finds itself over a
database that says another place refuses, until a person says what happened: `huiqi restored`.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import CheckConstraint, Integer, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel

from api.foundation.columns import Instant
from api.foundation.database import Database, DatabaseRefused

ONE = 1
"""The number of the one row; the migration that makes the table lays it down."""
COPY = "copy"
"""How the place of a copy made by `huiqi backup` begins."""

_POSTGRESQL = text(
    "SELECT 'postgresql:' || system_identifier || ':'"
    " || (SELECT oid FROM pg_database WHERE datname = current_database()) || ':'"
    " || CAST(CAST('installation' AS regclass) AS oid) || ':'"
    " || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)"
    " FROM pg_control_system()"
)
"""The cluster, the database in it, the table in that, and the time line a recovery begins anew."""
_FILE = text("SELECT file FROM pragma_database_list WHERE name = 'main'")


class Installation(SQLModel, table=True):
    """The one row that says where this database is at work."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("number = 1", name="one"),)

    number: int = Field(
        primary_key=True, sa_type=Integer, sa_column_kwargs={"autoincrement": False}
    )
    place: str = Field(default="", max_length=200)
    """Empty until the first start."""
    since: datetime | None = Field(default=None, sa_type=Instant)


async def take_up(database: Database, *, now: datetime) -> None:
    """Work here from now on. Raises `DatabaseRefused` where the database was at work elsewhere."""
    async with database.writing() as session:
        row, here = await _row(session), await _place(session)
        if row.place not in {"", here}:
            raise DatabaseRefused(_refusal(row, here))
        if not row.place:
            row.place, row.since = here, now


async def settle_here(session: AsyncSession, *, now: datetime) -> None:
    """A person has said what happened: this is the place."""
    row = await _row(session)
    row.place, row.since = await _place(session), now


async def _row(session: AsyncSession) -> Installation:
    return await session.get_one(Installation, ONE, with_for_update=True)


async def _place(session: AsyncSession) -> str:
    """Where the database is: it changes when the database is copied, moved or restored.

    Of a file only its number counts: the number of a disk may change whenever a machine starts.
    """
    if session.get_bind().dialect.name == "postgresql":
        return str(await session.scalar(_POSTGRESQL))
    return f"sqlite:{_number_of(Path(str(await session.scalar(_FILE))))}"


def _number_of(file: Path) -> int:
    return file.stat().st_ino


def _refusal(row: Installation, here: str) -> str:
    what = "is a copy" if row.place.startswith(COPY) else "was copied, moved or restored"
    return (
        f"the database {what}: it was at work at {row.place} and is now at {here}.\n"
        "It may hold messages that have been sent since it was copied. Say what happened:\n"
        "  huiqi restored          it is a backup: what was on its way then is not sent again\n"
        "  huiqi restored --moved  it was moved: nothing has worked on the original since"
    )
