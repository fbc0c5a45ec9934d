"""Requests as bytes: no client in between that would put them right first."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from fastapi import FastAPI
from starlette.types import Message

PATIENCE_SECONDS = 20.0
Headers = Sequence[tuple[bytes, bytes]]


@dataclass
class Heard:
    """What came back: a status, headers, and a body as far as it came."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


async def call(
    app: FastAPI,
    method: str,
    path: str,
    *,
    query: bytes = b"",
    headers: Headers = (),
    body: bytes = b"",
) -> Heard:
    """One request, by the rules a server keeps; then the client is gone.

    Raises what the application raises, and TimeoutError where it does not come to an end.
    """
    heard = Heard()
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            heard.status = message["status"]
            for name, value in message.get("headers", ()):
                heard.headers[name.decode("latin-1").lower()] = value.decode("latin-1")
        elif message["type"] == "http.response.body":
            heard.body += message.get("body", b"")

    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": method, "scheme": "http", "path": unquote(path), "query_string": query,
        "raw_path": path.encode("ascii", "replace"), "root_path": "", "headers": list(headers),
        "client": ("127.0.0.1", 4711), "server": ("huiqi.test", 80), "state": {},
    }  # fmt: skip
    async with asyncio.timeout(PATIENCE_SECONDS):
        await app(scope, receive, send)
    return heard
