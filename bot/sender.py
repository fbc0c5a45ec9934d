"""One reply to one chat, and what became of it.

What surely did not arrive may be tried again; what may have arrived never is.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup

from bot.buttons import sign
from bot.methods import EditText, SendText
from bot.outcomes import TOO_MANY, outcome_of
from bot.rendering import rendered
from bot.splitting import messages, shown
from dialogs.message import Choice, Document, Reply
from dialogs.ports import Ended, Later, Outcome, Outgoing, Pace, Sent, Unknown

Pause = Callable[[float], Awaitable[None]]

_LONGEST_CAPTION = 1024
_NOT_EDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "no text in the message to edit",
)
_SAME = "message is not modified"
_UNREADABLE = "can't parse entities"
_TRIES = 3
"""Of a further part of a message, when Telegram says that it did not take it."""
_LONGEST_PAUSE = 10.0
_UNTOLD_PAUSE = 5.0
"""Seconds, where Telegram asks for a pause and does not say how long."""

log = structlog.get_logger(__name__)


class _NotNow(Exception):
    """The pace allows no call."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One message of Telegram; the last one of a reply bears its buttons."""

    html: str
    document: Document | None = None
    keyboard: str | None = None
    """As the Bot API takes it: JSON."""


class TelegramSender:
    """Sends through one bot."""

    def __init__(
        self, bot: Bot, *, secret: bytes, account: str, pause: Pause = asyncio.sleep
    ) -> None:
        self._bot = bot
        self._secret = secret
        self._account = account
        self._pause = pause

    async def send(self, message: Outgoing, now: datetime, pace: Pace) -> Outcome:
        """Show a reply; never raises for what Telegram did. Each call is a step of `pace`."""
        pieces = self._pieces(message.address, message.reply)
        if len(pieces) == 1 and pieces[0].document is None and message.replaces.isdecimal():
            outcome = await self._edited(message, pieces[0], now, pace)
            if outcome is not None:
                return outcome
        outcome = await self._new(message.address, pieces[0], now, pace)
        for piece in pieces[1:]:
            if not isinstance(outcome, Sent):
                return outcome
            outcome = await self._further(message.address, piece, now, pace)
        return outcome

    def _pieces(self, chat: str, reply: Reply) -> list[_Piece]:
        """A file bears its text while that is short; else the text comes first."""
        page = rendered(reply)
        keyboard = self._keyboard(chat, page.rows)
        parts = messages(page.lines)
        if reply.document is None:
            *before, last = parts or ["…"]
            return [*map(_Piece, before), _Piece(last, keyboard=keyboard)]
        captions = messages(page.lines, _LONGEST_CAPTION)
        if len(captions) == 1:
            return [_Piece(captions[0], reply.document, keyboard)]
        return [*map(_Piece, parts), _Piece("", reply.document, keyboard)]

    async def _further(self, chat: str, piece: _Piece, now: datetime, pace: Pace) -> Outcome:
        """Half of it is there: sending the whole again would double that half."""
        outcome = await self._new(chat, piece, now, pace)
        for _ in range(_TRIES - 1):
            wait = _short_wait(outcome, now)
            if wait is None:
                break
            await self._pause(wait)
            outcome = await self._new(chat, piece, now, pace)
        if isinstance(outcome, Sent) or (isinstance(outcome, Ended) and outcome.contact_lost):
            return outcome
        return Unknown("in_parts")

    async def _new(self, chat: str, piece: _Piece, now: datetime, pace: Pace) -> Outcome:
        try:
            sent = await self._formatted_or_plain(chat, piece, pace)
        except Exception as error:  # noqa: BLE001 - the promise of the port: an outcome, always
            return await _told(error, now, pace)
        return Sent(str(sent))

    async def _formatted_or_plain(self, chat: str, piece: _Piece, pace: Pace) -> int:
        """Formatting that Telegram refuses is a fault of ours; the words arrive all the same."""
        await _step(pace)
        try:
            return await self._call(chat, piece, piece.html, "HTML")
        except TelegramBadRequest as refused:
            if _UNREADABLE not in refused.message.lower():
                raise
        log.error("formatting_refused")
        await _step(pace)
        return await self._call(chat, piece, unescape(re.sub("<[^>]*>", "", piece.html)), None)

    async def _call(self, chat: str, piece: _Piece, text: str, mode: str | None) -> int:
        keyboard = piece.keyboard
        if piece.document is None:
            said = SendText(chat_id=chat, text=text, parse_mode=mode, reply_markup=keyboard)
            return (await self._bot(said)).message_id
        sent = await self._bot.send_document(
            chat_id=chat, document=_file(piece.document), caption=text or None, parse_mode=mode,
            reply_markup=None if keyboard is None
            else InlineKeyboardMarkup.model_validate_json(keyboard),
        )  # fmt: skip
        return sent.message_id

    async def _edited(
        self, message: Outgoing, piece: _Piece, now: datetime, pace: Pace
    ) -> Outcome | None:
        """In the place of an earlier one; None where that can no longer be changed.

        An edit may be repeated, nothing is doubled by it: one that was lost is tried again.
        """
        try:
            await _step(pace)
            await self._bot(
                EditText(
                    chat_id=message.address, message_id=int(message.replaces), text=piece.html,
                    parse_mode="HTML", reply_markup=piece.keyboard,
                )
            )  # fmt: skip
        except TelegramBadRequest as refused:
            said = refused.message.lower()
            if _SAME in said:
                return Sent(message.replaces)
            if any(reason in said for reason in (*_NOT_EDITABLE, _UNREADABLE)):
                return None
            return await _told(refused, now, pace)
        except Exception as error:  # noqa: BLE001 - as above
            outcome = await _told(error, now, pace)
            return Later(outcome.cause) if isinstance(outcome, Unknown) else outcome
        return Sent(message.replaces)

    def _keyboard(self, chat: str, rows: Sequence[Sequence[Choice]]) -> str | None:
        if not rows:
            return None
        buttons = [
            [
                {
                    "text": choice.label,
                    "callback_data": sign(self._secret, self._account, chat, choice.id),
                }
                for choice in row
            ]
            for row in rows
        ]
        return json.dumps({"inline_keyboard": buttons})


async def _step(pace: Pace) -> None:
    if not await pace.step():
        raise _NotNow


async def _told(error: Exception, now: datetime, pace: Pace) -> Later | Ended | Unknown:
    """The outcome, and a line in the log that quotes nothing: addresses hold the token.

    Whoever sends through the same bot hears of a pause that Telegram asks for.
    """
    if isinstance(error, _NotNow):
        return Later("no_budget")
    outcome = outcome_of(error, now)
    log.info(
        "not_sent",
        outcome=type(outcome).__name__,
        cause=outcome.cause,
        error=type(error).__name__,
    )
    if isinstance(outcome, Later) and outcome.cause == TOO_MANY:
        wait = (outcome.at - now).total_seconds() if outcome.at else _UNTOLD_PAUSE
        await pace.refused(wait)
    return outcome


def _short_wait(outcome: Outcome, now: datetime) -> float | None:
    """Seconds after which it may be tried again at once; None where that is no help."""
    if not isinstance(outcome, Later):
        return None
    wait = (outcome.at - now).total_seconds() if outcome.at else 1.0
    return wait if wait <= _LONGEST_PAUSE else None


def _file(document: Document) -> BufferedInputFile:
    name = re.sub(r'[\x00-\x1f"\\/:]+', "_", shown(document.name)) or "file"
    content = document.content.encode("utf-8", "replace")
    return BufferedInputFile(content or b"\n", filename=name)  # Telegram refuses an empty file
