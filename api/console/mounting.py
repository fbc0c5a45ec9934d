"""Everything the console answers, joined in one place."""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from api.console import (
    administering,
    answering,
    entering,
    failing,
    noticing,
    publishing,
    verifying,
)
from api.console.entrance import PATH, SignedIn
from api.console.pages import page_router, refusal
from api.console.shell import PLACES, POLICY
from api.foundation.errors import NotFound
from api.foundation.problems import answer_with_pages

STATIC = Path(__file__).parent / "static"

ROUTERS: tuple[APIRouter, ...] = (
    entering.router, answering.router, verifying.router, publishing.router, noticing.router,
    failing.router, administering.router,
)  # fmt: skip
"""The pages; a new desk adds its router here."""

_elsewhere = page_router()


@_elsewhere.get("/{rest:path}")
async def nothing_here(actor: SignedIn, rest: str) -> None:
    """What is no page of the console; signed out, nobody learns which pages there are."""
    del actor, rest
    raise NotFound


class _Files(StaticFiles):
    """Static files that keep their names from one version to the next: asked for again."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [
                    (b"content-security-policy", POLICY.encode()),
                    (b"cache-control", b"no-cache"),
                ]
            await send(message)

        await super().__call__(scope, receive, answer)


def mount_console(app: FastAPI) -> None:
    """Serve the console below `/console`; its navigation names the pages that there are."""
    for router in ROUTERS:
        app.include_router(router)
    app.mount(f"{PATH}/static", _Files(directory=STATIC), name="console-static")
    app.include_router(_elsewhere)
    answer_with_pages(app, PATH, refusal)
    answered = {getattr(route, "path", "") for router in ROUTERS for route in router.routes}
    app.state.places = tuple(place for place in PLACES if place.path in answered)
