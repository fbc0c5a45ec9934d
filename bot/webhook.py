"""Being called by Telegram: who calls, how much, how deep, before anything is read."""

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
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")

log = structlog.get_logger(__name__)


class _TooLarge(Exception):
    """More bytes than an update has."""


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
        given = dict(scope["headers"]).get(HEADER, b"")
        if not hmac.compare_digest(given, self._secret):
            return HTTPStatus.UNAUTHORIZED
        if scope["method"] != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        try:
            update = _read(await _body(receive))
        except _TooLarge:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
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


async def _body(receive: Receive) -> bytes:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = bool(message.get("more_body", False))
        if len(body) > MOST_BYTES:
            raise _TooLarge
    return body


def _read(body: bytes) -> dict[str, object] | None:
    """The object of a body; None where it is none, or nests deeper than any update."""
    if _depth(body) > MOST_DEPTH:
        return None
    try:
        content: object = json.loads(body)
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
