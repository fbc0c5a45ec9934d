"""Living through the day with a program that may die, and what must hold in the evening."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import func, select, text
from sqlmodel import col

from api.conversations.models import Direction, Entry, Update
from api.deliveries.models import Delivery, DeliveryState
from api.foundation.database import Database
from tests.builders.bot_api_memory import Shown
from tests.builders.seeded import keep_log
from tests.faults.day import FAILS_AT_FIRST, PEOPLE, Day, Hands, chat_of
from tests.faults.program import Forge, Program, Running, eventually, free_port, open_work
from tests.faults.visitors import Visitor

LEASES_OVER = 150.0
"""Seconds a restarted program is ahead: what the dead one had claimed is free again."""
_VARYING = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9A-Z]{8}|\d+")
_SETTLED = re.compile(r'"fault": "sending_lost", "rows": (\d+)')
_TOLD = re.compile(r'"outcome": "Unknown"')
_ZERO = ("problems", "undone")


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


@dataclass(frozen=True, slots=True)
class Evening:
    """What is there when all is quiet."""

    shown: dict[int, Counter[str]]
    """What each chat was sent on the day, figures and codes aside."""
    kept: int
    """How many updates are rows."""
    heard: int
    """How many messages of people the transcripts hold."""
    problems: int
    """Updates that ended with a problem."""
    undone: int
    """Messages that wait for ever."""
    unknown: int
    """Messages of unknown outcome, as the program counted them."""
    read: tuple[tuple[str, ...], ...] = ()
    """What each visitor of the web chat was answered."""


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

    async def evening(self) -> "Evening":
        """What is there now; all processes are ended first."""
        await self.program.stop()
        evening = await _evening(self.hands, self.database, self.program.folder, self.morning)
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
            morning = {chat: _texts(found) for chat, found in hands.api.shown.items()}
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


async def _evening(
    hands: Hands, database: Database, folder: Path, morning: Mapping[int, Mapping[int, str]]
) -> Evening:
    log = (folder / "program.log").read_text(encoding="utf-8")
    keep_log("faults", log)
    counted = sum(int(number) for number in _SETTLED.findall(log)) + len(_TOLD.findall(log))
    async with database.reading() as session:
        kept = await session.scalar(select(func.count()).select_from(Update))
        problems = await session.scalar(
            select(func.count()).select_from(Update).where(col(Update.problem).is_not(None))
        )
        came_in = col(Entry.direction) == Direction.IN.value
        heard = await session.scalar(select(func.count()).select_from(Entry).where(came_in))
        unknown = col(Delivery.state) == DeliveryState.UNKNOWN.value
        kept_unknown = await session.scalar(
            select(func.count()).select_from(Delivery).where(unknown)
        )
        waiting = col(Delivery.state).in_([DeliveryState.QUEUED.value, DeliveryState.SENDING.value])
        undone = await session.scalar(select(func.count()).select_from(Delivery).where(waiting))
    return Evening(
        shown={
            chat: _news(_texts(messages), morning[chat])
            for chat, messages in hands.api.shown.items()
        },
        kept=kept or 0, heard=heard or 0, problems=problems or 0, undone=undone or 0,
        unknown=max(counted, kept_unknown or 0),
    )  # fmt: skip


def _texts(messages: Sequence[Shown]) -> dict[int, str]:
    """What the program has written in a chat, figures and codes aside."""
    return {
        message.id: _VARYING.sub("#", message.text or message.file)
        for message in messages
        if not message.mine
    }


def _news(now: Mapping[int, str], before: Mapping[int, str]) -> Counter[str]:
    """What is new in a chat, and what was changed there."""
    new = Counter(text for id_, text in now.items() if id_ not in before)
    changed = Counter(f"changed: {now[id_]}" for id_ in before if now[id_] != before[id_])
    return new + changed


def judge(evening: Evening, usual: Evening) -> list[str]:
    """What is wrong with an evening, beside one on which nothing happened; empty: nothing."""
    wrong: list[str] = []
    missing = 0
    for person in PEOPLE:
        chat = chat_of(person.name)
        doubled = evening.shown[chat] - usual.shown[chat]
        missing += (usual.shown[chat] - evening.shown[chat]).total()
        if doubled:
            wrong.append(f"{person.name}: more than once {[text[:60] for text in doubled]}")
    if missing > evening.unknown:
        lost = {
            person.name: [text[:60] for text in usual.shown[chat] - evening.shown[chat]]
            for person in PEOPLE
            for chat in [chat_of(person.name)]
            if usual.shown[chat] - evening.shown[chat]
        }
        wrong.append(f"{missing} missing, {evening.unknown} of unknown outcome: {lost}")
    same = ("kept", "heard", "read")
    wrong += [
        f"{name}: {getattr(evening, name)} instead of {getattr(usual, name)}"
        for name in same
        if getattr(evening, name) != getattr(usual, name)
    ]
    wrong += [f"{name}: {getattr(evening, name)}" for name in _ZERO if getattr(evening, name)]
    return wrong
