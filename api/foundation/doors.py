"""What every request passes on its way in and out: a number, a log line, limits, headers."""

import asyncio
import time
from collections.abc import Callable

import structlog
from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.foundation.bodies import check_json
from api.foundation.errors import BadInput, Fault, HuiqiError, NotFound, TooLarge
from api.foundation.ids import new_id
from api.foundation.limits import Limiter, caller_of
from api.foundation.problems import answer_to, sorry

_SMALL = 8192

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

log = structlog.get_logger(__name__)


class FrontDoor:
    """Outermost: numbers a request, logs how it went, and lets no failure out unanswered.

    The log holds the route's template and never an address, a body or a path with a token in it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = str(new_id())
        started = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message, scope["request_id"])
            await send(message)

        with structlog.contextvars.bound_contextvars(request=scope["request_id"]):
            try:
                await self._app(scope, receive, answer)
            except Exception:
                log.exception("request_failed", route=_route_of(scope))
                if status:
                    raise  # half an answer is out: the connection must break, not end well
                await sorry(Request(scope))(scope, receive, answer)
            finally:
                spent = round((time.perf_counter() - started) * 1000, 1)
                log.info(
                    "request",
                    method=scope["method"],
                    route=_route_of(scope),
                    status=status,
                    ms=spent,
                )


def _add_headers(message: Message, request_id: str) -> None:
    headers = MutableHeaders(scope=message)
    headers.setdefault("X-Request-Id", request_id)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


def _route_of(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "-"))


class BodyGuard:
    """Counts the caller's requests, then reads a body whole, as far as it may be long and deep.

    A call that is `apart` is let through as it is: a messenger calls for all its people from a few
    addresses, shows a secret, and what it calls has limits of its own.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        limiter: Limiter,
        rule: str,
        longest: int,
        deepest: int,
        apart: Callable[[Scope], bool] = lambda _: False,
    ) -> None:
        self._app = app
        self._limiter = limiter
        self._rule = rule
        self._longest = longest
        self._deepest = deepest
        self._apart = apart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._apart(scope):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            await self._limiter.hit(self._rule, "caller", caller_of(request))
            _check_address(scope)
            if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
                await self._app(scope, receive, send)
                return
            body = await self._read(request)
            await self._check(request, body)
        except HuiqiError as error:
            await answer_to(request, error)(scope, receive, send)
            return
        await self._app(scope, _again(body, receive), send)

    async def _read(self, request: Request) -> bytes:
        stated = request.headers.get("content-length", "")
        if stated.isdecimal() and int(stated[:20]) > self._longest:
            raise TooLarge(limit=self._longest)
        parts, length = [], 0
        async for part in request.stream():
            length += len(part)
            if length > self._longest:
                raise TooLarge(limit=self._longest)
            parts.append(part)
        return b"".join(parts)

    async def _check(self, request: Request, body: bytes) -> None:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not body or not (kind.endswith(("/json", "+json")) or not kind):
            return
        if len(body) <= _SMALL:
            check_json(body, self._deepest)
        else:
            await asyncio.to_thread(check_json, body, self._deepest)


def _check_address(scope: Scope) -> None:
    """Refuse NUL in an address: one of the databases cannot even look for it."""
    if "\0" in scope["path"]:
        raise NotFound
    query: bytes = scope["query_string"]
    if b"%00" in query or b"\0" in query:
        raise BadInput(Fault("query", "text_unkeepable", "NUL cannot be kept"))


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more for those inside, then whatever the client still says."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
