"""Living through the day with a program that may die."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import text

from api.foundation.database import Database
from tests.faults.day import FAILS_AT_FIRST, PEOPLE, Day, Hands, chat_of
from tests.faults.evening import Evening, evening_of, texts_of
from tests.faults.program import Forge, Program, Running, eventually, free_port, open_work
from tests.faults.visitors import Visitor

LEASES_OVER = 150.0
"""Seconds a restarted program is ahead: what the dead one had claimed is free again."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How the messenger behaves on a day."""

    webhook: bool = False
    refusing: bool = False
    """Whether the database refuses the first try to keep one message."""
    faults: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What becomes of the next calls of a method, as `BotApi.fail` takes it."""


FAIR = Weather()
CALLED = Weather(webhook=True)
ROUGH = Weather(
    refusing=True,
    faults=(
        ("getMe", ("500",)),
        ("getUpdates", ("", "502-page")),
        ("sendMessage", ("429", "500", "", "429-bare", "reset", "502", "504-page", "page")),
        ("editMessageText", ("500", "reset")),
        ("sendDocument", ("502",)),
        ("answerCallbackQuery", ("500", "reset")),
    ),
)
WEATHERS: Mapping[str, Weather] = MappingProxyType({"fair": FAIR, "called": CALLED, "rough": ROUGH})


@dataclass
class Lived:
    """A day that is going on: the people, the database, and the processes over it."""

    hands: Hands
    database: Database
    program: Program
    visits: Sequence[asyncio.Task[None]]
    visitors: Sequence[Visitor]
    morning: Mapping[int, Mapping[int, str]]

    async def until_quiet(self, *processes: Running) -> bool:
        """Wait until nothing is left to do, or one of the processes is dead; whether one is."""
        died = False
        before = self.hands.api._next_message

        async def settled() -> bool:
            nonlocal died, before
            died = any([await process.ended() for process in processes])
            if died:
                return True
            api = self.hands.api
            taken = api.confirmed >= api._next_update and not api.updates
            still, before = before == api._next_message, api._next_message
            visited = all(visit.done() for visit in self.visits)
            return taken and still and visited and not await open_work(self.database)

        await eventually(settled)
        return died

    async def evening(self) -> Evening:
        """What is there now; all processes are ended first."""
        await self.program.stop()
        evening = await evening_of(self.hands, self.database, self.program.folder, self.morning)
        return replace(evening, read=tuple(tuple(each.read) for each in self.visitors))


@asynccontextmanager
async def a_day(
    day: Day, forge: Forge, folder: Path, weather: "Weather", *, url: str = "", **settings: object
) -> AsyncIterator[Lived]:
    """A copy of the day with everybody at it; no process runs yet."""
    with nullcontext(url) if url else day.copied(folder) as home:
        async with day.again() as hands:
            given = {**day.settings, "var_dir": str(folder), "database_url": home, **settings}
            program = Program(forge, folder, given | _messenger(hands, weather))
            morning = {chat: texts_of(found) for chat, found in hands.api.shown.items()}
            hands.api.blocked.add(chat_of("has blocked us"))
            for method, how in weather.faults:
                hands.api.fail(method, *how)
            await _acts(hands)
            visitors = [Visitor("calm"), Visitor("hasty", hasty=True), Visitor("gone", leaves=True)]
            address = f"http://127.0.0.1:{program.settings['port']}"
            async with (
                program.looked_into() as database,
                _refusing(database, weather),
                _pushing(hands, weather),
                asyncio.TaskGroup() as visiting,
            ):
                visits = [visiting.create_task(each.visit(address)) for each in visitors]
                yield Lived(hands, database, program, visits, visitors, morning)


async def live(
    day: Day,
    forge: Forge,
    folder: Path,
    weather: Weather = FAIR,
    *,
    fates: Sequence[tuple[str, int]] = (),
    record: Path | None = None,
) -> tuple[Evening, set[str]]:
    """One day. Each fate is a moment and which time it comes there: it kills one process.

    A program that died is started again. Returns how the day ended, and the moments it never
    came to.
    """
    async with a_day(day, forge, folder, weather) as lived:
        survived = set[str]()
        program = lived.program
        for moment, nth in fates:
            process = await program.start(moment=moment, nth=nth)
            if not await lived.until_quiet(process):
                await program.stop()
                if not process.killed:  # it may have come there on its way out
                    survived.add(moment)
            program.running.clear()
            program.later += LEASES_OVER
        last = await program.start(record=record)
        assert not await lived.until_quiet(last)
        return await lived.evening(), survived


def _messenger(hands: Hands, weather: Weather) -> dict[str, object]:
    port = free_port()
    given: dict[str, object] = {"telegram_api_base": hands.api.address, "port": port}
    if weather.webhook:
        given |= {
            "public_url": f"http://127.0.0.1:{port}",
            "telegram_updates": "webhook", "telegram_webhook_secret": "a-secret-word-of-tests",
        }  # fmt: skip
    return given


@asynccontextmanager
async def _refusing(database: Database, weather: Weather) -> AsyncIterator[None]:
    if weather.refusing:
        async with database.writing() as session:
            for statement in FAILS_AT_FIRST[database.engine.dialect.name]:
                await session.execute(text(statement))
    yield


@asynccontextmanager
async def _pushing(hands: Hands, weather: Weather) -> AsyncIterator[None]:
    """Telegram calls again and again until what it has is taken."""

    async def push() -> None:
        while True:
            await hands.api._deliver()
            await asyncio.sleep(0.02)

    pushing = asyncio.create_task(push() if weather.webhook else asyncio.Event().wait())
    yield
    pushing.cancel()
    with suppress(asyncio.CancelledError):
        await pushing


async def _acts(hands: Hands) -> None:
    for nth in range(max(len(person.acts) for person in PEOPLE)):
        for person in PEOPLE:
            if nth < len(person.acts):
                await hands.do(person, person.acts[nth])
