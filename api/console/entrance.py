"""Who comes in: the cookie, what an actor may, and forms that were made for this sign-in."""

import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from starlette.datastructures import FormData

from api.accounts.actors import Action, Actor
from api.accounts.signing_in import LIFE, actor_of, seen, was_seen_lately
from api.foundation.database import database_of
from api.foundation.errors import BadInput, FormExpired, NotAllowed, NotSignedIn
from api.settings import Settings

COOKIE = "huiqi_console"
PATH = "/console"
HOME = PATH
_FIELDS = 200
_LONGEST_TOKEN = 200
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


class MustChange(NotAllowed):
    """The password was given by somebody else: nothing else can be done before it is changed."""


async def actor_here(request: Request) -> Actor | None:
    """Whoever is signed in here, looked up anew."""
    token = request.cookies.get(COOKIE, "")
    if not token or len(token) > _LONGEST_TOKEN:
        return None
    async with database_of(request).reading() as session:
        return await actor_of(session, token, now=request.app.state.now())


async def actor_arriving(request: Request) -> Actor | None:
    """The same, and noted that somebody is there; what a page fetches by itself is no sign."""
    actor = await actor_here(request)
    now = request.app.state.now()
    if actor is None or was_seen_lately(actor, now) or "x-live" in request.headers:
        return actor
    async with database_of(request).writing() as session:
        await seen(session, actor, now=now)
    return actor


def _arrived(request: Request) -> Actor:
    """Whoever `PageRoute` found; raises `NotSignedIn`."""
    actor: Actor | None = request.state.actor
    if actor is None:
        raise NotSignedIn
    return actor


def needs(action: Action, *, newcomers: bool = False) -> Callable[[Request], Awaitable[Actor]]:
    """The dependency by which a page asks for an action; the matrix test reads it off the route.

    Newcomers still have the password somebody else gave them.
    """

    async def allowed(request: Request) -> Actor:
        actor = _arrived(request)
        if actor.must_change and not newcomers:
            raise MustChange
        if not actor.may(action):
            raise NotAllowed
        return actor

    allowed.action = action  # type: ignore[attr-defined]  # read by the matrix test
    return allowed


Newcomer = Annotated[Actor, Depends(needs(Action.SIGNED_IN, newcomers=True))]
SignedIn = Annotated[Actor, Depends(needs(Action.SIGNED_IN))]
TicketReader = Annotated[Actor, Depends(needs(Action.TICKETS_READ))]
TicketAnswerer = Annotated[Actor, Depends(needs(Action.TICKETS_ANSWER))]
Verifier = Annotated[Actor, Depends(needs(Action.MEMBERS_VERIFY))]
WindowReader = Annotated[Actor, Depends(needs(Action.WINDOWS_READ))]
WindowPublisher = Annotated[Actor, Depends(needs(Action.WINDOWS_PUBLISH))]
NoticeReader = Annotated[Actor, Depends(needs(Action.NOTICES_READ))]
NoticeWriter = Annotated[Actor, Depends(needs(Action.NOTICES_WRITE))]
FailureReader = Annotated[Actor, Depends(needs(Action.FAILURES_READ))]
FailureDecider = Annotated[Actor, Depends(needs(Action.FAILURES_DECIDE))]
Administrator = Annotated[Actor, Depends(needs(Action.ACCOUNTS_MANAGE))]


class Form:
    """The fields of a form, as texts without blanks around them."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def __getitem__(self, name: str) -> str:
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """A field as it was typed: a password may begin with a blank."""
        value = self._data.get(name, "")
        return value if isinstance(value, str) else ""

    def every(self, name: str) -> list[str]:
        """A field that comes several times."""
        return [v.strip() for v in self._data.getlist(name) if isinstance(v, str)]

    def values(self) -> dict[str, str]:
        """All of them, to be shown again; never a password."""
        return {name: self[name] for name in self._data if name not in _SECRET}


_SECRET = frozenset({"csrf", "password", "old", "new"})


async def _own_page(request: Request) -> Form:
    """A form from a page of this site; raises `FormExpired`, `BadInput`."""
    if not _is_ours(request):
        raise FormExpired
    try:
        data = await request.form(max_fields=_FIELDS, max_files=0)
    except UnicodeError:  # in a charset that the sender names and nothing can be read in
        raise BadInput from None
    if any(_UNKEEPABLE.search(f"{name}{value}") for name, value in data.multi_items()):
        raise BadInput
    return Form(data)


def _is_ours(request: Request) -> bool:
    """Whether a page of this site sent it: by what the browser says, or by where it comes from."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None:
        return True
    settings: Settings = request.app.state.settings
    ours = {request.headers.get("host", ""), urlsplit(settings.address).netloc}
    return urlsplit(origin).netloc in ours - {""}


async def _checked(request: Request) -> Form:
    """A form made for this sign-in; raises `FormExpired`, `NotSignedIn`."""
    actor = _arrived(request)
    form = await _own_page(request)
    given = request.headers.get("x-csrf-token") or form["csrf"]
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), actor.csrf.encode()):
        raise FormExpired
    return form


OpenForm = Annotated[Form, Depends(_own_page)]
"""Before sign-in."""
CheckedForm = Annotated[Form, Depends(_checked)]


def inside(goal: str) -> str:
    """Only a page of the console: a link from elsewhere must not lead further."""
    return goal if goal.startswith(f"{PATH}/") and "//" not in goal else HOME


def hold(response: Response, token: str, settings: Settings) -> None:
    """Let this browser come back for as long as a sign-in lasts."""
    response.set_cookie(
        COOKIE, token, max_age=int(LIFE.total_seconds()), path=PATH, httponly=True,
        secure=settings.address.startswith("https://"), samesite="strict",
    )  # fmt: skip


def drop(response: Response) -> None:
    """Forget this browser."""
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict")
