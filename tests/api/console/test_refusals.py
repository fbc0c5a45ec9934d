"""Whatever goes wrong below `/console` is said by a page, in the language of whoever reads it."""

import pytest
from fastapi import FastAPI

from api.accounts.models import Role
from api.console.pages import page_router
from tests.builders.accounts import SignedIn, a_browser, an_account
from tests.builders.raw_calls import Heard, call
from tests.builders.tickets import a_ticket

FORM = b"application/x-www-form-urlencoded"


@pytest.fixture
def breaking(app: FastAPI) -> FastAPI:
    """The application with a page that fails."""
    router = page_router()

    @router.get("/broken/page")
    async def broken() -> None:
        raise RuntimeError("the password is swordfish")

    app.router.routes.insert(0, router.routes[0])
    return app


class TestFailure:
    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("zh", "系统内部错误，已记录，编号 "),
            ("en", "Something failed on our side; it is logged as "),
        ],
    )
    async def test_nobody_foresaw_is_a_page_with_a_number_to_quote(
        self, breaking: FastAPI, language: str, said: str
    ) -> None:
        async with a_browser(breaking, language) as http:
            page = await http.get("/console/broken/page")
        assert (page.status_code, page.headers["content-type"][:9]) == (500, "text/html")
        assert f"{said}{page.headers['x-request-id']}" in page.text
        assert "swordfish" not in page.text

    async def test_is_said_in_the_language_of_the_account(self, breaking: FastAPI) -> None:
        staff = await an_account(breaking, Role.STAFF, language="en")
        page = await staff.get("/console/broken/page", **{"Accept-Language": "zh"})
        assert "Something failed on our side" in page.text

    async def test_of_the_page_itself_is_still_answered(
        self, breaking: FastAPI, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_: object) -> None:
            raise RuntimeError("the template is gone")

        monkeypatch.setattr(breaking.state, "pages", ("/console", fails))
        async with a_browser(breaking) as http:
            answer = await http.get("/console/broken/page")
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")


class TestPage:
    async def test_says_what_no_page_takes(self, app: FastAPI) -> None:
        async with a_browser(app) as http:
            told = [
                await http.put("/console/accounts"),
                await http.get("/console/static/none.css"),
                await http.post("/console/sign-in", content=b"x" * 300_000),
            ]
        assert [page.status_code for page in told] == [405, 404, 413]
        assert {page.headers["content-type"][:9] for page in told} == {"text/html"}
        assert told[0].headers["allow"]
        assert "does not take that method" in told[0].text

    async def test_is_shown_whatever_stands_behind_the_address(self, app: FastAPI) -> None:
        """A server lets bytes through that are no UTF-8."""
        page = await call(app, "GET", "/console/sign-in", query=b"\xff\xfe")
        assert page.status == 200

    async def test_a_charset_nothing_is_read_in_is_refused(self, app: FastAPI) -> None:
        part = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\na\r\n--x--\r\n'
        kind = b"multipart/form-data; boundary=x; charset=undefined"
        page = await call(
            app, "POST", "/console/sign-in", headers=[(b"content-type", kind)], body=part
        )
        assert page.status == 422


async def read(who: SignedIn, app: FastAPI, path: str, query: bytes = b"") -> Heard:
    headers = [(b"cookie", f"huiqi_console={who.token}".encode()), (b"content-type", FORM)]
    method = "POST" if path.endswith("/again") else "GET"
    body = f"csrf={who.csrf}".encode()
    return await call(app, method, path, query=query, headers=headers, body=body)


async def test_what_no_database_looks_for_is_refused(app: FastAPI) -> None:
    admin = await an_account(app, Role.ADMIN)
    page = await read(admin, app, "/console/accounts", b"after=a%00b")
    assert page.status == 422
    assert "提交的内容有误" in page.body.decode()
    assert (await read(admin, app, "/console/nothing%00")).status == 404


@pytest.mark.parametrize("sequence", [-1, 2**31, 2**63, 10**30])
async def test_an_answer_of_a_number_no_row_has_is_not_found(app: FastAPI, sequence: int) -> None:
    staff = await an_account(app, Role.STAFF)
    ticket = await a_ticket(app)
    page = await read(staff, app, f"/console/tickets/{ticket.id}/answers/{sequence}/again")
    assert page.status == 404
