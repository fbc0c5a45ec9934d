"""Coming in: the right password and nothing else, and never more than a few tries."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from api.accounts.models import ConsoleSession, Role, SignInFailure
from api.accounts.signing_in import Throttle
from api.console.entrance import COOKIE
from api.foundation.ids import digest
from api.settings import Settings
from tests.builders.accounts import (
    a_browser,
    a_kept_account,
    an_account,
    signed_in,
)
from tests.builders.clocks import StandingClock
from tests.builders.seeded import PASSWORD

WRONG = "not the password"


async def attempt(
    http: httpx.AsyncClient, login: str, password: str = PASSWORD, goal: str = ""
) -> httpx.Response:
    form = {"login": login, "password": password, "next": goal}
    return await http.post("/console/sign-in", data=form)


class TestRight:
    async def test_leads_where_one_wanted_to_go(self, app: FastAPI) -> None:
        account = await a_kept_account(app, Role.ADMIN)
        async with a_browser(app) as http:
            asked = await http.get("/console/offices")
            assert asked.headers["location"] == "/console/sign-in?next=/console/offices"
            page = await http.get(asked.headers["location"])
            assert 'value="/console/offices"' in page.text
            entered = await attempt(http, account.login.upper(), goal="/console/offices")
            assert (entered.status_code, entered.headers["location"]) == (303, "/console/offices")
            assert (await http.get("/console/offices")).status_code == 200

    async def test_gives_a_cookie_no_script_reads_and_no_other_site_sends(
        self, app: FastAPI
    ) -> None:
        account = await a_kept_account(app, Role.STAFF)
        async with a_browser(app) as http:
            entered = await attempt(http, account.login)
        cookie = entered.headers["set-cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/console"))
        assert "Secure" not in cookie

    async def test_keeps_the_hash_of_the_token_only(self, app: FastAPI) -> None:
        account = await a_kept_account(app, Role.STAFF)
        async with a_browser(app) as http:
            await attempt(http, account.login)
            token = http.cookies[COOKIE]
        async with app.state.database.reading() as session:
            kept = (await session.scalars(select(ConsoleSession))).all()
        assert len(token) >= 43
        assert [each.digest for each in kept] == [digest(token)]

    @pytest.mark.parametrize("goal", ["https://evil.test/", "//evil.test", "/console//evil", "/"])
    async def test_leads_nowhere_else(self, app: FastAPI, goal: str) -> None:
        account = await a_kept_account(app, Role.STAFF)
        async with a_browser(app) as http:
            entered = await attempt(http, account.login, goal=goal)
        assert entered.headers["location"] == "/console"


async def test_the_cookie_is_for_https_where_the_site_is(app: FastAPI, settings: Settings) -> None:
    app.state.settings = settings.model_copy(update={"public_url": "https://huiqi.test"})
    account = await a_kept_account(app, Role.STAFF)
    async with a_browser(app) as http:
        assert "Secure" in (await attempt(http, account.login)).headers["set-cookie"]


class TestWrong:
    @pytest.mark.parametrize("known", [True, False])
    async def test_says_the_same_of_a_login_that_is_not(self, app: FastAPI, known: bool) -> None:  # noqa: FBT001 - a parameter of the table
        account = await a_kept_account(app, Role.STAFF)
        async with a_browser(app) as http:
            login = account.login if known else "nobody"
            answer = await attempt(http, login, WRONG)
        assert answer.status_code == 403
        assert "The user name or the password is not right." in answer.text
        assert f'value="{login}"' in answer.text
        assert WRONG not in answer.text
        assert "set-cookie" not in answer.headers

    async def test_is_a_disabled_account_too(self, app: FastAPI, now: StandingClock) -> None:
        account = await a_kept_account(app, Role.STAFF, disabled_at=now())
        async with a_browser(app) as http:
            assert (await attempt(http, account.login)).status_code == 403

    async def test_is_a_form_of_another_site(self, app: FastAPI) -> None:
        account = await a_kept_account(app, Role.STAFF)
        async with a_browser(app) as http:
            for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"},
                            {"Origin": "null"}):  # fmt: skip
                answer = await http.post(
                    "/console/sign-in",
                    data={"login": account.login, "password": PASSWORD},
                    headers=headers,
                )
                assert answer.status_code == 403
                assert "set-cookie" not in answer.headers


class TestThrottle:
    async def test_refuses_the_sixth_try_of_a_login_with_the_seconds_to_wait(
        self, app: FastAPI, now: StandingClock
    ) -> None:
        account = await a_kept_account(app, Role.STAFF)
        async with a_browser(app) as http:
            for _ in range(5):
                assert (await attempt(http, account.login, WRONG)).status_code == 403
            now.pass_by(minutes=5)
            refused = await attempt(http, account.login)
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "600")
            assert "try again in 600 s" in refused.text
            now.pass_by(minutes=10)
            assert (await attempt(http, account.login)).status_code == 303

    async def test_counts_in_all_processes_together(self, app: FastAPI, other_app: FastAPI) -> None:
        async with a_browser(app) as one, a_browser(other_app) as two:
            answers = [
                (await attempt(http, "nobody", WRONG)).status_code
                for http in (one, two, one, two, one, two)
            ]
        assert answers == [403] * 5 + [429]

    async def test_counts_logins_that_are_not(self, app: FastAPI) -> None:
        async with a_browser(app) as http:
            answers = [(await attempt(http, "nobody", WRONG)).status_code for _ in range(6)]
        assert answers == [403] * 5 + [429]

    async def test_refuses_a_caller_that_tries_many_logins(self, app: FastAPI) -> None:
        account = await a_kept_account(app, Role.STAFF)
        async with a_browser(app) as http:
            for number in range(20):
                await attempt(http, f"nobody-{number}", WRONG)
            assert (await attempt(http, account.login)).status_code == 429

    async def test_lets_no_more_than_five_of_many_at_once_be_tried(self, app: FastAPI) -> None:
        async with a_browser(app) as http:
            tries = [attempt(http, "nobody", WRONG) for _ in range(12)]
            answers = [answer.status_code for answer in await asyncio.gather(*tries)]
        assert sorted(answers) == [403] * 5 + [429] * 7

    async def test_forgets_the_failures_of_a_login_that_came_in(self, app: FastAPI) -> None:
        account = await a_kept_account(app, Role.STAFF)
        async with a_browser(app) as http:
            for _ in range(2):
                for _ in range(4):
                    await attempt(http, account.login, WRONG)
                assert (await attempt(http, account.login)).status_code == 303

    async def test_keeps_no_login_and_no_address(self, app: FastAPI) -> None:
        async with a_browser(app) as http:
            await attempt(http, "nobody", WRONG)
        async with app.state.database.reading() as session:
            kept = (await session.scalars(select(SignInFailure))).all()
        assert len({each.who for each in kept}) == 2
        assert all(len(each.who) == 64 for each in kept)

    async def test_lets_nobody_in_where_it_cannot_count(
        self, app: FastAPI, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def away(*_: object) -> None:
            raise OperationalError("count", {}, Exception("away"))

        account = await a_kept_account(app, Role.STAFF)
        monkeypatch.setattr(Throttle, "admit", away)
        async with a_browser(app) as http:
            answer = await attempt(http, account.login)
        assert answer.status_code == 503
        assert "set-cookie" not in answer.headers
        async with app.state.database.reading() as session:
            assert await session.scalar(select(func.count()).select_from(ConsoleSession)) == 0


class TestEnd:
    async def test_comes_after_two_idle_hours(self, app: FastAPI, now: StandingClock) -> None:
        staff = await an_account(app, Role.STAFF)
        for _ in range(3):
            now.pass_by(hours=1, minutes=59)
            assert (await staff.get("/console")).status_code == 200
        now.pass_by(hours=2)
        assert (await staff.get("/console")).status_code == 303

    async def test_comes_though_the_page_itself_keeps_asking(
        self, app: FastAPI, now: StandingClock
    ) -> None:
        staff = await an_account(app, Role.STAFF)
        now.pass_by(hours=1)
        live = {"X-Live": "1", "HX-Request": "true"}
        assert (await staff.http.get("/console", headers=live)).status_code == 200
        now.pass_by(hours=1)
        answer = await staff.http.get("/console", headers=live)
        assert (answer.status_code, answer.headers["hx-redirect"]) == (
            401, "/console/sign-in?next=/console"
        )  # fmt: skip

    async def test_comes_after_twelve_hours_in_any_case(
        self, app: FastAPI, now: StandingClock
    ) -> None:
        staff = await an_account(app, Role.STAFF)
        for _ in range(11):
            now.pass_by(hours=1)
            assert (await staff.get("/console")).status_code == 200
        now.pass_by(hours=1)
        assert (await staff.get("/console")).status_code == 303

    async def test_comes_at_once_for_an_account_that_is_disabled(self, app: FastAPI) -> None:
        admin = await an_account(app, Role.ADMIN)
        staff = await an_account(app, Role.STAFF)
        path = f"/console/accounts/{staff.account.id}/disable"
        assert (await admin.post(path, {"disabled": "yes"})).status_code == 303
        assert (await staff.get("/console")).status_code == 303
        await admin.post(path, {"disabled": "no"})
        assert (await staff.get("/console")).status_code == 303, "the old sign-in is gone"
        again = await signed_in(app, staff.account)
        assert (await again.get("/console")).status_code == 200

    async def test_comes_by_signing_out_here_and_only_here(self, app: FastAPI) -> None:
        account = await a_kept_account(app, Role.STAFF)
        here, there = await signed_in(app, account), await signed_in(app, account)
        left = await here.post("/console/sign-out")
        assert left.headers["location"] == "/console/sign-in?done=signed-out"
        here.http.cookies.set(COOKIE, here.token, domain="huiqi.test", path="/console")
        assert (await here.get("/console")).status_code == 303
        assert (await there.get("/console")).status_code == 200

    async def test_removes_what_is_kept_of_old_sign_ins(
        self, app: FastAPI, now: StandingClock
    ) -> None:
        account = await a_kept_account(app, Role.STAFF)
        await signed_in(app, account)
        now.pass_by(hours=12)
        await signed_in(app, account)
        async with app.state.database.reading() as session:
            assert await session.scalar(select(func.count()).select_from(ConsoleSession)) == 1
