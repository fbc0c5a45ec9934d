"""A conversation in Telegram: the whole program, the real client, a Bot API server of our own."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from api.main import create_app
from tests.builders.bot_api import TOKEN, BotApi, a_bot_api
from tests.builders.engines import redis_for
from tests.builders.seeded import WEBHOOK_SECRET
from tests.builders.servers import served
from tests.builders.settings import some_settings
from tests.builders.waiting import until

CHAT = 77
WORD = WEBHOOK_SECRET


@dataclass(frozen=True)
class Place:
    """A folder and a database of a program that may be started again over them."""

    folder: Path
    database_url: str


@asynccontextmanager
async def a_program(place: Place, api: BotApi, **given: object) -> AsyncIterator[str]:
    """The program over a database, with Telegram turned on."""
    settings = some_settings(
        place.folder, database_url=place.database_url, redis_url=redis_for(place.database_url),
        telegram_bot_token=TOKEN, telegram_api_base=api.address, **given,
    )  # fmt: skip
    async with served(create_app(settings)) as address:
        yield address


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with a_bot_api() as made:
        made.shown[CHAT] = []
        yield made


@pytest.fixture
def place(tmp_path: Path, database_url: str) -> Place:
    return Place(tmp_path, database_url)


async def _answered(api: BotApi, words: str) -> None:
    await until(lambda: words in "\n".join(api.screen(CHAT)))


async def _offered(api: BotApi, label: str) -> None:
    await until(lambda: any(b.startswith(label) for b in api.last(CHAT).buttons))


def _events(logs: Sequence[Mapping[str, object]]) -> list[str]:
    return [str(line["event"]) for line in logs]


async def _agree(api: BotApi) -> None:
    await api.say(CHAT, "/start")
    await until(lambda: bool(api.screen(CHAT)) and bool(api.last(CHAT).rows))
    await api.press(CHAT, "同意")
    await _answered(api, "想做什么")


class TestPolling:
    async def test_from_greeting_to_a_card(self, place: Place, api: BotApi) -> None:
        async with a_program(place, api):
            await _agree(api)
            await api.say(CHAT, "/start card-new-rd-institution")
            await _offered(api, "回答这个项目的问题")
            assert "第四条（六）" in "".join(api.screen(CHAT))
            await api.press(CHAT, "回答这个项目的问题")
            await until(lambda: api.last(CHAT).buttons != [] and "？" in api.last(CHAT).text)
            await api.say(CHAT, "English")
            await _offered(api, "I don't know")
        assert len(api.answered) == 2

    async def test_a_restart_forgets_nothing_and_repeats_nothing(
        self, place: Place, api: BotApi
    ) -> None:
        async with a_program(place, api):
            await _agree(api)
        before = len(api.screen(CHAT))
        await api.say(CHAT, "帮助")
        async with a_program(place, api):
            await _answered(api, "随时可以说")
        assert len(api.screen(CHAT)) > before
        assert api.screen(CHAT).count(api.screen(CHAT)[0]) == 1

    async def test_of_two_processes_one_asks_and_the_other_takes_over(
        self, place: Place, api: BotApi
    ) -> None:
        async with AsyncExitStack() as second, AsyncExitStack() as first:
            with capture_logs() as logs:
                await first.enter_async_context(a_program(place, api))
                await until(lambda: "lease_taken" in _events(logs))
                await second.enter_async_context(a_program(place, api))
                await until(lambda: "standing_by" in _events(logs))
                await _agree(api)
                await first.aclose()
                await api.say(CHAT, "帮助")
                await _answered(api, "随时可以说")
        assert _events(logs).count("lease_taken") == 2
        assert "another_process_asks" not in _events(logs)

    async def test_the_web_goes_on_while_telegram_is_away(self, place: Place, api: BotApi) -> None:
        api.fail("getMe", *["500"] * 50)
        async with (
            a_program(place, api) as address,
            httpx.AsyncClient(base_url=address) as client,
        ):
            assert (await client.get("/readyz")).status_code == 200


class TestWebhook:
    async def test_telegram_calls_us(self, place: Place, api: BotApi) -> None:
        given = {
            "telegram_updates": "webhook",
            "telegram_webhook_secret": WORD,
            "public_url": "https://huiqi.example",
        }
        async with a_program(place, api, **given) as address:
            await until(lambda: bool(api.webhook))
            assert api.webhook == "https://huiqi.example/telegram/webhook"
            api.webhook = f"{address}/telegram/webhook"
            await _agree(api)
            async with httpx.AsyncClient() as stranger:
                answer = await stranger.post(api.webhook, json={"update_id": 1})
            assert answer.status_code == 401
        assert api.count("getUpdates") == 0

    async def test_is_not_counted_as_one_caller_and_strangers_are(
        self, place: Place, api: BotApi
    ) -> None:
        given = {
            "telegram_updates": "webhook", "telegram_webhook_secret": WORD,
            "public_url": "https://huiqi.example", "limit_caller": "5/hour",
        }  # fmt: skip
        secret = {"X-Telegram-Bot-Api-Secret-Token": WORD}
        async with a_program(place, api, **given) as address:
            where = f"{address}/telegram/webhook"
            async with httpx.AsyncClient() as caller:
                strange = [(await caller.post(where, json={})).status_code for _ in range(6)]
                ours = [
                    (await caller.post(where, json={"update_id": n}, headers=secret)).status_code
                    for n in range(20)
                ]
        assert set(strange) == {401, 429}
        assert strange[-1] == 429
        assert set(ours) == {200}

    async def test_a_storm_of_faults_loses_and_doubles_nothing(
        self, place: Place, api: BotApi
    ) -> None:
        api.fail("sendMessage", "500", "429", "502")
        async with a_program(place, api), asyncio.timeout(60):
            await api.say(CHAT, "/start")
            await until(lambda: bool(api.screen(CHAT)) and bool(api.last(CHAT).rows))
        texts = api.screen(CHAT)
        assert len(texts) == len(set(texts))
