"""What every page keeps: its headers, the language of whoever reads it, one's own password."""

import pytest
from fastapi import FastAPI

from api.accounts.models import Account, Role
from api.console.shell import POLICY, _moment
from tests.builders.accounts import a_browser, an_account, signed_in
from tests.builders.clocks import START, StandingClock
from tests.builders.seeded import NEW_PASSWORD, PASSWORD

FRESH = NEW_PASSWORD


async def kept(app: FastAPI, account: Account) -> Account:
    async with app.state.database.reading() as session:
        found = await session.get(Account, account.id)
    assert isinstance(found, Account)
    return found


class TestPage:
    async def test_runs_nothing_inline_and_is_kept_nowhere(self, app: FastAPI) -> None:
        staff = await an_account(app, Role.STAFF)
        page = await staff.get("/console")
        assert page.headers["content-security-policy"] == POLICY
        assert "unsafe" not in POLICY
        assert "form-action 'self'" in POLICY
        assert page.headers["cache-control"] == "no-store"
        assert " style=" not in page.text
        assert "<script>" not in page.text

    @pytest.mark.parametrize("name", ["console.css", "console.js", "vendor/htmx/htmx.min.js"])
    async def test_has_its_files(self, app: FastAPI, name: str) -> None:
        async with a_browser(app) as http:
            file = await http.get(f"/console/static/{name}")
        assert (file.status_code, file.headers["cache-control"]) == (200, "no-cache")

    async def test_says_hello_by_name_and_escapes_it(self, app: FastAPI) -> None:
        staff = await an_account(app, Role.STAFF)
        async with app.state.database.writing() as session:
            account = await session.get_one(Account, staff.account.id)
            account.name = "<b>甲</b>"
        page = await staff.get("/console")
        assert "Welcome, &lt;b&gt;甲&lt;/b&gt;" in page.text

    async def test_shows_the_places_of_the_role_that_there_are(self, app: FastAPI) -> None:
        admin, staff = await an_account(app, Role.ADMIN), await an_account(app, Role.STAFF)
        assert 'href="/console/accounts"' in (await admin.get("/console")).text
        assert 'href="/console/accounts"' not in (await staff.get("/console")).text

    def test_shows_a_moment_in_china(self) -> None:
        assert _moment(START) == "2026-03-02 09:30"
        assert _moment(None) == "—"

    async def test_refuses_text_that_cannot_be_kept(self, app: FastAPI) -> None:
        admin = await an_account(app, Role.ADMIN)
        refused = await admin.post("/console/offices", {"name": "a\0b"})
        assert refused.status_code == 422


class TestLanguage:
    async def test_is_that_of_the_browser_before_sign_in(self, app: FastAPI) -> None:
        for accepted, lang in (("zh-CN", "zh-Hans"), ("en", "en"), ("fr", "zh-Hans")):
            async with a_browser(app, accepted) as http:
                assert f'<html lang="{lang}">' in (await http.get("/console/sign-in")).text

    async def test_is_switched_for_the_account_and_stays(self, app: FastAPI) -> None:
        staff = await an_account(app, Role.STAFF, language="en")
        form = {"language": "zh", "next": "/console/password"}
        switched = await staff.post("/console/language", form)
        assert switched.headers["location"] == "/console/password"
        assert "改密码" in (await staff.get("/console/password")).text
        again = await signed_in(app, staff.account)
        assert '<html lang="zh-Hans">' in (await again.get("/console")).text

    async def test_switch_leads_to_no_other_site(self, app: FastAPI) -> None:
        staff = await an_account(app, Role.STAFF)
        form = {"language": "zh", "next": "https://evil.test/"}
        switched = await staff.post("/console/language", form)
        assert switched.headers["location"] == "/console"


class TestPassword:
    def form(self, **given: str) -> dict[str, str]:
        return {"old": PASSWORD, "new": FRESH, "again": FRESH} | given

    async def test_is_changed_and_ends_every_other_sign_in(self, app: FastAPI) -> None:
        staff = await an_account(app, Role.STAFF, must_change=True)
        other = await signed_in(app, staff.account)
        assert (await staff.get("/console")).headers["location"] == "/console/password"
        done = await staff.post("/console/password", self.form())
        assert done.headers["location"] == "/console?done=password"
        home = await staff.get("/console?done=password")
        assert "Your password is changed." in home.text
        assert (await other.get("/console")).status_code == 303
        now_kept = await kept(app, staff.account)
        assert not now_kept.must_change
        assert now_kept.password.startswith("$argon2id$")
        assert FRESH not in now_kept.password

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"old": "wrong"}, "The current password is not right."),
            ({"again": "another"}, "The two new passwords differ."),
            ({"new": "short", "again": "short"}, "10 to 128 characters and is not the old one"),
            ({"new": PASSWORD, "again": PASSWORD}, "10 to 128 characters and is not the old one"),
        ],
    )
    async def test_stays_where_the_form_is_wrong(
        self, app: FastAPI, given: dict[str, str], said: str
    ) -> None:
        staff = await an_account(app, Role.STAFF)
        refused = await staff.post("/console/password", self.form(**given))
        assert refused.status_code == 422
        assert said in refused.text
        assert all(word not in refused.text for word in (PASSWORD, FRESH))
        assert (await kept(app, staff.account)).password == staff.account.password

    async def test_cannot_be_guessed_by_who_found_a_browser_open(
        self, app: FastAPI, now: StandingClock
    ) -> None:
        staff = await an_account(app, Role.STAFF)
        for _ in range(5):
            await staff.post("/console/password", self.form(old="wrong"))
        refused = await staff.post("/console/password", self.form())
        assert "try again in 900 s" in refused.text
        now.pass_by(minutes=15)
        assert (await staff.post("/console/password", self.form())).status_code == 303
