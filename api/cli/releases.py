"""`huiqi release …`: knowledge published from a folder, listed, and taken into use."""

import asyncio
import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from api.cli.serving import in_one_transaction
from api.foundation.errors import NotFound
from api.foundation.now import now
from api.foundation.relay import wake_elsewhere
from api.library import releases
from api.library.examining import examine
from api.library.releases import SHORTEST, TOPIC, Stored
from api.settings import Settings
from knowledge.loading import builtin, read_folder

BUILT_IN = "built-in"
_LONGEST_NOTE = 500

app = typer.Typer(help="Which knowledge is in use, in every process.", no_args_is_help=True)


@app.command()
def publish(
    folder: Annotated[
        Path, typer.Argument(help="A knowledge folder.", exists=True, file_okay=False)
    ],
    note: Annotated[str, typer.Option(help="What changed, and why, in a sentence.")],
) -> None:
    """Check a folder with all its cases, store it and take it into use; or say what is wrong."""
    if not 0 < len(note.strip()) <= _LONGEST_NOTE:
        raise typer.BadParameter(f"--note: 1 to {_LONGEST_NOTE} characters")
    files = read_folder(folder)
    base = examine(files)

    async def work(session: AsyncSession) -> None:
        await releases.publish(
            session, base.release, files, note=note.strip(), by=_who(), now=now()
        )

    in_one_transaction(work)
    _tell()
    typer.echo(f"in use: {base.release}")


@app.command("list")
def show() -> None:
    """The releases that are stored, the oldest first; the one in use is marked."""

    async def work(session: AsyncSession) -> tuple[list[Stored], str | None]:
        stored = list(await releases.list_releases(session))
        return stored, (await releases.last_activation(session))[1]

    stored, active = in_one_transaction(work)
    typer.echo(f"{'*' if active is None else ' '} {BUILT_IN}, now {builtin().release}")
    for each in stored:
        mark = "*" if each.hash == active else " "
        typer.echo(f"{mark} {each.hash}  {each.created_at:%Y-%m-%d %H:%M}  {each.note}")


@app.command()
def activate(
    release: Annotated[
        str, typer.Argument(help=f"A hash, or {SHORTEST} or more of its characters; or {BUILT_IN}.")
    ],
) -> None:
    """Take a stored release into use: to go back is to activate an older one."""

    async def work(session: AsyncSession) -> str | None:
        chosen = None if release == BUILT_IN else await releases.release_named(session, release)
        await releases.activate(session, chosen, by=_who(), now=now())
        return chosen

    try:
        chosen = in_one_transaction(work)
    except NotFound:
        print(f"no release is stored, or several are, whose hash begins {release}", file=sys.stderr)
        raise typer.Exit(1) from None
    _tell()
    typer.echo(f"in use: {chosen or BUILT_IN}")


def _tell() -> None:
    """The running processes take it up at once; without Redis within a second."""
    asyncio.run(wake_elsewhere(Settings.read(), TOPIC))


def _who() -> str:
    """The user of this machine, as far as it has names."""
    try:
        return getpass.getuser()[:100]
    except (OSError, KeyError, ImportError):
        return "unknown"
