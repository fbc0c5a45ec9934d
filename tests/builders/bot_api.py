"""A Bot API server of our own on loopback, for the real client over HTTP.

It keeps what Telegram keeps (updates until they are confirmed, messages, webhooks), refuses what
Telegram refuses, and fails when it is told to. By hand: `python -m tests.builders.bot_api`.
"""

import argparse
import asyncio
import contextlib
import json
import socket
import time
from collections.abc import AsyncIterator

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.builders.bot_api_memory import Body, Given, Memory, Refusal, Shown, chat_body
from tests.builders.bot_api_methods import METHODS, number_of
from tests.builders.seeded import BOT_TOKEN

__all__ = ["TOKEN", "Body", "BotApi", "Given", "Refusal", "Shown", "a_bot_api"]

TOKEN = BOT_TOKEN
_TRIES = 20
"""How often a webhook is called with one update; Telegram goes on for a day."""
_PAGE = "<html><body>nginx</body></html>"


class BotApi(Memory):
    """The server's memory, and the hands of the people who write to the bot."""

    _next_update = 100

    # What people do

    async def say(self, chat: int, text: str) -> None:
        """Somebody types something."""
        mine = self.message(chat, text, mine=True)
        await self.happens({"message": {**self.as_sent(mine), "from": self._person(chat)}})

    async def send_file(self, chat: int, name: str, caption: str = "", content: str = "…") -> None:
        """Somebody sends a file."""
        mine = self.message(chat, caption, mine=True)
        mine.file, mine.content = name, content
        self.files[f"f{mine.id}"] = content
        await self.happens({"message": {**self.as_sent(mine), "from": self._person(chat)}})

    async def press(self, chat: int, label: str, *, data: str = "") -> None:
        """Somebody presses the newest button that starts with these words."""
        found = self.find(chat, label)
        pressed = data or next(
            button["callback_data"]
            for row in found.rows
            for button in row
            if button["text"].startswith(label)
        )
        await self.press_data(found, pressed)

    async def press_data(self, message: Shown, data: str) -> None:
        """A client sends these bytes back for a message, whoever wrote them."""
        identity = f"q{self._next_update}"
        self.queries.add(identity)
        query: Body = {
            "id": identity, "from": self._person(message.chat), "chat_instance": "c",
            "data": data, "message": self.as_sent(message),
        }  # fmt: skip
        await self.happens({"callback_query": query})

    async def block(self, chat: int) -> None:
        """Somebody blocks the bot, and it is told."""
        self.blocked.add(chat)
        bot: Body = {"id": 4200, "is_bot": True, "first_name": "Huiqi"}
        change: Body = {
            "chat": chat_body(chat), "from": self._person(chat), "date": 1,
            "old_chat_member": {"status": "member", "user": bot},
            "new_chat_member": {"status": "kicked", "user": bot, "until_date": 0},
        }  # fmt: skip
        await self.happens({"my_chat_member": change})

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

    def menu(self, language: str) -> dict[str, str]:
        """The commands somebody of this language sees, and what they say."""
        seen = self.commands.get(language) or self.commands.get("", [])
        return {str(each["command"]): str(each["description"]) for each in seen}

    def fail(self, method: str, *how: str) -> None:
        """What becomes of the next calls of a method; an empty word lets one through.

        Not done: 429, 429-bare (it says no time), 500, 502, 502-page (no JSON), 401, hang.
        Done, but not told: lost (no answer), reset (the connection breaks), 504-page, page.
        """
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
        arrived = time.monotonic()
        given = await _given(request)
        self.arrivals.append((arrived, method, given.get("chat_id", "")))
        self.calls.append((method, given))
        how = self.faults[method].pop(0) if self.faults[method] else ""
        early = await _fault(how, request)
        if early is not None:
            return early
        if method not in METHODS:
            return _refused(Refusal(404, "Not Found: method not found"))
        try:
            result = await METHODS[method](self, given)
        except Refusal as refusal:
            return _refused(refusal)
        told = await _answered(how, request)
        # Written as Telegram writes it: every character beyond ASCII is escaped.
        return told or Response(
            json.dumps({"ok": True, "result": result}), media_type="application/json"
        )

    async def file(self, request: Request) -> Response:
        """The content of a file somebody sent."""
        content = self.files.get(request.path_params["path"].rpartition("/")[2])
        known = content is not None and request.path_params["token"] == TOKEN
        return PlainTextResponse(content or "", 200 if known else 404)

    async def happens(self, what: Body) -> None:
        """An update, if the bot asked for its kind; a webhook is called until it takes it."""
        if self.allowed and not self.allowed & set(what):
            return
        self.updates.append({"update_id": self._next_update, **what})
        self._next_update += 1
        self.news.set()
        if self.webhook:
            await self._deliver()

    async def _deliver(self) -> None:
        if not (self.updates and self.webhook):
            return
        async with httpx.AsyncClient(verify=False) as client:  # noqa: S501 - loopback, no TLS
            for _ in range(_TRIES):
                if not (self.updates and self.webhook):
                    return
                headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret}
                try:
                    answer = await client.post(self.webhook, json=self.updates[0], headers=headers)
                    told = "" if answer.is_success else f"Wrong response: {answer.status_code}"
                except httpx.HTTPError as error:
                    told = type(error).__name__
                self.webhook_error = told
                if told:
                    await asyncio.sleep(0.01)
                else:
                    self.confirmed = number_of(self.updates.pop(0)) + 1

    def _person(self, chat: int) -> Body:
        language = self.languages.get(chat, "zh-hans")
        return {
            "id": abs(chat), "is_bot": False, "first_name": "某某", "language_code": language,
        }  # fmt: skip


class _Broken(Response):
    """Begins an answer and breaks the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok": tr', "more_body": True})


async def _fault(how: str, request: Request) -> Response | None:
    """The answer to a call that is not done; None when it is to be done."""
    match how:
        case "429":
            return _refused(Refusal(429, "Too Many Requests: retry after 3", retry_after=3))
        case "429-bare":
            return _refused(Refusal(429, "Too Many Requests: retry later"))
        case "500" | "502":
            return _refused(Refusal(int(how), "Internal Server Error"))
        case "502-page":
            return PlainTextResponse(_PAGE, 502)
        case "401":
            return _refused(Refusal(401, "Unauthorized"))
        case "hang":
            return await _held_open(request)
        case _:
            return None


async def _answered(how: str, request: Request) -> Response | None:
    """The answer to a call that was done, where it does not say so; None where it does."""
    match how:
        case "lost":
            return await _held_open(request)
        case "reset":
            return _Broken()
        case "504-page":
            return PlainTextResponse(_PAGE, 504)
        case "page":
            return PlainTextResponse(_PAGE)
        case _:
            return None


async def _held_open(request: Request) -> Response:
    """Until the other side has had enough."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return _Broken()


async def _given(request: Request) -> dict[str, str]:
    """What was given, by form, multipart or JSON; a file as its name and content."""
    given: dict[str, str] = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        body: dict[str, object] = await request.json()
        return given | {k: v if isinstance(v, str) else json.dumps(v) for k, v in body.items()}
    async with request.form(max_part_size=64 * 1024 * 1024) as form:
        for name, value in form.items():
            if isinstance(value, str):
                given[name] = value
            else:
                content = (await value.read()).decode()
                given["file"] = f"{value.filename}\0{content}"
    return given


def _refused(refusal: Refusal) -> Response:
    body: dict[str, object] = {
        "ok": False, "error_code": refusal.code, "description": refusal.description,
    }  # fmt: skip
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return JSONResponse(body, status_code=refusal.code)


@contextlib.asynccontextmanager
async def a_bot_api(port: int = 0, api: BotApi | None = None) -> AsyncIterator[BotApi]:
    """The server on loopback, until the block ends."""
    api = api or BotApi()
    routes = [
        Route("/bot{token}/{method}", api.call, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", api.file),
    ]
    with socket.create_server(("127.0.0.1", port)) as listening:
        api.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(
            Starlette(routes=routes),
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=0,
            timeout_keep_alive=75,  # as a server in front of Telegram has it
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield api
        finally:
            server.should_exit = True
            await serving


async def by_hand(port: int, language: str) -> None:
    """One person in a terminal: a line is said, `#3` presses the third button shown."""
    async with a_bot_api(port) as api:
        api.languages[1] = language
        print(f"TELEGRAM_BOT_TOKEN={TOKEN} TELEGRAM_API_BASE={api.address}")  # noqa: T201 - by hand
        watching = asyncio.create_task(_print_news(api))
        with contextlib.suppress(EOFError, asyncio.CancelledError):
            while True:
                await _do(api, await asyncio.to_thread(input))
        watching.cancel()


async def _do(api: BotApi, line: str) -> None:
    seen = [m for m in api.shown[1] if not m.mine and m.rows][-1:]
    buttons = [(m, b["callback_data"]) for m in seen for row in m.rows for b in row]
    if line.startswith("#") and line[1:].isdecimal() and 0 < int(line[1:]) <= len(buttons):
        await api.press_data(*buttons[int(line[1:]) - 1])
    elif line.strip():
        await api.say(1, line)


async def _print_news(api: BotApi) -> None:
    """What is new on the screen, four times a second."""
    printed: dict[int, str] = {}
    while True:
        for message in [m for m in api.shown[1] if not m.mine]:
            numbered = [f"  #{n} {label}" for n, label in enumerate(message.buttons, start=1)]
            said = "\n".join([message.text or message.file, *numbered])
            if printed.get(message.id) != said:
                printed[message.id] = said
                print(said, flush=True)  # noqa: T201 - by hand
        await asyncio.sleep(0.25)


if __name__ == "__main__":
    reading = argparse.ArgumentParser(description=by_hand.__doc__)
    reading.add_argument("--port", type=int, default=8081)
    reading.add_argument("--language", default="zh-hans")
    asked = reading.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(by_hand(asked.port, asked.language))
