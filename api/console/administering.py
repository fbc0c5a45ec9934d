"""Accounts and offices, for administrators."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import administering
from api.accounts.actors import Actor
from api.accounts.administering import Made, create_account, create_office, reset_password
from api.accounts.models import AccountId, OfficeId, Role
from api.accounts.passwords import fresh
from api.console.counting import ACCOUNTS
from api.console.entrance import Administrator, CheckedForm, Form
from api.console.pages import page_router
from api.console.regions import regions
from api.console.shell import after, render
from api.console.texts import marked
from api.foundation.database import ReadSession, WriteSession
from api.foundation.errors import BadInput, Fault, HuiqiError, Refused
from api.foundation.now import Moment
from api.library.service import LibraryDep

_A_PAGE = 50
_LONGEST_NAME = 100
_REQUIRED = marked("请填写。")
_CHOICE = marked("请从列表中选择。")

router = page_router()


async def _page(
    request: Request,
    actor: Actor,
    session: AsyncSession,
    *,
    past: str = "",
    made: Made | None = None,
    error: HuiqiError | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    found = await administering.list_accounts(session, after=past, limit=_A_PAGE + 1)
    return render(
        request, actor, "accounts.html", status=200 if error is None else 422, error=error,
        made=made, roles=list(Role), accounts=found[:_A_PAGE], given=given or {},
        offices=await administering.list_offices(session),
        next=found[_A_PAGE - 1][0].login if len(found) > _A_PAGE else "", first=not past,
    )  # fmt: skip


@router.get("/accounts")
async def accounts(
    request: Request,
    actor: Administrator,
    session: ReadSession,
    past: Annotated[str, Query(alias="after", max_length=60)] = "",
) -> Response:
    return await _page(request, actor, session, past=past)


@router.post("/accounts")
async def add_account(
    request: Request, actor: Administrator, form: CheckedForm, session: WriteSession, now: Moment
) -> Response:
    try:
        _check(
            ("login", administering.LOGIN.fullmatch(form["login"].casefold()), _LOGIN_HINT),
            ("name", 0 < len(form["name"]) <= _LONGEST_NAME, _REQUIRED),
        )
        role, office = _role_and_office(form)
        made = await create_account(
            session,
            login=form["login"],
            name=form["name"],
            role=role,
            office=office,
            now=now,
            password=await fresh(),
        )
    except Refused as error:
        return await _page(request, actor, session, error=error, given=form.values())
    return await _page(request, actor, session, made=made)


_LOGIN_HINT = marked("2 到 60 个小写字母、数字、点、横线或下划线。")


@router.post("/accounts/{account}/reset")
async def reset(
    request: Request, account: UUID, actor: Administrator, form: CheckedForm, session: WriteSession
) -> Response:
    del form
    made = await reset_password(session, AccountId(account), await fresh())
    return await _page(request, actor, session, made=made)


@router.post("/accounts/{account}/disable")
async def disable(
    request: Request,
    account: UUID,
    actor: Administrator,
    form: CheckedForm,
    session: WriteSession,
    now: Moment,
) -> Response:
    disabled = form["disabled"] == "yes"
    try:
        await administering.set_disabled(
            session, AccountId(account), disabled=disabled, by=actor.account, now=now
        )
    except Refused as error:
        return await _page(request, actor, session, error=error)
    done = "disabled" if disabled else "enabled"
    return after("/console/accounts", done, wake=request.app.state.wake, topics=(ACCOUNTS,))


@router.post("/accounts/{account}/move")
async def move(
    request: Request, account: UUID, actor: Administrator, form: CheckedForm, session: WriteSession
) -> Response:
    try:
        role, office = _role_and_office(form)
        await administering.move(
            session, AccountId(account), role=role, office=office, by=actor.account
        )
    except Refused as error:
        return await _page(request, actor, session, error=error)
    return after("/console/accounts", "saved")


@router.get("/offices")
async def offices(
    request: Request, actor: Administrator, session: ReadSession, library: LibraryDep
) -> Response:
    found = await administering.list_offices(session)
    known = regions(library.base, actor.language)
    return render(request, actor, "offices.html", offices=found, regions=known, given={})


@router.post("/offices")
async def add_office(
    request: Request,
    actor: Administrator,
    form: CheckedForm,
    session: WriteSession,
    library: LibraryDep,
    now: Moment,
) -> Response:
    known = regions(library.base, actor.language)
    try:
        _check(
            ("name", 0 < len(form["name"]) <= _LONGEST_NAME, _REQUIRED),
            ("name_en", len(form["name_en"]) <= _LONGEST_NAME, marked("最多 100 个字符。")),
            ("region", not form["region"] or form["region"] in known, _CHOICE),
        )
        await create_office(
            session, name=form["name"], name_en=form["name_en"], region=form["region"], now=now
        )
    except Refused as error:
        found = await administering.list_offices(session)
        return render(
            request, actor, "offices.html", status=422, error=error, offices=found, regions=known,
            given=form.values(),
        )  # fmt: skip
    return after("/console/offices", "saved")


def _check(*fields: tuple[str, object, str]) -> None:
    """Refuse a form with the fields that are not as they have to be, and why."""
    faults = [Fault(name, "unfit", why) for name, fits, why in fields if not fits]
    if faults:
        raise BadInput(*faults)


def _role_and_office(form: Form) -> tuple[Role, OfficeId]:
    _check(("role", form["role"] in set(Role), _CHOICE))
    try:
        return Role(form["role"]), OfficeId(UUID(form["office"]))
    except ValueError:
        raise BadInput(Fault("office", "unfit", _CHOICE)) from None
