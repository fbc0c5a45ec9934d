"""The methods of the Bot API: what Telegram takes, and what it refuses in which words."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping

from pydantic import JsonValue

from tests.builders.bot_api_memory import Body, Given, Memory, Refusal
from tests.builders.bot_html import CannotParse, plain

_LONGEST = 4096
_LONGEST_CAPTION = 1024
_LONGEST_WAIT = 2.0
"""Seconds; Telegram would wait as long as it is asked to."""


async def _get_me(api: Memory, given: Given) -> JsonValue:
    del given
    return {"id": 4200, "is_bot": True, "first_name": "Huiqi", "username": api.username}


async def _get_updates(api: Memory, given: Given) -> JsonValue:
    """An offset confirms what is before it; of two that ask, the older one is sent away."""
    if api.webhook:
        raise Refusal(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    api.polls += 1
    mine = api.polls
    api.news.set()  # whoever waits looks up
    _allow(api, given)
    api.confirmed = max(api.confirmed, int(given.get("offset", "0")))
    api.updates = [u for u in api.updates if number_of(u) >= api.confirmed]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(min(float(given.get("timeout", "0")), _LONGEST_WAIT)):
            while not api.updates and api.polls == mine and not api.webhook:
                api.news.clear()
                await api.news.wait()
    if api.polls != mine:
        raise Refusal(
            409,
            "Conflict: terminated by other getUpdates request; "
            "make sure that only one bot instance is running",
        )
    return list(api.updates[: int(given.get("limit", "100"))])


def _allow(api: Memory, given: Given) -> None:
    if "allowed_updates" in given:
        api.allowed = set(json.loads(given["allowed_updates"]))


async def _set_webhook(api: Memory, given: Given) -> JsonValue:
    if not given["url"].startswith(("https://", "http://127.0.0.1")):
        raise Refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
    _allow(api, given)
    api.webhook, api.secret = given["url"], given.get("secret_token", "")
    api.news.set()
    return True


async def _delete_webhook(api: Memory, given: Given) -> JsonValue:
    api.webhook = api.secret = ""
    if given.get("drop_pending_updates") == "true":
        api.updates.clear()
    return True


async def _webhook_info(api: Memory, given: Given) -> JsonValue:
    del given
    told: Body = {
        "url": api.webhook, "has_custom_certificate": False,
        "pending_update_count": len(api.updates),
    }  # fmt: skip
    return told | ({"last_error_message": api.webhook_error} if api.webhook_error else {})


async def _send_message(api: Memory, given: Given) -> JsonValue:
    chat, text, rows = api.chat(given), _text(given), _rows(given)
    message = api.message(chat, text)
    message.rows, message.html = rows, given.get("text", "")
    return api.as_sent(message)


async def _send_document(api: Memory, given: Given) -> JsonValue:
    chat, caption, rows = api.chat(given), _caption(given), _rows(given)
    name, _, content = given.get("file", "").partition("\0")
    if not content:
        raise Refusal(400, "Bad Request: file must be non-empty")
    message = api.message(chat, caption)
    message.rows, message.html = rows, given.get("caption", "")
    message.file, message.content = name, content
    api.files[f"f{message.id}"] = content
    return api.as_sent(message)


async def _edit(api: Memory, given: Given) -> JsonValue:
    chat, number = api.chat(given), int(given["message_id"])
    found = next((m for m in api.shown[chat] if m.id == number), None)
    if found is None:
        raise Refusal(400, "Bad Request: message to edit not found")
    if found.mine:
        raise Refusal(400, "Bad Request: message can't be edited")
    if found.file:
        raise Refusal(400, "Bad Request: there is no text in the message to edit")
    text, rows = _text(given), _rows(given)
    if (given["text"], rows) == (found.html, found.rows):
        raise Refusal(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup "
            "are exactly the same as a current content and reply markup of the message",
        )
    found.text, found.rows, found.html = text, rows, given["text"]
    api.changed(found)
    return api.as_sent(found)


async def _answer(api: Memory, given: Given) -> JsonValue:
    query = given["callback_query_id"]
    if query not in api.queries:
        raise Refusal(
            400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )
    api.answered.append(query)
    return True


async def _set_commands(api: Memory, given: Given) -> JsonValue:
    commands: list[Body] = json.loads(given["commands"])
    for command in commands:
        name, told = str(command["command"]), str(command["description"])
        if not (name.isascii() and name == name.lower() and 1 <= len(name) <= 32):
            raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(told) <= 256:
            raise Refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    api.commands[given.get("language_code", "")] = commands
    return True


async def _get_commands(api: Memory, given: Given) -> JsonValue:
    return list(api.commands.get(given.get("language_code", ""), []))


async def _get_file(api: Memory, given: Given) -> JsonValue:
    identity = given["file_id"]
    if identity not in api.files:
        raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    size = len(api.files[identity].encode())
    return {
        "file_id": identity, "file_unique_id": identity, "file_size": size,
        "file_path": f"documents/{identity}",
    }  # fmt: skip


async def _taken(api: Memory, given: Given) -> JsonValue:
    del api, given
    return True


METHODS: Mapping[str, Callable[[Memory, Given], Awaitable[JsonValue]]] = {
    "getMe": _get_me,
    "getUpdates": _get_updates,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook_info,
    "sendMessage": _send_message,
    "sendDocument": _send_document,
    "editMessageText": _edit,
    "answerCallbackQuery": _answer,
    "setMyCommands": _set_commands,
    "getMyCommands": _get_commands,
    "getFile": _get_file,
    "sendChatAction": _taken,
    "setMyDescription": _taken,
    "setMyShortDescription": _taken,
}


def number_of(update: Body) -> int:
    """The number of an update."""
    number = update["update_id"]
    assert isinstance(number, int)
    return number


def _text(given: Given) -> str:
    text = _parsed(given, "text").strip()
    if not text:
        raise Refusal(400, "Bad Request: message text is empty")
    if _units(text) > _LONGEST:
        raise Refusal(400, "Bad Request: message is too long")
    return text


def _caption(given: Given) -> str:
    caption = _parsed(given, "caption").strip()
    if _units(caption) > _LONGEST_CAPTION:
        raise Refusal(400, "Bad Request: message caption is too long")
    return caption


def _parsed(given: Given, name: str) -> str:
    if given.get("parse_mode") != "HTML":
        return given.get(name, "")
    try:
        return plain(given.get(name, ""))
    except CannotParse as wrong:
        raise Refusal(400, f"Bad Request: can't parse entities: {wrong}") from None


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _rows(given: Given) -> list[list[dict[str, str]]]:
    rows: list[list[dict[str, str]]] = json.loads(given.get("reply_markup", "{}")).get(
        "inline_keyboard", []
    )
    for button in (button for row in rows for button in row):
        if not 0 < len(button["callback_data"].encode()) <= 64:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        if not button["text"].strip():
            raise Refusal(400, "Bad Request: Text buttons are not allowed to be empty")
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise Refusal(400, "Bad Request: reply markup is too long")
    return rows
