"""The real client over HTTP, against a Bot API server of our own."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from bot.channel import TelegramChannel, create
from dialogs.ports import Arrived
from tests.builders.bot_api import TOKEN, BotApi, a_bot_api

SECRET = b"a secret of the tests"


@dataclass
class Pauses:
    """Stands for sleeping: remembers how long, and waits for nothing."""

    asked: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)


@dataclass
class Kept:
    """An inbox in memory; `fails` times it cannot keep anything."""

    fails: int = 0
    rows: dict[str, Mapping[str, object]] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)

    async def accept(
        self, channel: str, account: str, update_id: str, address: str, raw: Mapping[str, object]
    ) -> bool:
        assert (channel, account) == ("telegram", "4200")
        if self.fails:
            self.fails -= 1
            raise ConnectionError("the database is away")
        self.addresses.append(address)
        known = update_id in self.rows
        self.rows[update_id] = raw
        return not known

    async def accept_all(self, channel: str, account: str, arrived: Sequence[Arrived]) -> int:
        new = [
            await self.accept(channel, account, each.update_id, each.address, each.raw)
            for each in arrived
        ]
        return sum(new)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with a_bot_api() as made:
        made.shown[7] = []
        yield made


@pytest.fixture
async def channel(api: BotApi) -> AsyncIterator[TelegramChannel]:
    made = create(token=TOKEN, api_base=api.address, secret=SECRET, webhook=None, rate=0)
    yield made
    await made.close()


@pytest.fixture
def pauses(channel: TelegramChannel) -> Pauses:
    made = Pauses()
    channel._sender._pause = made
    return made


@pytest.fixture
def inbox() -> Kept:
    return Kept()
