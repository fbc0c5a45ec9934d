"""A backup put back beside the original, as an operator does it."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from typer.testing import CliRunner, Result

from api.cli.app import app as cli
from tests.builders.databases import on_postgres, on_sqlite
from tests.builders.servers import a_free_port


async def huiqi(url: str, words: str) -> Result:
    """A command of the program over a database, in this process."""
    env = {"HUIQI_DATABASE_URL": url, "HUIQI_PORT": str(a_free_port())}
    return await asyncio.to_thread(CliRunner().invoke, cli, words.split(), env=env)


async def done(url: str, words: str) -> str:
    """What a command that ends well prints."""
    result = await huiqi(url, words)
    assert result.exit_code == 0, result.output or result.exception
    return result.stdout


@contextmanager
def put_back(backup: Path, folder: Path) -> Iterator[str]:
    """The address of a database made of what `huiqi backup` wrote."""
    if backup.read_bytes()[:6] == b"SQLite":
        folder.mkdir()
        shutil.copy(backup, folder / "huiqi.db")
        yield on_sqlite(folder)
        return
    with on_postgres() as url:
        load(backup, url)
        yield url


def load(backup: Path, url: str, *options: str) -> None:
    """Put an archive of PostgreSQL into a database."""
    words = ["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}", *options]
    subprocess.run([*words, str(backup)], check=True, capture_output=True)
