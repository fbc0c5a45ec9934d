"""Signing in and out, one's own password and language, and the page one comes home to."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.accounts import signing_in
from api.accounts.administering import change_password
from api.accounts.models import Account
from api.accounts.passwords import LONGEST, SHORTEST
from api.accounts.signing_in import Throttle, account_with, check_password
from api.console.counting import awaiting, topics_of
from api.console.entrance import (
    HOME,
    CheckedForm,
    Newcomer,
    OpenForm,
    SignedIn,
    actor_here,
    drop,
    hold,
    inside,
)
from api.console.live import RoomToFollow, changes
from api.console.pages import page_router
from api.console.shell import after, render
from api.console.texts import marked
from api.foundation.database import DatabaseDep, ReadSession, WriteSession
from api.foundation.errors import BadInput, Fault, Refused, SignInRefused, TooMany
from api.foundation.limits import caller_of
from api.foundation.now import Moment

_LONGEST_LOGIN = 60

router = page_router()

Next = Annotated[str, Query(alias="next", max_length=300)]


@router.get("/sign-in")
async def sign_in_page(request: Request, goal: Next = "") -> Response:
    if await actor_here(request) is not None:
        return RedirectResponse(inside(goal), status_code=303)
    return render(request, None, "sign_in.html", goal=inside(goal), login="")


@router.post("/sign-in")
async def sign_in(request: Request, form: OpenForm, database: DatabaseDep, now: Moment) -> Response:
    throttle = Throttle(request.app.state.secret)
    login, caller = form["login"][:_LONGEST_LOGIN], caller_of(request)
    try:
        async with database.writing() as session:
            await throttle.admit(session, login, caller, now)
        async with database.reading() as session:
            account = await account_with(session, login)
        # No session is held while the password is compared: that takes a tenth of a second.
        account = await check_password(account, form.raw("password"))
    except TooMany as error:
        return _again(request, form, error, status=429)
    except SignInRefused as error:
        return _again(request, form, error, status=403)
    async with database.writing() as session:
        await throttle.forgive(session, login, caller)
        token = await signing_in.begin(session, account.id, now=now)
    goal = "/console/password" if account.must_change else inside(form["next"])
    answer = RedirectResponse(goal, status_code=303)
    hold(answer, token, request.app.state.settings)
    return answer


def _again(request: Request, form: OpenForm, error: Refused, *, status: int) -> Response:
    page = render(
        request, None, "sign_in.html", status=status, error=error, goal=inside(form["next"]),
        login=form["login"],
    )  # fmt: skip
    if isinstance(error, TooMany):
        page.headers["Retry-After"] = str(error.context["seconds"])
    return page


@router.post("/sign-out")
async def sign_out(actor: Newcomer, form: CheckedForm, session: WriteSession) -> Response:
    del form
    await signing_in.end(session, actor)
    answer = after("/console/sign-in", "signed-out")
    drop(answer)
    return answer


@router.get("")
async def home(request: Request, actor: SignedIn, session: ReadSession, now: Moment) -> Response:
    counts = await awaiting(session, actor, now=now)
    return render(request, actor, "home.html", counts=counts)


@router.get("/awaiting")
async def awaiting_part(
    request: Request, actor: SignedIn, session: ReadSession, now: Moment
) -> Response:
    counts = await awaiting(session, actor, now=now)
    return render(request, actor, "awaiting.html", counts=counts)


@router.get("/events", response_class=EventSourceResponse, dependencies=[RoomToFollow])
async def awaiting_events(request: Request, actor: SignedIn) -> AsyncIterator[ServerSentEvent]:
    async for event in changes(request, *topics_of(actor)):
        yield event


@router.get("/password")
async def password_page(request: Request, actor: Newcomer) -> Response:
    return render(request, actor, "password.html", shortest=SHORTEST, longest=LONGEST)


@router.post("/password")
async def password(
    request: Request, actor: Newcomer, form: CheckedForm, database: DatabaseDep, now: Moment
) -> Response:
    throttle, caller = Throttle(request.app.state.secret), f"password:{actor.account}"
    try:
        _check_twice(form)
        async with database.writing() as session:
            await throttle.admit(session, caller, caller, now)
        await change_password(database, actor, form.raw("old"), form.raw("new"))
    except Refused as error:
        return render(
            request, actor, "password.html", status=422, error=_on_field(error),
            shortest=SHORTEST, longest=LONGEST,
        )  # fmt: skip
    async with database.writing() as session:
        await throttle.forgive(session, caller, caller)
    return after(HOME, "password")


def _check_twice(form: CheckedForm) -> None:
    if form.raw("new") != form.raw("again"):
        raise BadInput(Fault("again", "differs", marked("两次输入的新密码不一样。")))


def _on_field(error: Refused) -> Refused:
    """A wrong old password is said where it was typed."""
    if isinstance(error, SignInRefused):
        return BadInput(Fault("old", "wrong", marked("现在的密码不对。")))
    return error


@router.post("/language")
async def language(actor: Newcomer, form: CheckedForm, session: WriteSession) -> Response:
    account = await session.get_one(Account, actor.account)
    account.language = "en" if form["language"] == "en" else "zh"
    return RedirectResponse(inside(form["next"]), status_code=303)
