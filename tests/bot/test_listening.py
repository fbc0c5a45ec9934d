"""Updates are kept before they are confirmed, by asking and by being called."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from bot import polling
from bot.channel import TelegramChannel, create
from bot.webhook import Webhook
from tests.bot.conftest import SECRET, Kept
from tests.builders.bot_api import TOKEN, BotApi
from tests.builders.waiting import until

HEADER = "X-Telegram-Bot-Api-Secret-Token"
WORD = "a-secret-word-of-tests"


@contextlib.asynccontextmanager
async def listening(channel: TelegramChannel, inbox: Kept) -> AsyncIterator[None]:
    task = asyncio.create_task(channel.listen(inbox))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "_FIRST_BACKOFF", 0.01)


class TestOpen:
    async def test_tells_who_we_are_and_what_can_be_said(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        assert channel.link == ""
        await channel.open()
        assert channel.link == "https://t.me/huiqi_test_bot"
        assert channel.account == "4200"
        words = {language: [c["command"] for c in menu] for language, menu in api.commands.items()}
        assert words["zh"] == words["en"] == words[""]
        assert api.commands["zh"][0]["description"] == "菜单"


class TestPolling:
    async def test_what_arrives_is_handed_in(
        self, channel: TelegramChannel, api: BotApi, inbox: Kept
    ) -> None:
        async with listening(channel, inbox):
            await api.say(7, "您好")
            await until(lambda: len(inbox.rows) == 1)
            await until(lambda: api.confirmed == 101)
        assert inbox.addresses == ["7"]

    async def test_an_update_that_could_not_be_kept_comes_again(
        self, channel: TelegramChannel, api: BotApi, inbox: Kept
    ) -> None:
        inbox.fails = 2
        await api.say(7, "一")
        await api.say(7, "二")
        async with listening(channel, inbox):
            await until(lambda: len(inbox.rows) == 2)
        assert inbox.addresses == ["7", "7"]

    async def test_failures_of_the_server_are_waited_out(
        self, channel: TelegramChannel, api: BotApi, inbox: Kept
    ) -> None:
        api.fail("getUpdates", "500", "502")
        await api.say(7, "您好")
        async with listening(channel, inbox):
            await until(lambda: len(inbox.rows) == 1)

    async def test_the_log_never_holds_the_token(self, api: BotApi, inbox: Kept) -> None:
        token = f"{TOKEN}-wrong"
        wrong = create(token=token, api_base=api.address, secret=SECRET, webhook=None)
        with capture_logs() as logs:
            async with listening(wrong, inbox):
                await until(lambda: bool(logs))
        await wrong.close()
        assert logs[0]["event"] == "token_refused"
        assert "tests-wrong" not in str(logs)


@pytest.fixture
def app(inbox: Kept) -> ASGIApp:
    return Webhook(inbox, secret=WORD, name="telegram", account="4200")


@pytest.fixture
async def telegram(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://huiqi.test") as client:
        yield client


UPDATE = {"update_id": 9, "message": {"chat": {"id": 7}}}


class TestWebhook:
    def test_does_not_start_without_its_secret(self, inbox: Kept) -> None:
        with pytest.raises(ValueError, match="secret"):
            Webhook(inbox, secret="", name="telegram", account="4200")

    async def test_keeps_what_telegram_brings(
        self, telegram: httpx.AsyncClient, inbox: Kept
    ) -> None:
        answer = await telegram.post("/", json=UPDATE, headers={HEADER: WORD})
        assert answer.status_code == 200
        assert inbox.rows == {"9": UPDATE}

    @pytest.mark.parametrize("word", [None, "", "wrong", WORD[:-1], "é" * 20])
    async def test_nobody_else_is_heard(
        self, telegram: httpx.AsyncClient, inbox: Kept, word: str | None
    ) -> None:
        headers = {} if word is None else {HEADER.encode(): word.encode()}
        answer = await telegram.post("/", json=UPDATE, headers=headers)
        assert answer.status_code == 401
        assert inbox.rows == {}

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"", 400),
            (b"[]", 400),
            (b'{"update_id": "9"}', 400),
            (b'{"update_id": 9', 400),
            (b'{"a": ' * 100 + b"1" + b"}" * 100, 400),
            (b"\xff\xfe", 400),
            (b" " * 1_100_000, 413),
        ],
    )
    async def test_what_is_no_update_is_refused(
        self, telegram: httpx.AsyncClient, body: bytes, status: int
    ) -> None:
        answer = await telegram.post("/", content=body, headers={HEADER: WORD})
        assert answer.status_code == status

    async def test_what_could_not_be_kept_is_asked_for_again(
        self, telegram: httpx.AsyncClient, inbox: Kept
    ) -> None:
        inbox.fails = 1
        assert (await telegram.post("/", json=UPDATE, headers={HEADER: WORD})).status_code == 503

    async def test_telegram_is_told_where_to_call(self, api: BotApi) -> None:
        address = "https://huiqi.example/telegram/webhook"
        channel = create(
            token=TOKEN, api_base=api.address, secret=SECRET, webhook=(address, WORD)
        )  # fmt: skip
        await channel.open()
        await channel.close()
        assert (api.webhook, api.secret) == (address, WORD)
