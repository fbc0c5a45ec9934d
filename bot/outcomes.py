"""What an error at the Bot API means for the message that was to be sent."""

from datetime import datetime, timedelta

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.session import Garbled, Lost, Unreachable
from dialogs.ports import Ended, Later, Unknown

_GONE = ("chat not found", "user is deactivated", "bot was kicked", "group chat was upgraded")
_LONGEST_WAIT = timedelta(days=1)
TOO_MANY = "too_many"
"""The cause where Telegram asks for a pause."""


def outcome_of(error: Exception, now: datetime) -> Later | Ended | Unknown:
    """What became of a message whose call ended so."""
    match error:
        case Unreachable():
            return Later("away")
        case Lost(cause=cause):
            return Unknown(cause)
        case Garbled():
            return Unknown("unreadable_answer")
        case TelegramAPIError():
            return _answered(error, now)
        case _:
            return Unknown(type(error).__name__)


def _answered(error: TelegramAPIError, now: datetime) -> Later | Ended:
    """Telegram said no: the message did not arrive, and the question is whether it ever can."""
    match error:
        case TelegramRetryAfter(retry_after=seconds):
            return Later(TOO_MANY, now + min(timedelta(seconds=seconds), _LONGEST_WAIT))
        case TelegramServerError():
            return Later("server_error")
        case TelegramUnauthorizedError() | TelegramNotFound():
            return Later("token_refused")  # no fault of the message: a new token sends it
        case TelegramForbiddenError():
            return Ended("blocked", contact_lost=True)
        case TelegramMigrateToChat():
            return Ended("moved", contact_lost=True)
        case TelegramEntityTooLarge():
            return Ended("too_large")
        case _:
            return _refused(error.message.lower())


def _refused(said: str) -> Later | Ended:
    if "too many requests" in said:
        return Later(TOO_MANY)  # without the time that belongs to it
    gone = any(reason in said for reason in _GONE)
    return Ended("chat_gone" if gone else "bad_request", contact_lost=gone)
