"""The Bot API server of the tests refuses what Telegram refuses, seen by the real client."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.types import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup

from bot.session import Session
from tests.builders.bot_api import TOKEN, BotApi


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    made = Bot(TOKEN, session=Session(api.address, 5))
    yield made
    await made.session.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "text is empty"),
        (" \n", "text is empty"),
        ("<b></b>", "text is empty"),
        ("字" * 4097, "too long"),
        ("😀" * 2049, "too long"),
        ("<b>一", "can't parse entities"),
        ("一</b>", "can't parse entities"),
        ("<b><i>一</b></i>", "can't parse entities"),
        ("<p>一</p>", "can't parse entities"),
    ],
)
async def test_texts(bot: Bot, text: str, said: str) -> None:
    with pytest.raises(TelegramBadRequest, match=said):
        await bot.send_message(7, text, parse_mode="HTML")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["a" * 65]], "BUTTON_DATA_INVALID"),
        ([["字" * 22]], "BUTTON_DATA_INVALID"),
        ([["a"] * 9], "too long"),
        ([["a"]] * 101, "too long"),
    ],
)
async def test_buttons(bot: Bot, rows: list[list[str]], said: str) -> None:
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text="是", callback_data=d) for d in r] for r in rows
        ]
    )
    with pytest.raises(TelegramBadRequest, match=said):
        await bot.send_message(7, "问", reply_markup=keyboard)


async def test_commands_are_kept_for_each_language(bot: Bot) -> None:
    await bot.set_my_commands([BotCommand(command="menu", description="菜单")], language_code="zh")
    assert [c.description for c in await bot.get_my_commands(language_code="zh")] == ["菜单"]
    assert await bot.get_my_commands() == []
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="菜单", description="菜单")])


async def test_a_bot_that_is_called_cannot_ask(bot: Bot) -> None:
    await bot.set_webhook("https://huiqi.example/telegram/webhook")
    assert (await bot.get_webhook_info()).url == "https://huiqi.example/telegram/webhook"
    with pytest.raises(TelegramConflictError):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates(timeout=0) == []
    with pytest.raises(TelegramBadRequest, match="HTTPS"):
        await bot.set_webhook("http://huiqi.example/")


async def test_an_offset_confirms_what_is_before_it(bot: Bot, api: BotApi) -> None:
    for text in "一二三":
        await api.say(7, text)
    assert [update.update_id for update in await bot.get_updates()] == [100, 101, 102]
    assert [update.update_id for update in await bot.get_updates(offset=101)] == [101, 102]
    assert [update.update_id for update in await bot.get_updates()] == [101, 102]


async def test_only_the_kinds_that_were_asked_for_come(bot: Bot, api: BotApi) -> None:
    await bot.get_updates(allowed_updates=["message"], timeout=0)
    await api.block(7)
    await api.say(7, "一")
    assert [update.event_type for update in await bot.get_updates()] == ["message"]


async def test_a_file_can_be_fetched(bot: Bot, api: BotApi) -> None:
    await api.send_file(7, "报表.csv", content="甲,1")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    file = await bot.download(update.message.document)
    assert file is not None
    assert file.read().decode() == "甲,1"


async def test_an_idle_connection_is_given_up_before_servers_do(api: BotApi) -> None:
    session = Session(api.address, 5)
    connector = (await session.create_session()).connector
    assert connector is not None
    assert (connector._keepalive_timeout or 0) < 5  # the least a usual server has
    await session.close()
