"""Notices in the console: written by one official, let out by another, followed while they go."""

import asyncio
from collections.abc import Mapping

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.accounts.models import Office, Role
from api.console.entrance import COOKIE
from api.console.texts import text
from api.foundation.database import Database
from api.library.service import Library
from api.notices.models import Notice
from api.notices.service import EXPANSIONS
from api.notices.tasks import NoticeWork
from tests.builders.accounts import SignedIn, an_account, an_office
from tests.builders.clocks import StandingClock
from tests.builders.followers import PROGRAMME, a_follower
from tests.builders.servers import served

_NO_CHANGES: Mapping[str, str] = {}


@pytest.fixture
async def office(app: FastAPI) -> Office:
    return await an_office(app)


@pytest.fixture
async def author(app: FastAPI, office: Office) -> SignedIn:
    return await an_account(app, Role.OFFICIAL, office=office)


@pytest.fixture
async def second(app: FastAPI, office: Office) -> SignedIn:
    return await an_account(app, Role.OFFICIAL, office=office)


async def write(who: SignedIn, changes: Mapping[str, str] = _NO_CHANGES) -> httpx.Response:
    """A draft; where it is stands in the answer."""
    form = {
        "programme": PROGRAMME, "region": "", "title": "补正通知", "body": "请于本月底前补正材料。",
        "title_en": "Corrections", "body_en": "Please correct your papers.", "link": "",
    }  # fmt: skip
    return await who.post("/console/notices/new", {**form, **changes})


async def written(who: SignedIn, *steps: str) -> str:
    """The address of a draft after some steps of its author."""
    where = (await write(who)).headers["location"].partition("?")[0]
    for step in steps:
        assert (await who.post(f"{where}/{step}")).status_code == 303
    return where


async def approve(who: SignedIn, where: str) -> httpx.Response:
    """As somebody who read the page and pressed the button."""
    page = (await who.get(where)).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    return await who.post(f"{where}/approve", {"seen": seen})


def counted(number: int, label: str) -> str:
    """A figure of the notice's page with what it counts."""
    return f'<div class="count">{number}</div>{text(label, "en")}'


async def state(app: FastAPI) -> list[str]:
    async with app.state.database.reading() as session:
        return [row.state for row in await session.scalars(select(Notice))]


class TestAtOnce:
    async def test_one_of_two_lets_it_out_and_the_other_is_told_so(
        self, app: FastAPI, author: SignedIn, second: SignedIn, office: Office
    ) -> None:
        where = await written(author, "submit")
        third = await an_account(app, Role.OFFICIAL, office=office)
        answers = await asyncio.gather(approve(second, where), approve(third, where))
        assert sorted(answer.status_code for answer in answers) == [303, 409]
        assert await state(app) == ["approved"]


class TestWrite:
    async def test_a_draft_is_shown_as_applicants_will_see_it(self, author: SignedIn) -> None:
        page = await author.get(await written(author))
        for shown in ("请于本月底前补正材料。", "Please correct your papers.", text("草稿", "en")):
            assert shown in page.text

    async def test_a_fault_stands_at_its_field_and_keeps_what_was_typed(
        self, app: FastAPI, author: SignedIn
    ) -> None:
        page = await write(author, {"body": "长" * 2501, "link": "http://x", "title_en": "T"})
        assert page.status_code == 422
        assert "1 to 2,500 characters." in page.text
        assert "begins with https://" in page.text
        assert "补正通知" in page.text
        assert await state(app) == []

    async def test_what_was_typed_is_text_and_never_a_part_of_the_page(
        self, author: SignedIn
    ) -> None:
        where = (await write(author, {"title": "<script>alert(1)</script>"})).headers["location"]
        page = await author.get(where)
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text

    async def test_the_preview_says_how_many_would_get_it(
        self, app: FastAPI, author: SignedIn, library: Library
    ) -> None:
        await a_follower(app.state.database, library.base)
        await a_follower(app.state.database, library.base, legal_person="no")
        page = await author.get(await written(author))
        said = (
            "现在有 {followers} 人关注这个项目，其中 {n} 人会收到；"
            "确定不符合条件的和其他地区的不会收到。"
        )
        assert text(said, "en", followers=2, n=1) in page.text

    async def test_only_the_author_changes_it(self, author: SignedIn, second: SignedIn) -> None:
        where = await written(author)
        assert (await author.get(f"{where}/edit")).status_code == 200
        form = {"programme": PROGRAMME, "title": "别的", "body": "别的话"}
        assert (await second.post(f"{where}/edit", form)).status_code == 403
        assert (await author.post(f"{where}/edit", form)).status_code == 303
        assert "别的话" in (await author.get(where)).text


class TestApprove:
    async def test_the_second_official_lets_it_go_out_and_wakes_the_work(
        self, app: FastAPI, author: SignedIn, second: SignedIn
    ) -> None:
        where = await written(author, "submit")
        with app.state.wake.attending(EXPANSIONS) as woken:
            answer = await approve(second, where)
            assert (answer.status_code, woken.is_set()) == (303, True)
        assert await state(app) == ["approved"]

    async def test_the_author_has_no_button_and_is_refused(
        self, app: FastAPI, author: SignedIn
    ) -> None:
        where = await written(author, "submit")
        assert "/approve" not in (await author.get(where)).text
        seen = {"seen": app.state.now().isoformat()}
        refused = await author.post(f"{where}/approve", seen)
        assert refused.status_code == 403
        assert "Another official has to approve your own notice." in refused.text
        assert await state(app) == ["submitted"]

    @pytest.mark.parametrize("seen", ["", "yesterday", "2026-03-02T01:00:00", "2020-01-01T00:00Z"])
    async def test_only_the_text_that_was_read_can_be_approved(
        self, app: FastAPI, author: SignedIn, second: SignedIn, seen: str
    ) -> None:
        where = await written(author, "submit")
        assert (await second.post(f"{where}/approve", {"seen": seen})).status_code == 409
        assert await state(app) == ["submitted"]

    async def test_a_page_read_before_the_text_changed_approves_nothing(
        self, author: SignedIn, second: SignedIn, now: StandingClock
    ) -> None:
        where = await written(author, "submit")
        stale = {"seen": now().isoformat()}
        now.pass_by(minutes=1)
        assert (await second.post(f"{where}/refuse", {"reason": "改"})).status_code == 303
        form = {"programme": PROGRAMME, "title": "别的", "body": "别的话"}
        await author.post(f"{where}/edit", form)
        await author.post(f"{where}/submit")
        assert (await second.post(f"{where}/approve", stale)).status_code == 409
        assert (await approve(second, where)).status_code == 303

    async def test_it_is_refused_with_a_reason_the_author_sees(
        self, app: FastAPI, author: SignedIn, second: SignedIn
    ) -> None:
        where = await written(author, "submit")
        without = await second.post(f"{where}/refuse", {"reason": ""})
        assert (without.status_code, "Say why" in without.text) == (422, True)
        await second.post(f"{where}/refuse", {"reason": "日期不对"})
        assert text("退回原因：{reason}", "en", reason="日期不对") in (await author.get(where)).text
        assert await state(app) == ["refused"]

    async def test_the_home_page_counts_it_for_the_second_only(
        self, author: SignedIn, second: SignedIn
    ) -> None:
        await written(author, "submit")
        assert text("等您审核的通知", "en") in (await second.get("/console")).text
        assert text("等您审核的通知", "en") not in (await author.get("/console")).text

    @pytest.mark.parametrize("role", [Role.STAFF, Role.AUDITOR, Role.ADMIN])
    async def test_no_other_role_writes_or_decides(
        self, app: FastAPI, office: Office, author: SignedIn, role: Role
    ) -> None:
        where = await written(author, "submit")
        other = await an_account(app, role, office=office)
        for step in ("approve", "refuse", "withdraw", "submit"):
            assert (await other.post(f"{where}/{step}", {"reason": "不"})).status_code == 403
        assert (await write(other)).status_code == 403
        assert await state(app) == ["submitted"]

    async def test_another_office_finds_nothing(self, app: FastAPI, author: SignedIn) -> None:
        where = await written(author, "submit")
        other = await an_account(app, Role.OFFICIAL)
        for path in (where, f"{where}/edit"):
            assert (await other.get(path)).status_code == 404
        assert (await other.post(f"{where}/approve")).status_code == 404
        assert "补正通知" not in (await other.get("/console/notices")).text


class TestFollow:
    async def test_the_part_alone_has_the_counts_and_no_page_around_it(
        self, app: FastAPI, author: SignedIn, second: SignedIn, library: Library
    ) -> None:
        database: Database = app.state.database
        for _ in range(3):
            await a_follower(database, library.base)
        where = await written(author, "submit")
        await approve(second, where)
        while await NoticeWork(database, library.base, "one").expand(app.state.now()):
            pass
        part = await author.get(where, **{"X-Live": "1"})
        assert "<html" not in part.text
        assert counted(3, "应送") in part.text
        assert counted(3, "待发送") in part.text

    async def test_withdrawing_takes_back_what_waits(
        self, app: FastAPI, author: SignedIn, second: SignedIn, library: Library
    ) -> None:
        database: Database = app.state.database
        await a_follower(database, library.base)
        where = await written(author, "submit")
        await approve(second, where)
        await NoticeWork(database, library.base, "one").expand(app.state.now())
        assert (await second.post(f"{where}/withdraw")).status_code == 303
        page = await author.get(where)
        assert counted(1, "已取消") in page.text
        assert (await second.post(f"{where}/withdraw")).status_code == 409

    async def test_events_tell_that_there_may_be_news(self, app: FastAPI, author: SignedIn) -> None:
        where = await written(author)
        cookies = {COOKIE: author.token}
        async with (
            served(app) as address,
            httpx.AsyncClient(base_url=address, cookies=cookies) as http,
            http.stream("GET", f"{where}/live") as events,
        ):
            assert events.headers["content-type"].startswith("text/event-stream")
            first = await anext(line async for line in events.aiter_lines() if line)
        assert first == "event: changed"
