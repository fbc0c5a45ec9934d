"""The edge where errors become HTTP: problem details (RFC 9457), and nothing of the inside.

Where people read pages an error is one too: a room that has pages names the path they stand below
with `answer_with_pages`.
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TypeAlias

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from api.foundation.errors import (
    SENTENCES,
    BadInput,
    BadJson,
    Busy,
    Fault,
    HuiqiError,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    Unavailable,
)
from api.foundation.languages import language_of

MEDIA_TYPE = "application/problem+json"
_MOST_FAULTS = 50
AWAY = (OperationalError, InterfaceError, PoolTimeout)
"""What is raised where the database is away or too busy."""

log = structlog.get_logger(__name__)

Page: TypeAlias = Callable[[Request, HuiqiError], Response]
"""What says an error to people."""
_REFUSALS: Mapping[int, type[HuiqiError]] = {
    400: BadJson, 404: NotFound, 405: MethodNotAllowed, 413: TooLarge,
}  # fmt: skip


class FaultOut(BaseModel):
    """One thing wrong in the request."""

    model_config = ConfigDict(frozen=True)

    pointer: str
    code: str
    detail: str


class ProblemOut(BaseModel):
    """Problem details (RFC 9457); `code` is stable, `detail` is for people."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: tuple[FaultOut, ...] = ()


def problem(
    request: Request,
    code: str,
    *,
    status: int | None = None,
    faults: Sequence[Fault] = (),
    context: Mapping[str, str | int] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The answer for one code of the table, in the language the caller reads."""
    language = language_of(request.headers.get("accept-language", ""))
    sentence = SENTENCES[code]
    number = status or sentence.status
    request_id = str(request.scope.get("request_id", ""))
    body = ProblemOut(
        type=f"urn:huiqi:problem:{code}",
        title=HTTPStatus(number).phrase,
        status=number,
        detail=sentence.of(language, {"request": request_id, **(context or {})}),
        code=code,
        instance=f"urn:huiqi:request:{request_id}",
        errors=tuple(
            FaultOut(pointer=fault.pointer, code=fault.code, detail=fault.detail)
            for fault in faults[:_MOST_FAULTS]
        ),
    )
    return JSONResponse(
        body.model_dump(),
        status_code=number,
        media_type=MEDIA_TYPE,
        headers={"Content-Language": language, "Cache-Control": "no-store", **(headers or {})},
    )


def _headers_of(error: HuiqiError) -> dict[str, str]:
    if error.code == "too_many":
        return {"Retry-After": str(error.context["seconds"])}
    if error.code == "busy":
        return {"Retry-After": "2"}
    if error.code in {"key_missing", "key_wrong"}:
        return {"WWW-Authenticate": "Bearer"}
    if error.code == "no_conversation":
        return {"WWW-Authenticate": "Cookie"}
    return {}


def answer_with_pages(app: FastAPI, below: str, page: Page) -> None:
    """Have every error at this path and below it said by a page."""
    app.state.pages = (below, page)


def answer_to(
    request: Request,
    error: HuiqiError,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The problem an error of the tree becomes, or the page that says it."""
    also = {**_headers_of(error), **(headers or {})}
    below, page = getattr(request.app.state, "pages", ("", None))
    path = str(request.scope["path"])
    if page is not None and (path == below or path.startswith(f"{below}/")):
        said: Response = page(request, error)
        said.headers.update(also)
        return said
    return problem(
        request, error.code, status=status, faults=error.faults, context=error.context, headers=also
    )


def sorry(request: Request) -> Response:
    """The answer where something failed that nobody foresaw; also where its page fails."""
    try:
        return answer_to(request, HuiqiError())
    except Exception:
        log.exception("page_failed")
        return problem(request, "internal")


async def _on_huiqi(request: Request, error: Exception) -> Response:
    assert isinstance(error, HuiqiError)  # noqa: S101 - registered for this class only
    return answer_to(request, error)


async def _on_validation(request: Request, error: Exception) -> Response:
    """What FastAPI found wrong; never with the value that was sent."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    found = error.errors()
    if any(fault["type"] == "json_invalid" for fault in found):
        return answer_to(request, BadJson())
    faults = [
        Fault(_pointer(fault["loc"]), str(fault["type"]), str(fault["msg"])) for fault in found
    ]
    return answer_to(request, BadInput(*faults))


def _pointer(place: Sequence[str | int]) -> str:
    """`#/given/staff` for the body; `query:limit` and the like for the rest."""
    head, *rest = [str(part) for part in place] or ["body"]
    if head == "body":
        return "#" + "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in rest)
    return ":".join((head, *rest))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    instead = BadInput if error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR else Unavailable
    kind = _REFUSALS.get(error.status_code, instead)
    refused = kind(limit=request.app.state.settings.max_body_bytes)
    return answer_to(request, refused, status=error.status_code, headers=error.headers)


async def _on_database(request: Request, error: Exception) -> Response:
    """A database that is away or too busy: say so, and let the caller come again."""
    log.warning("database_unavailable", error=type(error).__name__)
    return answer_to(request, Busy())


def handle_errors(app: FastAPI) -> None:
    """Have every error of the tree, and of the frameworks, answered as a problem."""
    app.add_exception_handler(HuiqiError, _on_huiqi)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    for kind in AWAY:
        app.add_exception_handler(kind, _on_database)
