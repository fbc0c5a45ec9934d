"""The program under test: processes of a forge over one database, killed and started again."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from api.conversations.models import Update
from api.deadlines.models import Reminder, WindowPlan
from api.deliveries.models import Delivery
from api.foundation.database import Database
from api.foundation.ledger import Leased
from api.foundation.now import now
from api.notices.models import Expansion
from api.settings import Settings
from tests.faults.forge import Child

ROOT = Path(__file__).resolve().parents[2]
_LEDGERS: tuple[type[Leased], ...] = (Update, Delivery, Expansion, WindowPlan, Reminder)
_LOOK_EVERY = 0.05
_PATIENCE = 60.0


class Forge:
    """A process that makes processes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._speaking = asyncio.Lock()

    async def ask(self, what: dict[str, object]) -> dict[str, int]:
        """One question and its answer."""
        told, heard = self._process.stdin, self._process.stdout
        assert told is not None
        assert heard is not None
        async with self._speaking:
            told.write(f"{json.dumps(what)}\n".encode())
            await told.drain()
            answer: dict[str, int] = json.loads(await heard.readline())
        return answer


@asynccontextmanager
async def a_forge() -> AsyncIterator[Forge]:
    """Ready to fork; its children end with it."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("HUIQI_", "TELEGRAM_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.forge", stdin=PIPE, stdout=PIPE, cwd=ROOT, env=ours
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert json.loads(await process.stdout.readline()) == {"ready": True}
    try:
        yield Forge(process)
    finally:
        process.stdin.close()
        await process.wait()


@dataclass
class Running:
    """One process of the program."""

    forge: Forge
    pid: int
    log: Path
    port: int
    duties: str
    killed: bool = False

    async def over(self) -> bool:
        """Whether it has ended, whichever way."""
        status = (await self.forge.ask({"end": self.pid, "signal": 0}))["status"]
        self.killed = status != -1 and os.WIFSIGNALED(status)
        return status != -1

    async def ended(self) -> bool:
        """Whether it has died by itself; what is not a kill is a failure of the program."""
        if not await self.over():
            return False
        assert self.killed, self.log.read_text(encoding="utf-8")[-4000:]
        return True

    async def stop(self, number: int = signal.SIGTERM) -> None:
        """End it, and wait until it has ended."""
        status = (await self.forge.ask({"end": self.pid, "signal": number}))["status"]
        self.killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@dataclass
class Program:
    """A database and the processes over it."""

    forge: Forge
    folder: Path
    settings: dict[str, object]
    running: list[Running] = field(default_factory=list)
    later: float = 0

    async def start(
        self,
        duties: str = "ALL",
        *,
        moment: str = "",
        nth: int = 1,
        record: Path | None = None,
        port: int | None = None,
        command: tuple[str, ...] = (),
    ) -> Running:
        """One more process; at the address of the settings, or at another one (0: any)."""
        given = self.settings.get("port") if port is None else port
        at = given if isinstance(given, int) and given else free_port()
        child = Child(
            duties=duties, settings={**self.settings, "port": at} if not command else self.settings,
            log=self.folder / "program.log", later=self.later, moment=moment, nth=nth,
            record=record, command=command,
        )  # fmt: skip
        answer = await self.forge.ask({"start": child.model_dump(mode="json")})
        started = Running(self.forge, answer["pid"], child.log, at, duties)
        if not command:
            self.running.append(started)
        return started

    async def stop(self) -> None:
        """End all that still run."""
        for each in self.running:
            if not await each.ended():
                await each.stop()
        self.running.clear()

    @asynccontextmanager
    async def looked_into(self) -> AsyncIterator[Database]:
        """The database, beside the processes."""
        database = Database(Settings.model_validate(self.settings).database)
        try:
            yield database
        finally:
            await database.close()


async def open_work(database: Database) -> dict[str, int]:
    """How many rows are due and not done, by ledger."""
    found: dict[str, int] = {}
    moment = now()
    async with database.reading() as session:
        for kind in _LEDGERS:
            due: list[ColumnElement[bool]] = [col(kind.done_at).is_(None)]
            if kind is Reminder:
                due.append(col(kind.run_at) <= moment)
            count = await session.scalar(select(func.count()).select_from(kind).where(*due))
            if count:
                found[kind.__name__] = count
    return found


async def eventually(holds: Callable[[], Awaitable[bool]], seconds: float = _PATIENCE) -> None:
    """Look again and again until something holds, as the processes do it elsewhere."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(_LOOK_EVERY)


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
