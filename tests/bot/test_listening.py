"""Updates are kept before they are confirmed, by asking and by being called."""

import asyncio
import contextlib
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiogram.exceptions import AiogramError
from structlog.testing import capture_logs

from bot import polling
from bot.channel import TelegramChannel, create
from bot.commands import COMMANDS
from dialogs.anywhere import verb_of
from dialogs.message import Attached, Choice, Pressed, Reply, Said
from dialogs.ports import Outgoing
from tests.bot.conftest import SECRET, Kept
from tests.builders.bot_api import TOKEN, BotApi
from tests.builders.paces import FREE
from tests.builders.waiting import until


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
        assert api.menu("zh")["menu"] == api.menu("fr")["menu"] == "菜单"
        assert api.menu("en")["menu"] == "Menu"

    def test_every_command_is_understood_anywhere(self) -> None:
        # The place of deadlines is not in every tree; a word nobody knows is answered by the menu.
        assert {n for n in COMMANDS if not verb_of(Said(text=f"/{n}"))} <= {"deadlines"}

    async def test_a_failure_may_be_followed_by_another_try(
        self, channel: TelegramChannel, api: BotApi
    ) -> None:
        api.fail("setMyCommands", "500")
        with pytest.raises(AiogramError):
            await channel.open()
        await channel.open()
        assert api.menu("zh")


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

    async def test_nothing_is_confirmed_that_was_not_kept(
        self, channel: TelegramChannel, api: BotApi, inbox: Kept
    ) -> None:
        inbox.fails = 10**9
        await api.say(7, "一")
        async with listening(channel, inbox):
            await until(lambda: api.polls >= 3)
        assert api.confirmed == 0
        assert len(api.updates) == 1

    async def test_failures_of_the_server_are_waited_out(
        self, channel: TelegramChannel, api: BotApi, inbox: Kept
    ) -> None:
        api.fail("getUpdates", "500", "502-page", "reset", "page", "401")
        await api.say(7, "您好")
        async with listening(channel, inbox):
            await until(lambda: len(inbox.rows) == 1)

    async def test_a_second_process_is_told_of_and_outlived(
        self, channel: TelegramChannel, api: BotApi, inbox: Kept
    ) -> None:
        other = create(token=TOKEN, api_base=api.address, secret=SECRET, webhook=None, rate=0)
        with capture_logs() as logs:
            async with listening(channel, inbox):
                await until(lambda: api.polls == 1)
                async with listening(other, inbox):
                    await until(lambda: any(e["event"] == "another_process_asks" for e in logs))
                await api.say(7, "您好")
                await until(lambda: api.confirmed == 101)
        await other.close()
        assert len(inbox.rows) == 1

    async def test_what_no_database_keeps_is_taken_out(
        self, channel: TelegramChannel, api: BotApi, inbox: Kept
    ) -> None:
        await api.happens({"message": {"text": "甲\0\ud800", "chat": "new"}})
        async with listening(channel, inbox):
            await until(lambda: len(inbox.rows) == 1)
        assert inbox.rows["100"]["message"] == {"text": "甲\ufffd?", "chat": "new"}
        assert inbox.addresses == ["-"]

    async def test_a_press_is_acknowledged_once_and_never_in_vain(
        self, channel: TelegramChannel, api: BotApi, inbox: Kept
    ) -> None:
        reply = Reply(kind="text", text="问", choices=(Choice(id="a:yes", label="是"),))
        await channel.send(Outgoing("7", reply), datetime(2026, 11, 25, tzinfo=UTC), FREE)
        async with listening(channel, inbox):
            await api.press(7, "是")
            await until(lambda: len(inbox.rows) == 1)
        (raw,) = inbox.rows.values()
        received = channel.read(raw)
        assert received is not None
        assert (received.said, received.pressed_on) == (Pressed(button="a:yes"), "1")
        api.fail("answerCallbackQuery", "500", "reset")
        for _ in range(3):
            await channel.acknowledge(raw)
        await channel.acknowledge({"callback_query": {"id": "too old"}})
        assert api.answered == ["q100", "q100"]

    async def test_a_file_is_handed_in_by_its_name(
        self, channel: TelegramChannel, api: BotApi, inbox: Kept
    ) -> None:
        async with listening(channel, inbox):
            await api.send_file(7, "报表.xlsx", "请看")
            await until(lambda: len(inbox.rows) == 1)
        received = channel.read(inbox.rows["100"])
        assert received is not None
        assert received.said == Attached(name="报表.xlsx", size=3, text="请看")

    async def test_the_log_never_holds_the_token(self, api: BotApi, inbox: Kept) -> None:
        token = f"{TOKEN}-wrong"
        wrong = create(token=token, api_base=api.address, secret=SECRET, webhook=None, rate=0)
        with capture_logs() as logs:
            async with listening(wrong, inbox):
                await until(lambda: bool(logs))
        await wrong.close()
        assert logs[0]["event"] == "token_refused"
        assert "tests-wrong" not in str(logs)

    @pytest.mark.parametrize("how", ["500", "502-page", "reset", "page", "429-bare"])
    async def test_no_error_quotes_the_token(
        self, channel: TelegramChannel, api: BotApi, how: str
    ) -> None:
        api.fail("getMe", how)
        with pytest.raises(AiogramError) as raised:
            await channel.open()
        told = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
        assert TOKEN.partition(":")[2] not in told

    async def test_no_error_of_the_network_quotes_the_token(self) -> None:
        for base in ("http://127.0.0.1:9", "http://[::1", "nonsense"):
            channel = create(token=TOKEN, api_base=base, secret=SECRET, webhook=None, rate=0)
            with pytest.raises(AiogramError) as raised:
                await channel.open()
            told = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
            assert TOKEN.partition(":")[2] not in told
            await channel.close()
