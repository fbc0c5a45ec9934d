"""One run: the server's own ceiling, then each bot by itself on the other core."""

import asyncio
import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import process_time

from benchmarks.knowledge.timing import machine
from benchmarks.turns.contenders import Bot, at_scale, echo, on_one_file
from benchmarks.turns.town import Answered, Said, Town, closed, opened
from tests.builders.bot_api import a_bot_api

Contender = Callable[[str, int], AbstractContextManager[Bot]]
FINDING_THE_WAY = ("菜单", "帮助")
SCREENING = ("测一测", "不确定，都看看", *["跳过"] * 10)
"""Each 跳过 weighs every programme for the next question."""
CONTENDERS: Mapping[str, tuple[Contender, tuple[str, ...]]] = {
    "aiogram echo, Redis storage": (echo, ("您好",)),
    "Huiqi on SQLite: menu and help": (on_one_file, FINDING_THE_WAY),
    "Huiqi on SQLite: screening": (on_one_file, SCREENING),
    "Huiqi on PostgreSQL and Redis: menu and help": (at_scale, FINDING_THE_WAY),
}
CHATS = 200
CLOSED_CHATS = 50
RATE = 100.0
_START_SECONDS = 60.0
_REST_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds of each part."""

    warm: float
    closed: float
    opened: float


THOROUGH, QUICK = Effort(5, 20, 30), Effort(1, 2, 2)


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds from say to reply."""

    p50: float
    p95: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One bot: how much it does when pushed, and how long it takes when not."""

    per_second: float
    """Turns, every chat speaking again at once."""
    busy: Spread
    cpu_ms: float
    """Milliseconds of processor a turn, in the bot's processes."""
    server_busy: float
    """The share of its core the server took, with the people who write."""
    offered: float
    steady: Spread
    """At so many turns a second."""
    answered: float
    """Turns a second that came back at that rate."""
    lost: int
    memory_mib: float


@dataclass(frozen=True, slots=True)
class Report:
    """One run of all."""

    machine: Mapping[str, str]
    thorough: bool
    chats: int
    bots: Mapping[str, Figures]


async def run(*, quick: bool = False, only: str = "") -> Report:
    """Measure on two cores: the server and the people on the first, the bots on the second."""
    effort = QUICK if quick else THOROUGH
    first, second = sorted(os.sched_getaffinity(0))[:2]
    os.sched_setaffinity(0, {first})
    bots = {
        name: await _measured(start, says, second, effort)
        for name, (start, says) in CONTENDERS.items()
        if only in name
    }
    return Report(machine(), not quick, CLOSED_CHATS, bots)


async def _measured(start: Contender, says: tuple[str, ...], core: int, effort: Effort) -> Figures:
    town = Town()
    for chat in range(1, CHATS + 1):
        town.shown[chat] = []
    async with a_bot_api(0, town):
        with start(town.address, core) as bot:
            await _ready(town, bot)
            await asyncio.sleep(_REST_SECONDS)
            if bot.consents:
                await _introduced(town)
            learnt = await town.learn(1, says)
            scripts: dict[int, Iterator[Said]] = {
                chat: itertools.cycle(learnt) for chat in range(1, CHATS + 1)
            }
            few = dict(itertools.islice(scripts.items(), CLOSED_CHATS))
            await closed(town, few, effort.warm)
            town.forget()
            before, server = bot.cpu(), process_time()
            pushed = await closed(town, few, effort.closed)
            turns = max(1, len(pushed.took))
            cpu, server = bot.cpu() - before, process_time() - server
            town.forget()
            steady = await opened(town, scripts, RATE, effort.opened)
            return Figures(
                per_second=round(turns / pushed.seconds, 1), busy=_spread(pushed),
                cpu_ms=round(1000 * cpu / turns, 2), server_busy=round(server / pushed.seconds, 2),
                offered=RATE, steady=_spread(steady),
                answered=round(len(steady.took) / steady.seconds, 1),
                lost=pushed.lost + steady.lost, memory_mib=round(bot.memory(), 0),
            )  # fmt: skip


async def _ready(town: Town, bot: Bot) -> None:
    """Until it asks for updates."""
    async with asyncio.timeout(_START_SECONDS):
        while not town.polls:
            if any(process.poll() is not None for process in bot.processes):
                raise RuntimeError("a process of the bot has ended")
            await asyncio.sleep(0.05)


async def _introduced(town: Town) -> None:
    """Everybody agreed to be remembered, and has the menu before them."""
    for label in ("/start", "同意", "测一测"):
        async with asyncio.timeout(_START_SECONDS):
            for chat in town.shown:
                if label == "/start":
                    await town.say(chat, label)
                    continue
                while not town.offers(chat, label):  # noqa: ASYNC110 - nothing tells
                    await asyncio.sleep(0.01)
                if label == "同意":
                    await town.press(chat, label)


def _spread(answered: Answered) -> Spread:
    took = sorted(each * 1000 for each in answered.took) or [0.0]

    def at(share: float) -> float:
        return round(took[min(len(took) - 1, int(len(took) * share))], 1)

    return Spread(at(0.5), at(0.95), at(0.99), round(took[-1], 1))
