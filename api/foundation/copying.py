"""A copy of the database that knows it is one; taken while the program works."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from api.foundation.database import DatabaseRefused
from api.foundation.installation import COPY, ONE

_OURS_ALONE = 0o600


def copy_database(address: str, target: Path, *, now: datetime) -> None:
    """Write the whole database, as it is at one moment, into a new file.

    A SQLite file becomes a SQLite file, PostgreSQL an archive for `pg_restore`. The file gets its
    name when it is whole, and only its owner may read it: it holds what people said. Raises
    `DatabaseRefused` where it exists already or cannot be made.
    """
    url = make_url(address)
    part = target.with_name(f"{target.name}.part")
    if target.exists():
        raise DatabaseRefused(f"{target} exists already")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OURS_ALONE))
        part.chmod(_OURS_ALONE)
        if url.get_backend_name() == "sqlite":
            _copy_file(Path(url.database or ""), part, now)
        else:
            _dump(url, part)
        _kept_on_disk(part)
        part.replace(target)
    except OSError as error:
        raise DatabaseRefused(f"{target} cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


def _copy_file(source: Path, target: Path, now: datetime) -> None:
    """One consistent look at the file, whoever writes in it meanwhile; then it says what it is."""
    try:
        with closing(sqlite3.connect(source, isolation_level=None, timeout=60)) as here:
            here.execute("VACUUM INTO ?", (str(target),))
        with closing(sqlite3.connect(target, isolation_level=None)) as there:
            there.execute(
                "UPDATE installation SET place = ? WHERE number = ?",
                (f"{COPY}:{now:%Y-%m-%dT%H:%M:%SZ}", ONE),
            )
            found = there.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        raise DatabaseRefused(f"{source} cannot be copied: {error}") from None
    if found != ("ok",):
        raise DatabaseRefused(f"{source} is damaged: {found}")


def _dump(url: URL, target: Path) -> None:
    """What `pg_dump` writes; restored anywhere, its tables are others, which is how it is known."""
    program = shutil.which("pg_dump")
    if program is None:
        raise DatabaseRefused("pg_dump is needed for a backup of PostgreSQL (postgresql-client)")
    words = [program, "--format=custom", "--no-owner", f"--file={target}"]
    given = {
        "PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }  # fmt: skip
    env = os.environ | {name: str(value) for name, value in given.items() if value is not None}
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - no word of it is anybody's but ours
    if done.returncode:
        raise DatabaseRefused(f"pg_dump: {done.stderr.strip()}")


def _kept_on_disk(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())
