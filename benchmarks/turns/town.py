"""The people who write to the bot: each says the next thing when the last one was answered.

They live in the process of the Bot API server, so a turn is timed where Telegram would see it:
from the moment something was said to the moment the first message of the answer is there.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeAlias

from tests.builders.bot_api import BotApi
from tests.builders.bot_api_memory import Shown

PATIENCE = 30.0
"""Seconds after which a turn counts as lost."""
_QUIET = 0.5
"""Seconds in which no further message of an answer came: it is whole."""

Said: TypeAlias = tuple[str, int]
"""What a chat says, and how many messages the answer has after its first."""


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

    waiting: dict[int, tuple[float, int, asyncio.Future[float]]] = field(default_factory=dict)
    owed: Counter[int] = field(default_factory=Counter)
    """By chat, how many messages of answers that have begun are still to come."""

    def message(self, chat: int, text: str, *, mine: bool = False) -> Shown:
        """A new message; of the bot's, the first of its answer ends the turn."""
        made = super().message(chat, text, mine=mine)
        if not mine:
            self._said(chat)
        return made

    def changed(self, message: Shown) -> None:
        """Other words in the place of earlier ones are an answer as well."""
        self._said(message.chat)

    def _said(self, chat: int) -> None:
        if self.owed[chat]:
            self.owed[chat] -= 1
        elif (asked := self.waiting.pop(chat, None)) is not None:
            since, self.owed[chat], answered = asked
            answered.set_result(perf_counter() - since)

    def offers(self, chat: int, label: str) -> bool:
        """Whether a chat has such a button."""
        return any(text.startswith(label) for each in self.shown[chat] for text in each.buttons)

    async def turn(self, chat: int, text: str, more: int = 0) -> float | None:
        """Say something and wait for the answer; seconds, or None where none came.

        `more` messages come after its first: they are no answer to what is said next.
        """
        answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.waiting[chat] = (perf_counter(), more, answered)
        await self.say(chat, text)
        try:
            return await asyncio.wait_for(answered, PATIENCE)
        except TimeoutError:
            self.waiting.pop(chat, None)
            return None

    async def learn(self, chat: int, says: Sequence[str]) -> list[Said]:
        """What the answers to a round of messages are: said one by one, until all is quiet."""
        learnt = []
        for text in says:
            before = len(self.screen(chat))
            await self.turn(chat, text)
            count = 0
            while count < (count := len(self.screen(chat)) - before):  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(_QUIET)
            learnt.append((text, max(0, count - 1)))
        return learnt

    def forget(self) -> None:
        """What was said and called so far: the figures are not those of a full memory."""
        self.calls.clear()
        for chat in self.shown:
            self.shown[chat] = self.shown[chat][-1:]


async def closed(town: Town, scripts: Mapping[int, Iterator[Said]], seconds: float) -> Answered:
    """Every chat speaks again as soon as it was answered."""
    took: list[float] = []
    lost = 0
    start = perf_counter()

    async def chats(chat: int, script: Iterator[Said]) -> None:
        nonlocal lost
        while perf_counter() - start < seconds:
            answered = await town.turn(chat, *next(script))
            if answered is None:
                lost += 1
            else:
                took.append(answered)

    await asyncio.gather(*(chats(chat, script) for chat, script in scripts.items()))
    return Answered(tuple(took), lost, perf_counter() - start)


async def opened(
    town: Town, scripts: Mapping[int, Iterator[Said]], rate: float, seconds: float
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
            turns.append(asyncio.create_task(town.turn(free, *next(scripts[free]))))
        else:
            lost += 1  # everybody waits: the turn that was due is not made
    done = await asyncio.gather(*turns)
    took = tuple(each for each in done if each is not None)
    return Answered(took, lost + len(done) - len(took), loop.time() - start)
