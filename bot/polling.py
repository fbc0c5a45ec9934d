"""Asking Telegram for updates: an offset is confirmed only after its update is a committed row.

aiogram's own polling confirms an update before anybody has taken it; a crash then loses it.
"""

import asyncio
import random
from typing import ClassVar

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from pydantic import JsonValue

from bot.intake import hand_in, number_of
from bot.updates import ALLOWED
from dialogs.ports import Inbox

_WAIT_SECONDS = 25
_BATCH = 100
_FIRST_BACKOFF = 1.0
_LONGEST_BACKOFF = 60.0

log = structlog.get_logger(__name__)


class GetRawUpdates(TelegramMethod[list[dict[str, JsonValue]]]):
    """`getUpdates`, with the updates as they came: they are kept raw and read later."""

    __returning__: ClassVar[type] = list[dict[str, JsonValue]]
    __api_method__: ClassVar[str] = "getUpdates"

    offset: int | None = None
    limit: int = _BATCH
    timeout: int = _WAIT_SECONDS
    allowed_updates: tuple[str, ...] = ALLOWED


class Poller:
    """Asks one bot's updates, for ever."""

    def __init__(self, bot: Bot, *, name: str, account: str) -> None:
        self._bot = bot
        self._name = name
        self._account = account
        self._offset: int | None = None

    async def listen(self, inbox: Inbox) -> None:
        """Hand in what arrives until cancelled; a failure is waited out."""
        backoff = _FIRST_BACKOFF
        while True:
            try:
                await self._ask(inbox)
                backoff = _FIRST_BACKOFF
            except Exception as error:  # noqa: BLE001 - whatever it was, the next try may do
                _complain(error)
                wait = _wait_of(error, backoff)
                await asyncio.sleep(wait)
                backoff = min(backoff * 2, _LONGEST_BACKOFF)

    async def _ask(self, inbox: Inbox) -> None:
        """One round. The offset moves behind updates when they are kept, and not before."""
        asked = GetRawUpdates(offset=self._offset)
        updates = await self._bot(asked, request_timeout=_WAIT_SECONDS + 15)
        numbered = [(number, raw) for raw in updates if (number := number_of(raw)) is not None]
        if not numbered:
            return
        await hand_in(numbered, inbox, name=self._name, account=self._account)
        self._offset = max(number for number, _ in numbered) + 1


def _wait_of(error: Exception, backoff: float) -> float:
    if isinstance(error, TelegramRetryAfter):
        return float(error.retry_after)
    return backoff * random.uniform(0.5, 1)


def _complain(error: Exception) -> None:
    """In the log, without the address: it holds the token."""
    match error:
        case TelegramUnauthorizedError() | TelegramNotFound():
            log.error("token_refused", setting="TELEGRAM_BOT_TOKEN")
        case TelegramConflictError():
            log.error("another_process_asks", setting="TELEGRAM_UPDATES")
        case AiogramError():
            log.warning("updates_not_read", error=type(error).__name__)
        case _:
            log.error("updates_not_kept", error=type(error).__name__)
