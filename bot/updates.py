"""A raw update of Telegram, and what it says to the conversation."""

from collections.abc import Mapping

from aiogram.types import CallbackQuery, Message, Update, User
from pydantic import ValidationError

from bot.buttons import unsign
from dialogs.message import Attached, Incoming, Opened, Pressed, Said
from dialogs.ports import Received
from knowledge.model import Language

ALLOWED = ("message", "callback_query")
"""The kinds of update we ask for."""
_NO_CHAT = 2**63
"""Ids of chats are smaller; and writing out a number of any length is an error of its own."""
_LONGEST_NAME = 200
_LONGEST_TEXT = 20_000


def address_of(raw: Mapping[str, object]) -> str:
    """The chat an update belongs to, without reading the rest; `-` where it has none."""
    for kind, inside in (("message", ""), ("callback_query", "message")):
        found = raw.get(kind)
        if inside and isinstance(found, Mapping):
            found = found.get(inside)
        chat = found.get("chat") if isinstance(found, Mapping) else None
        number = chat.get("id") if isinstance(chat, Mapping) else None
        if isinstance(number, int) and abs(number) < _NO_CHAT:
            return str(number)
    return "-"


def read_update(raw: Mapping[str, object], *, secret: bytes, account: str) -> Received | None:
    """What an update says; None for one that says nothing to us, whatever it holds."""
    try:
        update = Update.model_validate(raw)
    except (ValidationError, ValueError, TypeError, RecursionError, OverflowError):
        return None
    if update.callback_query is not None:
        return _pressed(update.callback_query, secret, account)
    if update.message is not None:
        return _said(update.message)
    return None


def _pressed(query: CallbackQuery, secret: bytes, account: str) -> Received | None:
    message = query.message
    if message is None:
        return None  # of a message too old to be told of, or of an inline one we never send
    chat = str(message.chat.id)
    return Received(
        address=chat,
        said=Pressed(button=unsign(secret, account, chat, query.data or "")),
        language=_language(query.from_user),
        pressed_on=str(message.message_id),
        personal=message.chat.type == "private",
    )


def _said(message: Message) -> Received | None:
    said = _content(message)
    if said is None:
        return None
    return Received(
        address=str(message.chat.id),
        said=said,
        language=_language(message.from_user),
        personal=message.chat.type == "private",
    )


def _content(message: Message) -> Incoming | None:
    if message.text is not None:
        return _typed(message.text[:_LONGEST_TEXT])
    caption = (message.caption or "")[:_LONGEST_TEXT]
    if message.document is not None:
        file = message.document
        return _attached(file.file_name or "file", file.mime_type, file.file_size, caption)
    if message.photo:
        return _attached("photo.jpg", "image/jpeg", message.photo[-1].file_size, caption)
    for kind in ("voice", "audio", "video", "video_note", "animation", "sticker"):
        found = getattr(message, kind)
        if found is not None:
            media = getattr(found, "mime_type", None)
            return _attached(kind, media, found.file_size, caption)
    for kind in ("location", "contact", "poll", "dice", "story", "checklist", "paid_media"):
        if getattr(message, kind) is not None:
            return _attached(kind, None, None, caption)
    return None  # somebody joined, a title changed, and the like


def _typed(text: str) -> Incoming:
    command, *more = text.split(maxsplit=1) or [text]
    rest = more[0] if more else ""
    name, _, _ = command.partition("@")  # /menu@our_bot is /menu
    if name == "/start":
        return Opened(start=rest.strip()[:64])
    return Said(text=f"{name} {rest}".strip() if text.startswith("/") else text)


def _attached(name: str, media: str | None, size: int | None, text: str) -> Attached:
    return Attached(name=name[:_LONGEST_NAME], media=(media or "")[:100], size=size or 0, text=text)


def _language(user: User | None) -> Language | None:
    code = "" if user is None else user.language_code or ""
    if not code:
        return None
    return "zh" if code.lower().startswith("zh") else "en"
