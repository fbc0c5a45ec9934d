"""What is measured: processes of their own on one core, that speak to the same Bot API server."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from tests.builders.bot_api import TOKEN
from tests.builders.databases import bring_up, on_postgres, on_sqlite

ROOT = Path(__file__).resolve().parents[2]
RATE = "TELEGRAM_RATE"
"""The setting that lifts the send budget; set only where the program knows it."""
_LIFTED = "0"
_REDIS = "redis://127.0.0.1:6379/0"
_TICKS = os.sysconf("SC_CLK_TCK")
_END_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot at work."""

    processes: tuple[subprocess.Popen[bytes], ...]
    consents: bool
    """Whether a chat has to agree first."""

    def cpu(self) -> float:
        """Seconds of processor its processes have taken so far."""
        return sum(_cpu_of(process.pid) for process in self.processes)

    def memory(self) -> float:
        """MiB its processes hold."""
        pages = sum(
            int(Path(f"/proc/{process.pid}/statm").read_text("ascii").split()[1])
            for process in self.processes
        )
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def echo(address: str, core: int) -> Iterator[Bot]:
    """The peer: aiogram alone, as its documentation shows it."""
    given = {"HUIQI_REDIS_URL": _REDIS, "ECHO_PREFIX": f"echo-{uuid4().hex[:8]}"}
    with _running(["benchmarks.turns.echo"], address, core, given) as processes:
        yield Bot(processes, consents=False)


@contextmanager
def on_one_file(address: str, core: int) -> Iterator[Bot]:
    """`huiqi run`: everything in one process on SQLite."""
    with TemporaryDirectory() as folder:
        bring_up(on_sqlite(Path(folder)))
        given = {"HUIQI_VAR_DIR": folder, "HUIQI_PORT": str(_free_port())} | lifted()
        with _running(["api.cli run"], address, core, given) as processes:
            yield Bot(processes, consents=True)


@contextmanager
def at_scale(address: str, core: int) -> Iterator[Bot]:
    """`huiqi bot` and `huiqi worker` on PostgreSQL and Redis, both on the one core."""
    with TemporaryDirectory() as folder, on_postgres() as database:
        bring_up(database)
        given = {
            "HUIQI_VAR_DIR": folder, "HUIQI_DATABASE_URL": database, "HUIQI_REDIS_URL": _REDIS,
        } | lifted()  # fmt: skip
        with _running(["api.cli bot", "api.cli worker"], address, core, given) as processes:
            yield Bot(processes, consents=True)


def lifted() -> dict[str, str]:
    """The budget of sending, as far as there is one."""
    known = RATE in (ROOT / ".env.example").read_text("utf-8")
    return {RATE: _LIFTED} if known else {}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def _running(
    commands: Sequence[str], address: str, core: int, given: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], ...]]:
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("HUIQI_", "TELEGRAM_"))}
    ours |= {
        "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": address, "HUIQI_LOG_LEVEL": "warning",
        "HUIQI_SECRET_KEY": "a-secret-key-of-benchmarks-with-32-characters",
    } | given  # fmt: skip
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})  # what is started here stays there
    try:
        processes = tuple(
            subprocess.Popen(
                [sys.executable, "-m", *command.split()],
                cwd=ROOT, env=ours, stdout=subprocess.DEVNULL,
            )
            for command in commands
        )  # fmt: skip
    finally:
        os.sched_setaffinity(0, mine)
    try:
        yield processes
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
