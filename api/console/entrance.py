"""Who comes in: the cookie, what an actor may, and forms that were made for this sign-in."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.datastructures import FormData

from api.accounts.actors import Action, Actor
from api.accounts.signing_in import LIFE, actor_of, seen
from api.foundation.database import database_of
from api.foundation.errors import FormExpired, NotAllowed, NotSignedIn
from api.settings import Settings

COOKIE = "huiqi_console"
PATH = "/console"
_FIELDS = 200


class MustChange(NotAllowed):
    """The password was given by somebody else: nothing else can be done before it is changed."""


async def actor_here(request: Request) -> Actor | None:
    """Whoever is signed in here, with every request looked up anew."""
    token = request.cookies.get(COOKIE, "")
    if not token or len(token) > 200:  # noqa: PLR2004 - a token has 43 characters
        return None
    now = request.app.state.now()
    async with database_of(request).reading() as session:
        actor = await actor_of(session, token, now=now)
    if actor is not None:
        async with database_of(request).writing() as session:
            await seen(session, actor, now=now)
    return actor


def needs(action: Action) -> Callable[[Request], Awaitable[Actor]]:
    """The dependency by which a page asks for an action; the matrix test reads it off the route."""

    async def allowed(request: Request) -> Actor:
        actor = await actor_here(request)
        if actor is None:
            raise NotSignedIn
        if actor.must_change and action is not Action.SIGNED_IN:
            raise MustChange
        if not actor.may(action):
            raise NotAllowed
        return actor

    allowed.action = action  # type: ignore[attr-defined]  # read by the matrix test
    return allowed


SignedIn = Annotated[Actor, Depends(needs(Action.SIGNED_IN))]
TicketReader = Annotated[Actor, Depends(needs(Action.TICKETS_READ))]
TicketAnswerer = Annotated[Actor, Depends(needs(Action.TICKETS_ANSWER))]
Verifier = Annotated[Actor, Depends(needs(Action.MEMBERS_VERIFY))]
WindowReader = Annotated[Actor, Depends(needs(Action.WINDOWS_READ))]
WindowPublisher = Annotated[Actor, Depends(needs(Action.WINDOWS_PUBLISH))]
NoticeReader = Annotated[Actor, Depends(needs(Action.NOTICES_READ))]
NoticeWriter = Annotated[Actor, Depends(needs(Action.NOTICES_WRITE))]
Administrator = Annotated[Actor, Depends(needs(Action.ACCOUNTS_MANAGE))]


class Form:
    """The fields of a form, as texts without blanks around them."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def __getitem__(self, name: str) -> str:
        value = self._data.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def raw(self, name: str) -> str:
        """A field as it was typed: a password may begin with a blank."""
        value = self._data.get(name, "")
        return value if isinstance(value, str) else ""

    def every(self, name: str) -> list[str]:
        """A field that comes several times."""
        return [v.strip() for v in self._data.getlist(name) if isinstance(v, str)]

    def values(self) -> dict[str, str]:
        """All of them, to be shown again."""
        return {name: self[name] for name in self._data}


async def _own_page(request: Request) -> Form:
    """A form from a page of this site; raises `FormExpired`."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    if site not in {"same-origin", "none"}:
        raise FormExpired
    return Form(await request.form(max_fields=_FIELDS, max_files=0))


async def _checked(request: Request) -> Form:
    """A form made for this sign-in; raises `FormExpired`."""
    form = await _own_page(request)
    actor = await actor_here(request)
    if actor is None:
        raise NotSignedIn
    given = form["csrf"].encode("utf-8", "surrogatepass")
    if not hmac.compare_digest(given, actor.csrf.encode()):
        raise FormExpired
    return form


OpenForm = Annotated[Form, Depends(_own_page)]
"""Before sign-in."""
CheckedForm = Annotated[Form, Depends(_checked)]


def hold(response: Response, token: str, settings: Settings) -> None:
    """Let this browser come back for as long as a sign-in lasts."""
    response.set_cookie(
        COOKIE, token, max_age=int(LIFE.total_seconds()), path=PATH, httponly=True,
        secure=settings.address.startswith("https://"), samesite="strict",
    )  # fmt: skip


def drop(response: Response) -> None:
    """Forget this browser."""
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict")
