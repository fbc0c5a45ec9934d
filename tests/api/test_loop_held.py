"""What costs more than a moment is off the event loop: every page, every turn, every export."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.accounts.models import Role
from api.library.service import Library
from api.main import create_app
from tests.builders.accounts import PASSWORD, SignedIn, a_browser, a_kept_account, an_account
from tests.builders.bot_api import TOKEN, BotApi, a_bot_api
from tests.builders.chats import Chat
from tests.builders.databases import bring_up, on_sqlite
from tests.builders.holding import MOST_SECONDS, held_by
from tests.builders.servers import served
from tests.builders.settings import some_settings
from tests.builders.tickets import a_person, a_ticket
from tests.builders.waiting import until
from tests.builders.walking import routes_below

READ = (
    "/", "/healthz", "/readyz", "/v1/release", "/v1/roles", "/v1/documents", "/v1/programmes",
    "/v1/facts", "/v1/search?q=研发人员", "/v1/documents/豫科-2023-54",
    "/v1/programmes/hgr-clinical-trial-filing", "/console/sign-in",
    "/console/static/vendor/tabler/tabler.min.css",
)  # fmt: skip
SAID = (
    "菜单", "帮助", "测一测", "不确定，都看看", "跳过", "看结果", "我的档案",
    "人类遗传资源采集要什么材料？",
)  # fmt: skip
MANY = 40


async def unheld(what: str, work: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """Done once so that everything is loaded, and watched the second time."""
    await work()
    held, answer = await held_by(work())
    assert held.seconds < MOST_SECONDS, f"{what}: {held.seconds * 1000:.0f} ms in {held.by}"
    return answer


class TestReading:
    async def test_a_page_holds_nobody_up(self, client: httpx.AsyncClient) -> None:
        for path in READ:
            answer = await unheld(path, lambda path=path: client.get(path))  # type: ignore[misc]
            assert answer.is_success

    async def test_the_contract_is_made_elsewhere(self, client: httpx.AsyncClient) -> None:
        await client.get("/healthz")
        held, answer = await held_by(client.get("/v1/openapi.json"))
        assert answer.json()["paths"]
        assert held.seconds < MOST_SECONDS, held


class TestVerdicts:
    @pytest.mark.parametrize("path", ["/v1/evaluate", "/v1/interview"])
    async def test_are_weighed_elsewhere(
        self, client: httpx.AsyncClient, key: dict[str, str], path: str
    ) -> None:
        body = {"facts": {"staff": 40, "registered_on": "2020-01-01"}}
        answer = await unheld(path, lambda: client.post(path, json=body, headers=key))
        assert answer.is_success


class TestTurns:
    async def test_of_the_web_chat_and_what_is_left_of_them(
        self, client: httpx.AsyncClient
    ) -> None:
        chat = Chat(client)
        await chat.agree()
        for text in SAID:
            await unheld(text, lambda text=text: chat.say(text))  # type: ignore[misc]
        for _ in range(60):
            await chat.say("帮助")
        for path in ("/chat/transcript", "/chat/export"):
            answer = await unheld(path, lambda path=path: client.get(path))  # type: ignore[misc]
            assert len(answer.content) > 20_000


class TestConsole:
    async def test_full_desks_hold_nobody_up(self, app: FastAPI) -> None:
        for number in range(MANY):
            by = await a_person(app, f"某单位{number}")
            await a_ticket(app, by)
        for role in Role:
            browser = await an_account(app, role)
            for path in _pages(app):
                await unheld(f"{role.value} {path}", lambda b=browser, p=path: b.get(p))  # type: ignore[misc]

    async def test_passwords_are_hashed_elsewhere(self, app: FastAPI) -> None:
        admin = await an_account(app, Role.ADMIN)
        staff = await a_kept_account(app, Role.STAFF)
        await admin.get("/console/accounts")
        async with a_browser(app) as http:
            form = {"login": staff.login, "password": PASSWORD, "next": ""}
            held, answer = await held_by(http.post("/console/sign-in", data=form))
            assert answer.status_code == 303
            assert held.seconds < MOST_SECONDS, held
        held, answer = await held_by(_new_account(admin))
        assert answer.is_success
        assert held.seconds < MOST_SECONDS, held

    async def test_nobody_waits_to_write_while_a_password_is_hashed(
        self, app: FastAPI, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        admin = await an_account(app, Role.ADMIN)
        seen: list[int] = []

        async def hashed(_password: str) -> str:
            seen.append(app.state.database.engine.pool.checkedout())
            return "$argon2id$of-tests"

        monkeypatch.setattr("api.accounts.passwords.hashed", hashed)
        assert (await _new_account(admin)).is_success
        path = f"/console/accounts/{admin.account.id}/reset"
        assert (await admin.post(path)).is_success
        assert seen == [0, 0]


def _pages(app: FastAPI) -> list[str]:
    found = [route for route in routes_below(app, "/console") if "GET" in (route.methods or ())]
    return [r.path for r in found if "{" not in r.path and "events" not in r.path]


async def _new_account(admin: SignedIn) -> httpx.Response:
    form = {"login": "new-one", "name": "新人", "role": "staff"}
    return await admin.post("/console/accounts", form | {"office": str(admin.account.office_id)})


class TestTelegram:
    @pytest.fixture
    async def api(self, tmp_path: Path, library: Library) -> AsyncIterator[BotApi]:
        bring_up(on_sqlite(tmp_path))
        async with a_bot_api() as made:
            made.shown[7] = []
            settings = some_settings(
                tmp_path, database_url=on_sqlite(tmp_path), telegram_bot_token=TOKEN,
                telegram_api_base=made.address,
            )  # fmt: skip
            async with served(create_app(settings, library=library)):
                yield made

    async def test_a_turn_holds_nobody_up(self, api: BotApi) -> None:
        await _answered(api, "/start")
        await until(lambda: any(m.buttons for m in api.shown[7]))
        await api.press(7, "同意")
        await until(lambda: "想做什么" in "".join(api.screen(7)))
        for text in (*SAID, "/start card-new-rd-institution"):
            await _answered(api, text)
            held, _ = await held_by(_answered(api, text))
            assert held.seconds < MOST_SECONDS, (text, held)


async def _answered(api: BotApi, text: str) -> None:
    before = len(api.screen(7))
    await api.say(7, text)
    await until(lambda: len(api.screen(7)) > before)
