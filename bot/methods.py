"""The calls made for every turn, with what we need of them and no more.

aiogram's own read every field of the message that comes back, and build each button as a model.
"""

from typing import ClassVar

from aiogram.methods import TelegramMethod
from pydantic import BaseModel, ConfigDict

NO_PREVIEW = '{"is_disabled":true}'


class SentMessage(BaseModel):
    """What a message is called, once Telegram has it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    message_id: int


class SendText(TelegramMethod[SentMessage]):
    """`sendMessage`."""

    __returning__: ClassVar[type] = SentMessage
    __api_method__: ClassVar[str] = "sendMessage"

    chat_id: str
    text: str
    parse_mode: str | None
    reply_markup: str | None
    """An inline keyboard as JSON."""
    link_preview_options: str = NO_PREVIEW


class EditText(TelegramMethod[SentMessage]):
    """`editMessageText` of a message of ours."""

    __returning__: ClassVar[type] = SentMessage
    __api_method__: ClassVar[str] = "editMessageText"

    chat_id: str
    message_id: int
    text: str
    parse_mode: str
    reply_markup: str | None
    link_preview_options: str = NO_PREVIEW
