"""The peer: aiogram's own polling, a counter kept in Redis, and the text said back.

It is what aiogram's documentation shows, no more: an update is confirmed before it is taken, and
what was said is nowhere once the process is gone.
"""

import asyncio
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import DefaultKeyBuilder
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import Message


async def echo(message: Message, state: FSMContext) -> None:
    """Count the message, and say it back."""
    kept = await state.get_data()
    await state.set_data({"turns": int(kept.get("turns", 0)) + 1})
    await message.answer(message.text or "…")


async def main() -> None:
    """Poll until told to stop."""
    server = TelegramAPIServer.from_base(os.environ["TELEGRAM_API_BASE"])
    bot = Bot(os.environ["TELEGRAM_BOT_TOKEN"], session=AiohttpSession(api=server))
    keys = DefaultKeyBuilder(prefix=os.environ["ECHO_PREFIX"])
    storage = RedisStorage.from_url(os.environ["HUIQI_REDIS_URL"], key_builder=keys, data_ttl=600)
    dispatcher = Dispatcher(storage=storage)
    dispatcher.message.register(echo)
    await dispatcher.start_polling(bot, polling_timeout=25)


if __name__ == "__main__":
    asyncio.run(main())
