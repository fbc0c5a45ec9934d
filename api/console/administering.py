"""Accounts and offices, for administrators."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import administering
from api.accounts.actors import Actor
from api.accounts.administering import (
    Made,
    create_account,
    create_office,
    reset_password,
    set_disabled,
)
from api.accounts.models import AccountId, OfficeId, Role
from api.console.entrance import Administrator, CheckedForm
from api.console.regions import regions
from api.console.shell import after, render
from api.foundation.database import ReadSession, WriteSession
from api.foundation.errors import BadInput, HuiqiError, Refused
from api.foundation.now import Moment
from api.library.service import LibraryDep

router = APIRouter(prefix="/console", include_in_schema=False)


async def _page(
    request: Request,
    actor: Actor,
    session: AsyncSession,
    *,
    made: Made | None = None,
    error: HuiqiError | None = None,
) -> Response:
    return render(
        request, actor, "accounts.html", status=200 if error is None else 422, error=error,
        made=made, roles=list(Role), accounts=await administering.list_accounts(session),
        offices=await administering.list_offices(session),
    )  # fmt: skip


@router.get("/accounts")
async def accounts(request: Request, actor: Administrator, session: ReadSession) -> Response:
    return await _page(request, actor, session)


@router.post("/accounts")
async def add_account(
    request: Request, actor: Administrator, form: CheckedForm, session: WriteSession, now: Moment
) -> Response:
    try:
        if not form["login"] or not form["name"] or form["role"] not in set(Role):
            raise BadInput
        made = await create_account(
            session, login=form["login"][:60], name=form["name"][:100], role=Role(form["role"]),
            office=OfficeId(_uuid(form["office"])), now=now,
        )  # fmt: skip
    except Refused as error:
        return await _page(request, actor, session, error=error)
    return await _page(request, actor, session, made=made)


@router.post("/accounts/{account}/reset")
async def reset(
    request: Request, account: UUID, actor: Administrator, form: CheckedForm, session: WriteSession
) -> Response:
    del form
    made = await reset_password(session, AccountId(account))
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
        await set_disabled(session, actor, AccountId(account), disabled=disabled, now=now)
    except Refused as error:
        return await _page(request, actor, session, error=error)
    return after("/console/accounts", "disabled" if disabled else "enabled")


@router.get("/offices")
async def offices(
    request: Request, actor: Administrator, session: ReadSession, library: LibraryDep
) -> Response:
    found = await administering.list_offices(session)
    known = regions(library.base, actor.language)
    return render(request, actor, "offices.html", offices=found, regions=known)


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
        if not form["name"] or (form["region"] and form["region"] not in known):
            raise BadInput
        await create_office(
            session, name=form["name"][:100], name_en=form["name_en"][:100],
            region=form["region"], now=now,
        )  # fmt: skip
    except Refused as error:
        found = await administering.list_offices(session)
        return render(
            request, actor, "offices.html", status=422, error=error, offices=found, regions=known
        )
    return after("/console/offices", "saved")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInput from None
