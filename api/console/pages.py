"""What all pages have in common: who comes is looked up once, and a refusal is a page.

A router of the console is made with `page_router()`: its routes find the actor in the request
before any session is open (SQLite has one writer), and answer errors as pages, not as problems.
"""

from collections.abc import Callable, Coroutine
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.console.entrance import HOME, PATH, MustChange, actor_arriving, inside
from api.console.shell import render
from api.foundation.errors import (
    SENTENCES,
    BadInput,
    Busy,
    HuiqiError,
    NotFound,
    NotSignedIn,
    TooMany,
)
from api.foundation.problems import AWAY

_PASSWORD = f"{PATH}/password"


class PageRoute(APIRoute):
    """A route that answers a person and not a program."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[None, None, Response]]:
        answer = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                request.state.actor = await actor_arriving(request)
                return await answer(request)
            except NotSignedIn:
                return _to(request, f"{PATH}/sign-in?next={quote(_goal(request))}")
            except MustChange:
                return _to(request, _PASSWORD)
            except HuiqiError as error:
                return refusal(request, error)
            except RequestValidationError as error:
                in_path = any(fault["loc"][:1] == ("path",) for fault in error.errors())
                return refusal(request, NotFound() if in_path else BadInput())
            except HTTPException:
                return refusal(request, BadInput())
            except AWAY:
                return refusal(request, Busy())

        return answered


def page_router() -> APIRouter:
    """A router below `/console` whose routes are pages."""
    return APIRouter(prefix=PATH, include_in_schema=False, route_class=PageRoute)


def refusal(request: Request, error: HuiqiError) -> Response:
    """The page that says why something was not done.

    Of single faults it says nothing: there is no form here that they could stand on.
    """
    actor = getattr(request.state, "actor", None)
    status = SENTENCES[error.code].status
    error = type(error)(**error.context)
    page = render(request, actor, "error.html", status=status, error=error)
    if isinstance(error, TooMany):
        page.headers["Retry-After"] = str(error.context["seconds"])
    return page


def _is_part(request: Request) -> bool:
    """Whether a script asked: what it is answered must not be swapped into the page."""
    asked = request.headers.get("accept", "")
    return "hx-request" in request.headers or "text/event-stream" in asked


def _goal(request: Request) -> str:
    """Where somebody wanted to be; what a form would have done is not done later."""
    if _is_part(request):
        return inside(urlsplit(request.headers.get("hx-current-url", "")).path)
    return inside(str(request.scope["path"])) if request.method == "GET" else HOME


def _to(request: Request, path: str) -> Response:
    if _is_part(request):
        return Response(status_code=401, headers={"HX-Redirect": path, "Cache-Control": "no-store"})
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})
