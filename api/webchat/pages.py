"""The page and its files, with a policy under which nothing inline and nothing foreign runs."""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

STATIC = Path(__file__).parent / "static"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    # Files keep their names from one version to the next: asked for again, answered by 304.
    "Cache-Control": "no-cache",
}

router = APIRouter(include_in_schema=False)


@router.get("/")
async def page() -> Response:
    return FileResponse(STATIC / "index.html", headers=_HEADERS)


class _Files(StaticFiles):
    """Static files with our headers; each has a tag, so an unchanged one costs no body."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [
                    (name.lower().encode(), value.encode()) for name, value in _HEADERS.items()
                ]
            await send(message)

        await super().__call__(scope, receive, answer)


def mount_page(app: FastAPI) -> None:
    """Serve the page at `/` and its files below `/static`."""
    app.include_router(router)
    app.mount("/static", _Files(directory=STATIC), name="static")
