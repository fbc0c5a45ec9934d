"""A Bot API server of our own on loopback, for the real client over HTTP.

It keeps what Telegram keeps (updates until they are confirmed, messages, webhooks), refuses what
Telegram refuses, and fails when it is told to.
"""

import asyncio
import contextlib
import json
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import httpx
import uvicorn
from pydantic import JsonValue
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.builders.bot_html import CannotParse, plain

TOKEN = "4200:a-token-of-tests"  # noqa: S105 - opens nothing but this server
Given: TypeAlias = Mapping[str, str]
Body: TypeAlias = dict[str, JsonValue]


class Refusal(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


@dataclass
class Shown:
    """A message as the person sees it now."""

    id: int
    chat: int
    text: str
    rows: list[list[dict[str, str]]]
    mine: bool = False
    file: str = ""
    content: str = ""

    @property
    def buttons(self) -> list[str]:
        return [button["text"] for row in self.rows for button in row]


@dataclass
class BotApi:
    """The server's memory, and the hands of the people who write to the bot."""

    username: str = "huiqi_test_bot"
    address: str = ""
    updates: list[Body] = field(default_factory=list)
    shown: dict[int, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    calls: list[tuple[str, Given]] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    commands: dict[str, list[Body]] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    languages: dict[int, str] = field(default_factory=dict)
    webhook: str = ""
    secret: str = ""
    confirmed: int = 0
    polling: int = 0
    _next_update: int = 100
    _next_message: int = 1
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    # What people do

    async def say(self, chat: int, text: str) -> None:
        """Somebody types something."""
        mine = self._message(chat, text, mine=True)
        await self._happens({"message": {**self._as_sent(mine), "from": self._person(chat)}})

    async def send_file(self, chat: int, name: str, caption: str = "") -> None:
        """Somebody sends a file."""
        mine = self._message(chat, caption, mine=True)
        message: Body = {**self._as_sent(mine), "from": self._person(chat)}
        message.pop("text")
        message["document"] = {
            "file_id": "f1", "file_unique_id": "u1", "file_name": name, "file_size": 12,
        }  # fmt: skip
        message["caption"] = caption
        await self._happens({"message": message})

    async def press(self, chat: int, label: str, *, data: str = "") -> None:
        """Somebody presses the newest button that starts with these words."""
        found = self.find(chat, label)
        pressed = data or next(
            button["callback_data"]
            for row in found.rows
            for button in row
            if button["text"].startswith(label)
        )
        query: Body = {
            "id": f"q{self._next_update}", "from": self._person(chat), "chat_instance": "c",
            "data": pressed, "message": self._as_sent(found),
        }  # fmt: skip
        await self._happens({"callback_query": query})

    def find(self, chat: int, label: str) -> Shown:
        """The newest message with such a button."""
        for message in reversed(self.shown[chat]):
            if any(text.startswith(label) for text in message.buttons):
                return message
        raise AssertionError(f"no button {label!r} in {[m.buttons for m in self.shown[chat]]}")

    def screen(self, chat: int) -> list[str]:
        """What the chat shows of the bot, from the top."""
        return [message.text for message in self.shown[chat] if not message.mine]

    def last(self, chat: int) -> Shown:
        """The newest message of the bot."""
        return [message for message in self.shown[chat] if not message.mine][-1]

    def fail(self, method: str, *how: str) -> None:
        """The next calls of a method fail: 429, 500, lost (done, not answered), reset, hang."""
        self.faults[method].extend(how)

    def count(self, method: str) -> int:
        """How often a method was called."""
        return sum(name == method for name, _ in self.calls)

    # What the server does

    async def call(self, request: Request) -> Response:
        """One call of any method."""
        if request.path_params["token"] != TOKEN:
            return _refused(Refusal(401, "Unauthorized"))
        method = request.path_params["method"]
        given = await _given(request)
        self.calls.append((method, given))
        how = self.faults[method].pop(0) if self.faults[method] else ""
        if how == "hang":
            await asyncio.sleep(3600)
        if how == "429":
            return _refused(Refusal(429, "Too Many Requests: retry after 3", retry_after=3))
        if how in {"500", "502"}:
            return _refused(Refusal(int(how), "Internal Server Error"))
        try:
            done = self._methods.get(method, _true)
            result = await done(self, given)
        except Refusal as refusal:
            return _refused(refusal)
        if how == "lost":
            await asyncio.sleep(3600)
        return JSONResponse({"ok": True, "result": result})

    async def _get_me(self, given: Given) -> JsonValue:
        del given
        return {"id": 4200, "is_bot": True, "first_name": "Huiqi", "username": self.username}

    async def _get_updates(self, given: Given) -> JsonValue:
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        if self.polling:
            raise Refusal(409, "Conflict: terminated by other getUpdates request")
        self.polling += 1
        try:
            self.confirmed = max(self.confirmed, int(given.get("offset", "0")))
            self.updates = [u for u in self.updates if _number(u) >= self.confirmed]
            if not self.updates:
                self._news.clear()
                with contextlib.suppress(TimeoutError):
                    wait = min(float(given.get("timeout", "0")), 2)
                    await asyncio.wait_for(self._news.wait(), wait)
            return list(self.updates[: int(given.get("limit", "100"))])
        finally:
            self.polling -= 1

    async def _set_webhook(self, given: Given) -> JsonValue:
        self.webhook, self.secret = given["url"], given.get("secret_token", "")
        return True

    async def _delete_webhook(self, given: Given) -> JsonValue:
        del given
        self.webhook = self.secret = ""
        return True

    async def _send_message(self, given: Given) -> JsonValue:
        chat = self._chat(given)
        message = self._message(chat, _text(given.get("text", ""), given), rows=_rows(given))
        return self._as_sent(message)

    async def _send_document(self, given: Given) -> JsonValue:
        chat = self._chat(given)
        message = self._message(chat, _caption(given), rows=_rows(given))
        name, _, content = given["file"].partition("\0")
        message.file, message.content = name, content
        return self._as_sent(message)

    async def _edit(self, given: Given) -> JsonValue:
        chat = self._chat(given)
        number = int(given["message_id"])
        found = next((m for m in self.shown[chat] if m.id == number and not m.mine), None)
        if found is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        text, rows = _text(given.get("text", ""), given), _rows(given)
        if (text, rows) == (found.text, found.rows):
            raise Refusal(400, "Bad Request: message is not modified: specified new message")
        found.text, found.rows = text, rows
        return self._as_sent(found)

    async def _answer(self, given: Given) -> JsonValue:
        self.answered.append(given["callback_query_id"])
        return True

    async def _set_commands(self, given: Given) -> JsonValue:
        self.commands[given.get("language_code", "")] = json.loads(given["commands"])
        return True

    _methods: Mapping[str, Callable[["BotApi", Given], Awaitable[JsonValue]]] = field(
        init=False,
        default_factory=lambda: {
            "getMe": BotApi._get_me,
            "getUpdates": BotApi._get_updates,
            "setWebhook": BotApi._set_webhook,
            "deleteWebhook": BotApi._delete_webhook,
            "sendMessage": BotApi._send_message,
            "sendDocument": BotApi._send_document,
            "editMessageText": BotApi._edit,
            "answerCallbackQuery": BotApi._answer,
            "setMyCommands": BotApi._set_commands,
        },
    )

    async def _happens(self, what: Body) -> None:
        update: Body = {"update_id": self._next_update, **what}
        self._next_update += 1
        if not self.webhook:
            self.updates.append(update)
            self._news.set()
            return
        async with httpx.AsyncClient() as client:
            headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret}
            answer = await client.post(self.webhook, json=update, headers=headers)
            assert answer.status_code == 200, answer.status_code

    def _chat(self, given: Given) -> int:
        chat = int(given["chat_id"])
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat not in self.shown:
            raise Refusal(400, "Bad Request: chat not found")
        return chat

    def _message(
        self, chat: int, text: str, *, rows: list[list[dict[str, str]]] | None = None,
        mine: bool = False,
    ) -> Shown:  # fmt: skip
        message = Shown(self._next_message, chat, text, rows or [], mine)
        self._next_message += 1
        self.shown[chat].append(message)
        return message

    def _as_sent(self, message: Shown) -> Body:
        chat: Body = {"id": message.chat, "type": "private", "first_name": "某某"}
        return {"message_id": message.id, "date": 1, "chat": chat, "text": message.text}

    def _person(self, chat: int) -> Body:
        language = self.languages.get(chat, "zh-hans")
        return {"id": chat, "is_bot": False, "first_name": "某某", "language_code": language}


async def _true(api: BotApi, given: Given) -> JsonValue:
    del api, given
    return True


def _number(update: Body) -> int:
    number = update["update_id"]
    assert isinstance(number, int)
    return number


async def _given(request: Request) -> dict[str, str]:
    """What was given, by form, multipart or JSON; a file as its name and content."""
    if request.headers.get("content-type", "").startswith("application/json"):
        body: dict[str, object] = await request.json()
        return {k: v if isinstance(v, str) else json.dumps(v) for k, v in body.items()}
    given: dict[str, str] = {}
    async with request.form() as form:
        for name, value in form.items():
            if isinstance(value, str):
                given[name] = value
            else:
                content = (await value.read()).decode()
                given["file"] = f"{value.filename}\0{content}"
    return given


def _text(text: str, given: Given) -> str:
    if given.get("parse_mode") == "HTML":
        try:
            text = plain(text)
        except CannotParse as wrong:
            raise Refusal(400, f"Bad Request: can't parse entities: {wrong}") from None
    if not text.strip():
        raise Refusal(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise Refusal(400, "Bad Request: message is too long")
    return text


def _caption(given: Given) -> str:
    caption = plain(given.get("caption", ""))
    if len(caption) > 1024:
        raise Refusal(400, "Bad Request: message caption is too long")
    return caption


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


def _refused(refusal: Refusal) -> Response:
    body: dict[str, object] = {
        "ok": False, "error_code": refusal.code, "description": refusal.description,
    }  # fmt: skip
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return JSONResponse(body, status_code=refusal.code)


@contextlib.asynccontextmanager
async def a_bot_api() -> AsyncIterator[BotApi]:
    """The server on loopback, until the block ends."""
    api = BotApi()
    app = Starlette(routes=[Route("/bot{token}/{method}", api.call, methods=["GET", "POST"])])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        api.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=0)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield api
        finally:
            server.should_exit = True
            await serving
