"""Being called by Telegram: who calls, how much, how deep, before anything is read."""

import asyncio
import hmac
import json
import re
from http import HTTPStatus

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.intake import hand_in, number_of
from dialogs.ports import Inbox

HEADER = b"x-telegram-bot-api-secret-token"
MOST_BYTES = 1_048_576
MOST_DEPTH = 64
PATIENCE_SECONDS = 10.0
"""How long a body may take to come."""
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")

log = structlog.get_logger(__name__)


class _TooLarge(Exception):
    """More bytes than an update has."""


class _BrokenOff(Exception):
    """The caller went away before the whole body was there."""


class Webhook:
    """The application Telegram calls. Raises ValueError without a secret: it would take anybody."""

    def __init__(self, inbox: Inbox, *, secret: str, name: str, account: str) -> None:
        if not secret:
            raise ValueError("a webhook needs a secret")
        self._inbox = inbox
        self._secret = secret.encode()
        self._name = name
        self._account = account

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        status = await self._taken(scope, receive)
        headers = {"Cache-Control": "no-store"}
        await Response(status_code=status, headers=headers)(scope, receive, send)

    async def _taken(self, scope: Scope, receive: Receive) -> HTTPStatus:
        if not shows_secret(scope, self._secret):
            return HTTPStatus.UNAUTHORIZED
        if scope["method"] != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                body = await _body(receive)
        except _TooLarge:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        except TimeoutError:
            return HTTPStatus.REQUEST_TIMEOUT
        except _BrokenOff:
            return HTTPStatus.BAD_REQUEST  # nobody is there to read it
        update = _read(body)
        number = number_of(update) if update else None
        if update is None or number is None:
            return HTTPStatus.BAD_REQUEST
        return await self._kept(number, update)

    async def _kept(self, number: int, update: dict[str, object]) -> HTTPStatus:
        try:
            await hand_in([(number, update)], self._inbox, name=self._name, account=self._account)
        except Exception:
            log.exception("update_not_kept")
            return HTTPStatus.SERVICE_UNAVAILABLE  # Telegram calls again
        return HTTPStatus.OK


def shows_secret(scope: Scope, secret: bytes) -> bool:
    """Whether a call comes from Telegram; it takes as long whatever is shown.

    Telegram shows it once: of two, one could be anybody's.
    """
    shown = [value for name, value in scope["headers"] if name == HEADER]
    return hmac.compare_digest(shown[0] if len(shown) == 1 else b"", secret)


async def _body(receive: Receive) -> bytes:
    parts, length, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _BrokenOff
        part = message.get("body", b"")
        length += len(part)
        if length > MOST_BYTES:
            raise _TooLarge
        parts.append(part)
        more = bool(message.get("more_body", False))
    return b"".join(parts)


def _read(body: bytes) -> dict[str, object] | None:
    """The object of a body; None where it is none, or nests deeper than any update.

    Read as UTF-8 and nothing else: the parser would guess at other encodings, and the depth of
    those is not what was counted.
    """
    if _depth(body) > MOST_DEPTH:
        return None
    try:
        content: object = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _depth(body: bytes) -> int:
    """How deep brackets nest, found without parsing; what people type counts for nothing."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
