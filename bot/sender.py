"""One reply to one chat, and what became of it.

What surely did not arrive may be tried again; what may have arrived never is.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)
from aiohttp import ClientConnectorError

from bot.buttons import sign
from bot.rendering import rendered
from bot.splitting import messages
from dialogs.message import Choice
from dialogs.ports import Ended, Later, Outcome, Outgoing, Sent, Unknown

_LONGEST_CAPTION = 1024
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE = ("chat not found", "user is deactivated", "bot was kicked", "group chat was upgraded")
_NOT_EDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_SAME = "message is not modified"

log = structlog.get_logger(__name__)


class TelegramSender:
    """Sends through one bot."""

    def __init__(self, bot: Bot, *, secret: bytes, account: str) -> None:
        self._bot = bot
        self._secret = secret
        self._account = account

    async def send(self, message: Outgoing, now: datetime) -> Outcome:
        """Show a reply; never raises for what Telegram did."""
        shown = rendered(message.reply)
        parts = messages(shown.lines) or ["…"]
        keyboard = self._keyboard(message.address, shown.rows)
        begun = False
        try:
            if message.reply.document is not None:
                return await self._file(message, parts[0], keyboard)
            for part in parts[:-1]:
                await self._new(message.address, part, None)
                begun = True
            replaces = message.replaces if len(parts) == 1 else ""
            return await self._last(message.address, parts[-1], keyboard, replaces)
        except Exception as error:  # noqa: BLE001 - the promise of the port: an outcome, always
            outcome = outcome_of(error, now)
            log.info("not_sent", outcome=type(outcome).__name__, error=type(error).__name__)
            # Half of it is there: sending the whole again would double that half.
            return Unknown("in_parts") if begun else outcome

    async def _last(
        self, chat: str, text: str, keyboard: InlineKeyboardMarkup | None, replaces: str
    ) -> Sent:
        if replaces.isdecimal():
            edited = await self._edited(chat, text, keyboard, int(replaces))
            if edited:
                return Sent(replaces)
        return Sent(str((await self._new(chat, text, keyboard)).message_id))

    async def _new(self, chat: str, text: str, keyboard: InlineKeyboardMarkup | None) -> Message:
        return await self._bot.send_message(
            chat_id=chat, text=text, parse_mode="HTML", reply_markup=keyboard,
            link_preview_options=_NO_PREVIEW,
        )  # fmt: skip

    async def _edited(
        self, chat: str, text: str, keyboard: InlineKeyboardMarkup | None, message: int
    ) -> bool:
        """Whether the message shows the new text; False where it can no longer be changed."""
        try:
            await self._bot.edit_message_text(
                chat_id=chat, message_id=message, text=text, parse_mode="HTML",
                reply_markup=keyboard, link_preview_options=_NO_PREVIEW,
            )  # fmt: skip
        except TelegramBadRequest as refused:
            said = refused.message.lower()
            if _SAME in said:
                return True
            if any(reason in said for reason in _NOT_EDITABLE):
                return False
            raise
        return True

    async def _file(
        self, message: Outgoing, caption: str, keyboard: InlineKeyboardMarkup | None
    ) -> Sent:
        document = message.reply.document
        if document is None:
            raise ValueError("a reply without a document")
        file = BufferedInputFile(document.content.encode(), filename=document.name)
        fits = len(caption) <= _LONGEST_CAPTION
        sent = await self._bot.send_document(
            chat_id=message.address, document=file, caption=caption if fits else None,
            parse_mode="HTML", reply_markup=keyboard,
        )  # fmt: skip
        return Sent(str(sent.message_id))

    def _keyboard(self, chat: str, rows: Sequence[Sequence[Choice]]) -> InlineKeyboardMarkup | None:
        if not rows:
            return None
        return InlineKeyboardMarkup(
            inline_keyboard=[
                [
                    InlineKeyboardButton(
                        text=choice.label,
                        callback_data=sign(self._secret, self._account, chat, choice.id),
                    )
                    for choice in row
                ]
                for row in rows
            ]
        )


def outcome_of(error: Exception, now: datetime) -> Outcome:
    """What an error of a call means for the message."""
    match error:
        case TelegramRetryAfter(retry_after=seconds):
            return Later("too_many", now + timedelta(seconds=seconds))
        case TelegramForbiddenError():
            return Ended("blocked", contact_lost=True)
        case TelegramMigrateToChat():
            return Ended("moved", contact_lost=True)
        case TelegramBadRequest(message=said):
            gone = any(reason in said.lower() for reason in _GONE)
            return Ended("chat_gone" if gone else "bad_request", contact_lost=gone)
        case TelegramServerError():
            return Later("server_error")
        case TelegramNetworkError():
            return _of_network(error)
        case ClientDecodeError():
            return Unknown("unreadable_answer")
        case TelegramAPIError():
            return Ended("refused")
        case _:
            return Unknown(type(error).__name__)


def _of_network(error: TelegramNetworkError) -> Outcome:
    """A connection that never stood carried nothing; after that nobody knows."""
    cause = error.__cause__
    if isinstance(cause, ClientConnectorError):
        return Later("away")
    if isinstance(cause, asyncio.TimeoutError):
        return Unknown("timed_out")
    return Unknown("connection_lost")
