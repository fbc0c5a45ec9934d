"""Every page of the console under one roof, its files, and how its errors look."""

from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.staticfiles import StaticFiles

from api.console import administering, answering, entering, noticing, publishing, verifying
from api.console.entrance import PATH, MustChange, actor_here
from api.console.shell import HERE, render
from api.foundation.errors import SENTENCES, HuiqiError, NotSignedIn, Refused
from api.foundation.problems import answer_to

ROUTERS = (
    entering.router, answering.router, verifying.router, publishing.router, noticing.router,
    administering.router,
)  # fmt: skip


def mount_console(app: FastAPI) -> None:
    """Serve the console at `/console`."""
    for router in ROUTERS:
        app.include_router(router)
    app.mount(f"{PATH}/static", StaticFiles(directory=HERE / "static"), name="console-static")
    app.add_exception_handler(Refused, _on_refused)


async def _on_refused(request: Request, error: Exception) -> Response:
    """In the console a page, elsewhere a problem."""
    assert isinstance(error, HuiqiError)  # noqa: S101 - registered for this class only
    if not request.url.path.startswith(PATH):
        return answer_to(request, error)
    if isinstance(error, NotSignedIn):
        return _to_sign_in(request)
    if isinstance(error, MustChange):
        return RedirectResponse(f"{PATH}/password", status_code=303)
    actor = await actor_here(request)
    status = SENTENCES[error.code].status
    return render(request, actor, "error.html", status=status, error=error)


def _to_sign_in(request: Request) -> Response:
    """To the door, and back here afterwards; a part of a page is only told that it is shut."""
    if "x-part" in request.headers or request.method != "GET":
        return Response(status_code=401)
    goal = quote(request.url.path)
    return RedirectResponse(f"{PATH}/sign-in?next={goal}", status_code=303)
