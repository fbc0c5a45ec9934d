"""The people who write to the bot: each says the next thing when the last one was answered.

They live in the process of the Bot API server, so a turn is timed where Telegram would see it:
from the moment something was said to the moment the first message of the answer is there.
"""

import asyncio
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter

from tests.builders.bot_api import BotApi
from tests.builders.bot_api_memory import Shown

PATIENCE = 30.0
"""Seconds after which a turn counts as lost."""

Script = Callable[[], Iterator[str]]
"""What one chat says, for ever."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of the turns of one run: seconds from say to reply, and those without any."""

    took: tuple[float, ...]
    lost: int
    seconds: float
    """How long the run was."""


@dataclass
class Town(BotApi):
    """The server, with ears: who waits for an answer is told when the bot says something."""

    waiting: dict[int, tuple[float, asyncio.Future[float]]] = field(default_factory=dict)

    def message(self, chat: int, text: str, *, mine: bool = False) -> Shown:
        """A new message; of the bot's, the first ends the turn."""
        made = super().message(chat, text, mine=mine)
        if not mine and (asked := self.waiting.pop(chat, None)) is not None:
            since, answered = asked
            answered.set_result(perf_counter() - since)
        return made

    def offers(self, chat: int, label: str) -> bool:
        """Whether a chat has such a button."""
        return any(text.startswith(label) for each in self.shown[chat] for text in each.buttons)

    async def turn(self, chat: int, text: str) -> float | None:
        """Say something and wait for the answer; seconds, or None where none came."""
        answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.waiting[chat] = (perf_counter(), answered)
        await self.say(chat, text)
        try:
            return await asyncio.wait_for(answered, PATIENCE)
        except TimeoutError:
            self.waiting.pop(chat, None)
            return None

    def forget(self) -> None:
        """What was said and called so far: the figures are not those of a full memory."""
        self.calls.clear()
        for chat in self.shown:
            self.shown[chat] = self.shown[chat][-1:]


async def closed(town: Town, scripts: Mapping[int, Iterator[str]], seconds: float) -> Answered:
    """Every chat speaks again as soon as it was answered."""
    took: list[float] = []
    lost = 0
    start = perf_counter()

    async def chats(chat: int, script: Iterator[str]) -> None:
        nonlocal lost
        while perf_counter() - start < seconds:
            answered = await town.turn(chat, next(script))
            if answered is None:
                lost += 1
            else:
                took.append(answered)

    await asyncio.gather(*(chats(chat, script) for chat, script in scripts.items()))
    return Answered(tuple(took), lost, perf_counter() - start)


async def opened(
    town: Town, scripts: Mapping[int, Iterator[str]], rate: float, seconds: float
) -> Answered:
    """So many turns a second, evenly, whether or not the earlier ones were answered.

    The chats take turns; one that is still waiting is passed over for the next that is not.
    """
    loop = asyncio.get_running_loop()
    start = loop.time()
    turns: list[asyncio.Task[float | None]] = []
    lost = 0
    chats = itertools.cycle(scripts)
    for nth in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, start + nth / rate - loop.time()))
        free = next((c for c in itertools.islice(chats, len(scripts)) if c not in town.waiting), 0)
        if free:
            turns.append(asyncio.create_task(town.turn(free, next(scripts[free]))))
        else:
            lost += 1  # everybody waits: the turn that was due is not made
    done = await asyncio.gather(*turns)
    took = tuple(each for each in done if each is not None)
    return Answered(took, lost + len(done) - len(took), loop.time() - start)
