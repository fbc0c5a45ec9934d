"""Accounts and offices: made and changed by administrators, with passwords shown once."""

import asyncio
import re

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from api.accounts.models import Account, Office, Role
from api.console import administering
from tests.builders.accounts import SignedIn, a_browser, a_kept_account, an_account, an_office

SHOWN = re.compile(r'class="password-once">([^<]+)<')


def shown(page: str) -> str:
    found = SHOWN.findall(page)
    assert len(found) == 1
    return str(found[0])


async def account_of(app: FastAPI, login: str) -> Account | None:
    async with app.state.database.reading() as session:
        found = await session.scalar(select(Account).where(col(Account.login) == login))
    return found if isinstance(found, Account) else None


async def enters(app: FastAPI, login: str, password: str) -> str:
    """Where a sign-in leads; empty where it is refused."""
    async with a_browser(app) as http:
        form = {"login": login, "password": password}
        answer = await http.post("/console/sign-in", data=form)
    return str(answer.headers.get("location", ""))


@pytest.fixture
async def admin(app: FastAPI) -> SignedIn:
    return await an_account(app, Role.ADMIN)


class TestNewAccount:
    async def test_shows_its_password_once_and_keeps_a_hash(
        self, app: FastAPI, admin: SignedIn
    ) -> None:
        office = str(admin.account.office_id)
        form = {"login": "New-One", "name": "新人", "role": "official", "office": office}
        made = await admin.post("/console/accounts", form)
        password = shown(made.text)
        assert len(password) >= 12
        assert password not in (await admin.get("/console/accounts")).text
        kept = await account_of(app, "new-one")
        assert kept is not None
        assert kept.password.startswith("$argon2id$")
        assert password not in kept.password
        assert await enters(app, "new-one", password) == "/console/password"

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"login": "a b"}, "2 to 60 lower-case letters"),
            ({"login": ""}, "2 to 60 lower-case letters"),
            ({"name": " "}, "Please fill this in."),
            ({"role": "king"}, "Choose one from the list."),
            ({"office": "x"}, "Choose one from the list."),
        ],
    )
    async def test_says_at_the_field_what_is_wrong_and_keeps_the_rest(
        self, app: FastAPI, admin: SignedIn, wrong: dict[str, str], said: str
    ) -> None:
        form = {"login": "new", "name": "新人", "role": "staff"}
        form |= {"office": str(admin.account.office_id)} | wrong
        refused = await admin.post("/console/accounts", form)
        assert refused.status_code == 422
        assert said in refused.text
        assert 'aria-invalid="true"' in refused.text
        assert "Some fields need a change" in refused.text
        if "name" not in wrong:
            assert 'value="新人"' in refused.text
        assert await account_of(app, form["login"]) is None

    async def test_takes_no_login_twice(self, admin: SignedIn) -> None:
        form = {"login": admin.account.login, "name": "另一个", "role": "staff"}
        form["office"] = str(admin.account.office_id)
        refused = await admin.post("/console/accounts", form)
        assert refused.status_code == 422
        assert "This user name is taken." in refused.text

    async def test_of_two_at_once_with_one_login_the_second_is_told(self, admin: SignedIn) -> None:
        form = {"login": "twice", "name": "两次", "role": "staff"}
        form["office"] = str(admin.account.office_id)
        answers = await asyncio.gather(*(admin.post("/console/accounts", form) for _ in range(2)))
        assert sorted(answer.status_code for answer in answers) == [200, 422]


class TestReset:
    async def test_replaces_the_password_and_signs_out(self, app: FastAPI, admin: SignedIn) -> None:
        staff = await an_account(app, Role.STAFF)
        made = await admin.post(f"/console/accounts/{staff.account.id}/reset")
        password = shown(made.text)
        assert (await staff.get("/console")).status_code == 303
        assert await enters(app, staff.account.login, password) == "/console/password"

    async def test_of_nobody_is_not_found(self, admin: SignedIn) -> None:
        missing = f"/console/accounts/{admin.account.office_id}/reset"
        assert (await admin.post(missing)).status_code == 404


class TestLastAdmin:
    async def test_cannot_be_disabled_by_oneself(self, app: FastAPI, admin: SignedIn) -> None:
        await a_kept_account(app, Role.ADMIN)
        path = f"/console/accounts/{admin.account.id}/disable"
        refused = await admin.post(path, {"disabled": "yes"})
        assert "You cannot disable yourself" in refused.text
        assert (await admin.get("/console")).status_code == 200

    async def test_cannot_become_something_else(self, app: FastAPI, admin: SignedIn) -> None:
        form = {"role": "staff", "office": str(admin.account.office_id)}
        refused = await admin.post(f"/console/accounts/{admin.account.id}/move", form)
        assert refused.status_code == 422
        kept = await account_of(app, admin.account.login)
        assert kept is not None
        assert kept.role == Role.ADMIN.value

    async def test_may_disable_another(self, app: FastAPI, admin: SignedIn) -> None:
        other = await a_kept_account(app, Role.ADMIN)
        path = f"/console/accounts/{other.id}/disable"
        assert (await admin.post(path, {"disabled": "yes"})).status_code == 303
        kept = await account_of(app, other.login)
        assert kept is not None
        assert kept.disabled_at is not None


class TestMove:
    async def test_gives_another_role_and_office_at_once(
        self, app: FastAPI, admin: SignedIn
    ) -> None:
        staff, office = await an_account(app, Role.STAFF), await an_office(app, "另一个局")
        assert (await staff.get("/console/accounts")).status_code == 403
        form = {"role": "admin", "office": str(office.id)}
        done = await admin.post(f"/console/accounts/{staff.account.id}/move", form)
        assert done.headers["location"] == "/console/accounts?done=saved"
        assert (await staff.get("/console/accounts")).status_code == 200

    async def test_to_an_office_that_is_not_changes_nothing(
        self, app: FastAPI, admin: SignedIn
    ) -> None:
        staff = await a_kept_account(app, Role.STAFF)
        form = {"role": "admin", "office": str(staff.id)}
        await admin.post(f"/console/accounts/{staff.id}/move", form)
        kept = await account_of(app, staff.login)
        assert kept is not None
        assert kept.role == Role.STAFF.value


class TestList:
    async def test_comes_in_pages(
        self, app: FastAPI, admin: SignedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(administering, "_A_PAGE", 2)
        for _ in range(3):
            await a_kept_account(app, Role.STAFF)
        path, seen = "/console/accounts", 0
        for rows in (2, 2):
            page = (await admin.get(path)).text
            seen += page.count("<tr>") - 1
            assert page.count("<tr>") - 1 == rows
            found = re.search(r'href="(/console/accounts\?after=[^"]+)"', page)
            path = found[1] if found else ""
        assert seen == 4
        assert path == ""

    async def test_counts_the_first_passwords_on_the_home_page(
        self, app: FastAPI, admin: SignedIn
    ) -> None:
        assert "Nothing awaits you now." in (await admin.get("/console")).text
        await a_kept_account(app, Role.STAFF, must_change=True)
        assert "accounts still use their first password" in (await admin.get("/console")).text


class TestOffice:
    async def test_is_made_with_its_region(self, app: FastAPI, admin: SignedIn) -> None:
        form = {"name": "洛阳市科技局", "name_en": "Luoyang bureau", "region": "luoyang"}
        done = await admin.post("/console/offices", form)
        assert done.headers["location"] == "/console/offices?done=saved"
        assert "Luoyang" in (await admin.get("/console/offices")).text
        async with app.state.database.reading() as session:
            office = await session.scalar(select(Office).where(col(Office.name) == form["name"]))
        assert office.region == "luoyang"

    @pytest.mark.parametrize(
        "wrong", [{"name": ""}, {"region": "abroad"}, {"name": "局" * 101}, {"name_en": "x" * 101}]
    )
    async def test_is_refused_where_it_is_wrong(
        self, admin: SignedIn, wrong: dict[str, str]
    ) -> None:
        refused = await admin.post("/console/offices", {"name": "某局", "region": ""} | wrong)
        assert refused.status_code == 422
        assert 'aria-invalid="true"' in refused.text

    async def test_has_a_name_of_its_own(self, app: FastAPI, admin: SignedIn) -> None:
        office = await an_office(app)
        refused = await admin.post("/console/offices", {"name": office.name})
        assert "There is an office of this name." in refused.text

    async def test_of_two_at_once_with_one_name_the_second_is_told(self, admin: SignedIn) -> None:
        answers = await asyncio.gather(
            *(admin.post("/console/offices", {"name": "同一个局"}) for _ in range(2))
        )
        assert sorted(answer.status_code for answer in answers) == [303, 422]
