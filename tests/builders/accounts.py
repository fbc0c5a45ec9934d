"""Accounts of the console for tests, and browsers that are signed in with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from uuid import uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from api.accounts.models import Account, AccountId, ConsoleSession, Office, OfficeId, Role
from api.accounts.passwords import hashed_now
from api.accounts.signing_in import begin
from api.console.entrance import COOKIE
from api.foundation.ids import digest, new_id
from knowledge.model import Language
from tests.builders.seeded import PASSWORD, noted

_NONE: Mapping[str, str] = MappingProxyType({})


@cache
def _kept() -> str:
    """Hashed once for all tests: it takes a tenth of a second."""
    return hashed_now(PASSWORD)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser signed in to the console."""

    http: httpx.AsyncClient
    account: Account
    csrf: str
    token: str

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(path, headers=headers)

    async def post(
        self, path: str, form: Mapping[str, str] = _NONE, *, csrf: str | None = None
    ) -> httpx.Response:
        """Send a form with its token, or with another one."""
        return await self.http.post(
            path, data={"csrf": self.csrf if csrf is None else csrf, **form}
        )


async def an_office(app: FastAPI, name: str = "", *, region: str = "") -> Office:
    """A new office; of the whole province unless a region is named."""
    office = Office(
        id=OfficeId(new_id()),
        name=name or f"某局{uuid4().hex[:8]}",
        name_en="Some bureau",
        region=region,
        created_at=app.state.now(),
    )
    async with app.state.database.writing() as session:
        session.add(office)
    return office


async def a_kept_account(
    app: FastAPI,
    role: Role,
    *,
    office: Office | None = None,
    language: Language = "en",
    must_change: bool = False,
    disabled_at: datetime | None = None,
    name: str = "",
) -> Account:
    """An account whose password is `PASSWORD`; of an office of its own unless one is given."""
    office = office or await an_office(app)
    id_ = AccountId(new_id())
    account = Account(
        id=id_, login=f"{role.value}-{id_.hex[:8]}", name=name or f"测试{role.value}",
        role=role.value,
        office_id=office.id, password=_kept(), must_change=must_change, language=language,
        created_at=app.state.now(), disabled_at=disabled_at,
    )  # fmt: skip
    async with app.state.database.writing() as session:
        session.add(account)
    return account


def a_browser(app: FastAPI, language: str = "en") -> httpx.AsyncClient:
    """A browser that is not signed in and follows nothing by itself."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://huiqi.test",
        headers={"Accept-Language": language},
    )


async def signed_in(app: FastAPI, account: Account) -> SignedIn:
    """A browser with a session of an account, begun now."""
    async with app.state.database.writing() as session:
        token = await begin(session, account.id, now=app.state.now())
    async with app.state.database.reading() as session:
        csrf = await session.scalar(
            select(col(ConsoleSession.csrf)).where(col(ConsoleSession.digest) == digest(token))
        )
    http = a_browser(app)
    http.cookies.set(COOKIE, token, domain="huiqi.test", path="/console")
    return SignedIn(http, account, noted(csrf), noted(token))


async def an_account(
    app: FastAPI,
    role: Role,
    *,
    office: Office | None = None,
    language: Language = "en",
    must_change: bool = False,
    name: str = "",
) -> SignedIn:
    """A new account of a role, signed in: `staff = await an_account(app, Role.STAFF)`."""
    kept = await a_kept_account(
        app, role, office=office, language=language, must_change=must_change, name=name
    )
    return await signed_in(app, kept)
