"""`huiqi backup` and `huiqi restored`."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.restoring import end_sign_ins
from api.cli.serving import in_one_transaction
from api.conversations.restoring import number_on, set_aside
from api.deadlines.restoring import plan_quietly, skip_told
from api.deliveries.restoring import leave_unknown
from api.enterprises.restoring import void_codes
from api.foundation.copying import copy_database
from api.foundation.installation import settle_here
from api.foundation.now import now
from api.notices.restoring import send_back
from api.settings import Settings
from api.tickets.restoring import open_silently


def backup(
    file: Annotated[Path, typer.Argument(help="A new file, best on another disk.")],
) -> None:
    """Copy the database while the program works: a SQLite file, or an archive for pg_restore."""
    copy_database(Settings.read().database, file, now=now())
    print(f"backup: {file}, {file.stat().st_size:,} bytes")


def restored(
    *,
    moved: Annotated[
        bool,
        typer.Option("--moved", help="Nothing has worked on the original since it was copied."),
    ] = False,
) -> None:
    """Say of a database that was put back from a backup that this is its place now.

    What was on its way when the backup was made may have been sent since: it is not sent again.
    """
    for line in in_one_transaction(_moved if moved else _restored):
        print(line)


async def _moved(session: AsyncSession) -> tuple[str, ...]:
    await settle_here(session, now=now())
    return ("the database is at work here from now on; what was on its way goes on",)


async def _restored(session: AsyncSession) -> tuple[str, ...]:
    moment = now()
    await settle_here(session, now=moment)
    counts = (
        (await set_aside(session, now=moment), "messages received and perhaps answered: set aside"),
        (await leave_unknown(session, now=moment), "messages perhaps sent: outcome unknown"),
        (await skip_told(session, now=moment), "reminders perhaps told: the next step says it"),
        (await plan_quietly(session), "windows perhaps announced: only reminded of"),
        (await send_back(session, now=moment), "notices perhaps sent: back with their authors"),
        (await open_silently(session, now=moment), "tickets perhaps given back: open"),
        (await void_codes(session), "codes perhaps used: void"),
        (await end_sign_ins(session), "sign-ins of the console: ended"),
        (await number_on(session), "conversations: go on"),
    )
    return tuple(f"{count:>8,}  {what}" for count, what in counts)
