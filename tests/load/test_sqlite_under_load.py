"""One process on SQLite with everything at once: streams, chats, a broadcast, a second process."""

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter, thread_time

import httpx
import pytest
from sqlalchemy import func, select
from sqlmodel import col

from api.conversations.models import Update
from api.deliveries.models import Delivery, DeliveryState
from api.enterprises.models import Member
from api.enterprises.subscriptions import follow
from api.foundation.database import Database
from api.foundation.now import now
from api.settings import Settings
from benchmarks.turns.contenders import lifted
from benchmarks.turns.town import Town
from tests.builders.bot_api import TOKEN, a_bot_api
from tests.builders.chats import Chat
from tests.builders.databases import bring_up, on_sqlite
from tests.builders.followers import PROGRAMME
from tests.builders.notices import a_notice
from tests.builders.officials import an_official
from tests.journeys.process import ServerProcess

CHATS = 50
BROWSERS = 25
STREAMS_EACH = 8
SECONDS = 20.0
REST = 6.0
"""Seconds people take to read; a chat may be told one message a second anyway."""
LONGEST = 1.0
"""Seconds of a turn, on a machine that works for nobody else; see `Machine`."""
_PULSE = 0.005
WORDS = "请于本月底前补正材料。"
REPLIES = {"菜单": 1, "帮助": 2}


@dataclass
class Listener:
    """One open stream: what it heard, by the number of the line."""

    heard: Counter[str] = field(default_factory=Counter)
    notices: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, client: httpx.AsyncClient) -> None:
        """As the page does: who is told to come again comes again."""
        while True:
            with contextlib.suppress(httpx.RemoteProtocolError):  # a kept connection had ended
                if await self._heard_to_its_end(client):
                    return
            await asyncio.sleep(1)

    async def _heard_to_its_end(self, client: httpx.AsyncClient) -> bool:
        number = ""
        async with client.stream("GET", "/chat/stream", timeout=None) as answer:
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                return False
            assert answer.status_code == 200
            async for line in answer.aiter_lines():
                if line.startswith("id: "):
                    number = line
                elif line.startswith("data: ") and number:
                    self.heard[number] += 1
                    self.notices += WORDS in line
                    self.ready.set()
        return True


@dataclass
class Everything:
    """The program with everybody who is there."""

    town: Town
    browsers: list[Chat]
    listeners: list[Listener]
    database: Database
    log: Path


@dataclass
class Machine:
    """How much longer the same work takes because others work here too; 1: nobody does."""

    wall: float = 0.0
    cpu: float = 0.0

    @property
    def slower(self) -> float:
        return max(1.0, self.wall / self.cpu) if self.cpu else 1.0

    async def watch(self) -> None:
        """A little work again and again, timed both ways."""
        while True:
            wall, cpu = perf_counter(), thread_time()
            while thread_time() - cpu < _PULSE:
                pass
            self.wall += perf_counter() - wall
            self.cpu += thread_time() - cpu
            await asyncio.sleep(0.2)


@pytest.fixture
async def everything(tmp_path: Path) -> AsyncIterator[Everything]:
    town = Town()
    for chat in range(1, CHATS + 1):
        town.shown[chat] = []
    bring_up(on_sqlite(tmp_path))
    async with a_bot_api(0, town), AsyncExitStack() as stack:
        given = {
            "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": town.address,
            "HUIQI_MAX_STREAMS": "1000", **lifted(),
        }  # fmt: skip
        server = ServerProcess(tmp_path, **given)
        await asyncio.to_thread(server.start)
        stack.push_async_callback(asyncio.to_thread, server.__exit__, None, None, None)
        browsers = [
            Chat(await stack.enter_async_context(_a_browser(server.address)))
            for _ in range(BROWSERS)
        ]
        database = Database(Settings(database_url=on_sqlite(tmp_path)).database)
        stack.push_async_callback(database.close)
        await _agreed(town, browsers)
        listeners = [Listener() for _ in range(BROWSERS * STREAMS_EACH)]
        async with _all_listening(browsers, listeners):
            log = tmp_path / "server.log"
            yield Everything(town, browsers, listeners, database, log)


@asynccontextmanager
async def _a_browser(address: str) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=STREAMS_EACH + 4)
    async with httpx.AsyncClient(base_url=address, timeout=30, limits=limits) as client:
        yield client


@asynccontextmanager
async def _all_listening(browsers: list[Chat], listeners: list[Listener]) -> AsyncIterator[None]:
    tasks = [
        asyncio.create_task(listener.listen(browser.client))
        for browser, listener in zip(itertools.cycle(browsers), listeners, strict=False)
    ]
    try:
        async with asyncio.timeout(60):
            for listener, task in zip(listeners, tasks, strict=True):
                await asyncio.wait(
                    (task, waiting := asyncio.ensure_future(listener.ready.wait())),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                waiting.cancel()
                assert not task.done(), task.exception()
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _agreed(town: Town, browsers: list[Chat]) -> None:
    """Everybody is known, and follows the programme."""
    for browser in browsers:
        await browser.agree()
    for chat in town.shown:
        await town.say(chat, "/start")
    for label in ("同意", "测一测"):
        for chat in town.shown:
            await _until(partial(town.offers, chat, label))
            if label == "同意":
                await town.press(chat, label)


async def _until(holds: Callable[[], bool], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.02)


async def _announce(database: Database) -> None:
    """From a second process's point of view: a second connection that writes to the same file."""
    async with database.writing() as session:
        members = (await session.scalars(select(Member))).all()
        for member in members:
            await follow(session, member.person_id, PROGRAMME, member.organisation_id, now=now())
    author = await an_official(database)
    second = await an_official(database, beside=author)
    await a_notice(database, author, approved_by=second, now=now(), body=WORDS)


@dataclass
class Talk:
    """What a run of turns took."""

    telegram: list[float] = field(default_factory=list)
    web: list[float] = field(default_factory=list)
    lost: int = 0
    said: Counter[int] = field(default_factory=Counter)
    """How many replies each chat is owed."""


async def _talked(everything: Everything) -> Talk:
    talk = Talk()
    end = perf_counter() + SECONDS

    async def chat(number: int) -> None:
        await asyncio.sleep(REST * number / CHATS)
        for text in itertools.cycle(REPLIES):
            if perf_counter() > end:
                return
            took = await everything.town.turn(number, text)
            talk.lost += took is None
            talk.telegram.append(took or 0.0)
            talk.said[number] += REPLIES[text]
            await asyncio.sleep(REST)

    async def browser(one: Chat) -> None:
        await asyncio.sleep(REST * everything.browsers.index(one) / BROWSERS)
        while perf_counter() < end:
            started = perf_counter()
            answer = await one.say("菜单")
            assert answer.status_code == 200, answer.text
            talk.web.append(perf_counter() - started)
            await asyncio.sleep(2 * REST)

    async def broadcast() -> None:
        await asyncio.sleep(SECONDS / 4)
        await _announce(everything.database)

    await asyncio.gather(
        broadcast(),
        *(chat(number) for number in everything.town.shown),
        *(browser(one) for one in everything.browsers),
    )
    return talk


async def test_nothing_is_locked_late_lost_or_doubled(everything: Everything) -> None:
    before = {chat: len(everything.town.screen(chat)) for chat in everything.town.shown}
    machine = Machine()
    watching = asyncio.create_task(machine.watch())
    talk = await _talked(everything)
    watching.cancel()
    await _until(lambda: all(listener.notices for listener in everything.listeners))
    await _until(lambda: _owed(everything, talk, before) == {})
    assert talk.lost == 0
    longest = LONGEST * machine.slower
    assert [took for took in talk.telegram if took > longest] == []
    assert [took for took in talk.web if took > longest] == []
    for listener in everything.listeners:
        assert listener.notices == 1
        assert set(listener.heard.values()) == {1}
        numbers = sorted(map(_number, listener.heard))
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
    told = Counter(
        number for number in everything.town.shown
        for text in everything.town.screen(number) if WORDS in text
    )  # fmt: skip
    assert told == Counter(dict.fromkeys(everything.town.shown, 1))
    await _nothing_is_left(everything)


def _number(line: str) -> int:
    return int(line.split()[1])


def _owed(everything: Everything, talk: Talk, before: dict[int, int]) -> dict[int, int]:
    """By chat, how many messages there are too few (or too many) of its replies and the notice."""
    found = {
        chat: before[chat] + talk.said[chat] + 1 - len(everything.town.screen(chat))
        for chat in everything.town.shown
    }
    return {chat: owed for chat, owed in found.items() if owed}


async def _nothing_is_left(everything: Everything) -> None:
    """In the ledgers, and in the log."""
    async with everything.database.reading() as session:
        unknown = await session.scalar(
            select(func.count()).where(col(Delivery.state) == DeliveryState.UNKNOWN.value)
        )
        undone = await session.scalar(select(func.count()).where(col(Update.done_at).is_(None)))
        aside = await session.scalar(select(func.count()).where(col(Update.problem).is_not(None)))
    assert (unknown, undone, aside) == (0, 0, 0)
    log = everything.log.read_text(encoding="utf-8")
    for fault in ("locked", "OperationalError", "update_failed", "loop_failed", "request_failed"):
        assert fault not in log, fault
