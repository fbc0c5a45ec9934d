"""Signing in and out, one's own password and language, and the page one comes home to."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.accounts import signing_in
from api.accounts.administering import change_password
from api.accounts.models import Account
from api.accounts.signing_in import Throttle, account_with, check_password
from api.console.counting import awaiting
from api.console.entrance import CheckedForm, OpenForm, SignedIn, actor_here, drop, hold
from api.console.shell import after, render
from api.foundation.database import DatabaseDep, ReadSession, WriteSession
from api.foundation.errors import Refused, SignInRefused, TooMany
from api.foundation.limits import caller_of
from api.foundation.now import Moment

router = APIRouter(prefix="/console", include_in_schema=False)

Next = Annotated[str, Query(alias="next", max_length=300)]


@router.get("/sign-in")
async def sign_in_page(request: Request, goal: Next = "") -> Response:
    if await actor_here(request) is not None:
        return RedirectResponse(_inside(goal), status_code=303)
    return render(request, None, "sign_in.html", goal=_inside(goal), login="")


@router.post("/sign-in")
async def sign_in(request: Request, form: OpenForm, database: DatabaseDep, now: Moment) -> Response:
    throttle = Throttle(request.app.state.secret)
    login, caller = form["login"][:60], caller_of(request)
    try:
        async with database.reading() as session:
            await throttle.check(session, login, caller, now)
            account = await account_with(session, login)
        account = await check_password(account, form.raw("password"))
    except TooMany as error:
        return _again(request, form, error, status=429)
    except SignInRefused as error:
        async with database.writing() as session:
            await throttle.failed(session, login, caller, now)
        return _again(request, form, error, status=403)
    async with database.writing() as session:
        token = signing_in.begin(session, account.id, now=now)
    goal = "/console/password" if account.must_change else _inside(form["next"])
    answer = RedirectResponse(goal, status_code=303)
    hold(answer, token, request.app.state.settings)
    return answer


def _again(request: Request, form: OpenForm, error: Refused, *, status: int) -> Response:
    return render(
        request, None, "sign_in.html", status=status, error=error, goal=_inside(form["next"]),
        login=form["login"],
    )  # fmt: skip


def _inside(goal: str) -> str:
    """Only a page of the console: a link from elsewhere must not lead further."""
    return goal if goal.startswith("/console/") and "//" not in goal else "/console"


@router.post("/sign-out")
async def sign_out(actor: SignedIn, form: CheckedForm, session: WriteSession) -> Response:
    del form
    await signing_in.end(session, actor)
    answer = after("/console/sign-in", "signed-out")
    drop(answer)
    return answer


@router.get("")
async def home(request: Request, actor: SignedIn, session: ReadSession, now: Moment) -> Response:
    if actor.must_change:
        return RedirectResponse("/console/password", status_code=303)
    counts = await awaiting(session, actor, now=now)
    return render(request, actor, "home.html", counts=counts)


@router.get("/password")
async def password_page(request: Request, actor: SignedIn) -> Response:
    return render(request, actor, "password.html")


@router.post("/password")
async def password(
    request: Request, actor: SignedIn, form: CheckedForm, session: WriteSession
) -> Response:
    try:
        await change_password(session, actor, form.raw("old"), form.raw("new"))
    except Refused as error:
        return render(request, actor, "password.html", status=422, error=error)
    return after("/console", "password")


@router.post("/language")
async def language(actor: SignedIn, form: CheckedForm, session: WriteSession) -> Response:
    account = await session.get_one(Account, actor.account)
    account.language = "en" if form["language"] == "en" else "zh"
    return RedirectResponse(_inside(form["next"]), status_code=303)
