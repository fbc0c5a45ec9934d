"""Filing windows in the console: published, moved and withdrawn as an official does it."""

import asyncio
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.accounts.models import Office, Role
from api.console.publishing import local
from api.console.texts import text
from api.deadlines.models import WindowPlan
from api.deadlines.service import PLANS
from api.library.models import Window
from api.library.windows import levels_of
from tests.builders.accounts import SignedIn, an_account, an_office, signed_in
from tests.builders.clocks import START, StandingClock
from tests.builders.followers import PROGRAMME


@pytest.fixture
async def official(app: FastAPI) -> SignedIn:
    return await an_account(app, Role.OFFICIAL)


def in_days(days: float) -> str:
    """A moment as the browser's field gives it."""
    return local(START + timedelta(days=days))


def a_form(*levels: tuple[str, float], **changes: str) -> dict[str, object]:
    """What the browser sends: one level of forty days, unless told otherwise."""
    rows = levels or (("县区受理", 40.0),)
    return {
        "programme": PROGRAMME, "title": "2026 年度第一批", "opens": in_days(1), "region": "",
        "link": "https://kjt.example.gov.cn/apply", "note": "先网上填报",
        "level_zh": [name for name, _ in rows], "level_en": ["" for _ in rows],
        "level_at": [in_days(days) for _, days in rows], "level_region": ["" for _ in rows],
        **changes,
    }  # fmt: skip


async def send(who: SignedIn, path: str, form: Mapping[str, object]) -> httpx.Response:
    return await who.http.post(path, data={"csrf": who.csrf, **form})


async def kept(app: FastAPI) -> list[Window]:
    async with app.state.database.reading() as session:
        return list(await session.scalars(select(Window)))


async def plans(app: FastAPI) -> list[int]:
    async with app.state.database.reading() as session:
        found = await session.scalars(select(WindowPlan))
        return sorted(plan.revision for plan in found)


class TestPublish:
    async def test_is_kept_planned_and_shown(self, app: FastAPI, official: SignedIn) -> None:
        with app.state.wake.attending(PLANS) as woken:
            answer = await send(official, "/console/windows/new", a_form())
            assert (answer.status_code, woken.is_set()) == (303, True)
        (window,) = await kept(app)
        assert window.published_by == official.account.id
        assert window.opens_at == datetime.fromisoformat("2026-03-03T01:30:00+00:00")
        assert await plans(app) == [1]
        page = await official.get(answer.headers["location"])
        assert "2026 年度第一批" in page.text
        assert "2026-04-11 09:30" in page.text

    async def test_a_level_more_keeps_all_that_was_typed(
        self, app: FastAPI, official: SignedIn
    ) -> None:
        form = a_form(("县区受理", 40), ("市级推荐", 50), note="一段说明", more="yes")
        page = await send(official, "/console/windows/new", form)
        assert page.text.count('name="level_zh"') == 3
        for typed in ("县区受理", "市级推荐", in_days(40), in_days(50), "一段说明"):
            assert typed in page.text
        assert await kept(app) == []

    async def test_a_fault_stands_at_its_field_and_keeps_what_was_typed(
        self, app: FastAPI, official: SignedIn
    ) -> None:
        form = a_form(("县区受理", 40), ("省级", 30), link="http://plain.example")
        page = await send(official, "/console/windows/new", form)
        assert page.status_code == 422
        assert "The cut-offs must follow in order." in page.text
        assert "begins with https://" in page.text
        assert "县区受理" in page.text
        assert in_days(30) in page.text
        assert await kept(app) == []

    @pytest.mark.parametrize("moment", ["0001-01-01T00:00", "1949-09-30T23:59", "9999-12-31T23:59"])
    async def test_a_time_out_of_all_reason_is_refused_at_its_field(
        self, app: FastAPI, official: SignedIn, moment: str
    ) -> None:
        page = await send(official, "/console/windows/new", a_form(("县区", 30), opens=moment))
        assert page.status_code == 422
        assert "Give a moment between the years 1949 and 2100." in page.text
        assert await kept(app) == []

    async def test_an_empty_level_is_left_out_and_the_fault_stands_at_its_own(
        self, app: FastAPI, official: SignedIn
    ) -> None:
        form = a_form(("", 40), ("省级", 50))
        form["level_at"] = ["", "no moment"]
        page = await send(official, "/console/windows/new", form)
        assert page.status_code == 422
        (row,) = page.text.split('class="level"')[1:]
        assert "省级" in row
        assert "Give the date and the time." in row
        assert await kept(app) == []

    async def test_a_city_publishes_for_itself_only(self, app: FastAPI) -> None:
        office = await an_office(app, region="luoyang")
        official = await an_account(app, Role.OFFICIAL, office=office)
        page = (await official.get("/console/windows/new")).text
        assert 'value="luoyang"' in page
        assert 'value="zhengzhou"' not in page
        refused = await send(official, "/console/windows/new", a_form(region="zhengzhou"))
        assert refused.status_code == 403
        assert await kept(app) == []
        done = await send(official, "/console/windows/new", a_form(region="luoyang"))
        assert done.status_code == 303

    async def test_without_its_token_nothing_is_published(
        self, app: FastAPI, official: SignedIn
    ) -> None:
        answer = await official.http.post("/console/windows/new", data=a_form())
        assert answer.status_code == 403
        assert await kept(app) == []


@pytest.fixture
async def window(app: FastAPI, official: SignedIn) -> Window:
    """A window the official published."""
    await send(official, "/console/windows/new", a_form(("县区受理", 40), ("省级", 60)))
    return (await kept(app))[0]


class TestChange:
    async def test_the_form_shows_the_levels_as_they_are(
        self, official: SignedIn, window: Window
    ) -> None:
        page = await official.get(f"/console/windows/{window.id}")
        for shown in ("县区受理", "省级", in_days(40), in_days(60)):
            assert shown in page.text

    async def test_other_dates_are_planned_anew_and_other_words_are_not(
        self, app: FastAPI, official: SignedIn, window: Window
    ) -> None:
        where = f"/console/windows/{window.id}"
        words = a_form(("县区受理", 40), ("省级", 60), note="别的说明")
        assert (await send(official, where, words)).status_code == 303
        assert await plans(app) == [1]
        assert (await send(official, where, a_form(("县区受理", 45)))).status_code == 303
        (found,) = await kept(app)
        assert (found.revision, len(levels_of(found)), found.note) == (2, 1, "先网上填报")
        assert await plans(app) == [1, 2]

    async def test_the_rest_can_be_changed_when_the_first_level_has_passed(
        self, app: FastAPI, official: SignedIn, window: Window, now: StandingClock
    ) -> None:
        now.pass_by(days=45)
        again = await signed_in(app, official.account)
        form = a_form(("县区受理", 40), ("省级", 70))
        answer = await send(again, f"/console/windows/{window.id}", form)
        assert answer.status_code == 303
        assert (await kept(app))[0].closes_at == START + timedelta(days=70)

    async def test_another_office_finds_nothing(self, app: FastAPI, window: Window) -> None:
        other = await an_account(app, Role.OFFICIAL)
        where = f"/console/windows/{window.id}"
        assert (await other.get(where)).status_code == 404
        assert (await send(other, where, a_form())).status_code == 404
        assert (await other.post(f"{where}/withdraw")).status_code == 404
        assert "2026 年度第一批" not in (await other.get("/console/windows")).text

    async def test_an_auditor_reads_it_and_changes_nothing(
        self, app: FastAPI, window: Window
    ) -> None:
        auditor = await an_account(app, Role.AUDITOR)
        page = await auditor.get("/console/windows")
        assert "2026 年度第一批" in page.text
        assert "/withdraw" not in page.text
        assert (await auditor.post(f"/console/windows/{window.id}/withdraw")).status_code == 403


async def seen(who: SignedIn, window: Window) -> str:
    """What the form of a window says it was made from."""
    page = await who.get(f"/console/windows/{window.id}")
    (found,) = re.findall(r'name="seen" value="([^"]+)"', page.text)
    return str(found)


class TestAtOnce:
    @pytest.fixture
    async def colleague(self, app: FastAPI, official: SignedIn) -> SignedIn:
        async with app.state.database.reading() as session:
            office = await session.get_one(Office, official.account.office_id)
        return await an_account(app, Role.OFFICIAL, office=office)

    async def test_the_second_to_save_is_told_that_it_changed_and_keeps_what_was_typed(
        self, app: FastAPI, official: SignedIn, colleague: SignedIn, window: Window
    ) -> None:
        where = f"/console/windows/{window.id}"
        forms = [
            a_form(("县区受理", days), seen=await seen(who, window))
            for who, days in ((official, 41), (colleague, 42))
        ]
        answers = await asyncio.gather(
            send(official, where, forms[0]), send(colleague, where, forms[1])
        )
        assert sorted(answer.status_code for answer in answers) == [303, 409]
        (late,) = [nth for nth, answer in enumerate(answers) if answer.status_code == 409]
        assert "It has changed meanwhile" in answers[late].text
        assert in_days(41 + late) in answers[late].text
        (found,) = await kept(app)
        assert (found.revision, found.closes_at) == (2, START + timedelta(days=42 - late))
        assert await plans(app) == [1, 2]

    async def test_a_page_that_is_old_overwrites_nothing(
        self, app: FastAPI, official: SignedIn, window: Window, now: StandingClock
    ) -> None:
        where, old = f"/console/windows/{window.id}", await seen(official, window)
        now.pass_by(minutes=1)
        same = a_form(("县区受理", 40), ("省级", 60), note="先改的")
        assert (await send(official, where, same)).status_code == 303
        late = await send(official, where, {**same, "note": "后改的", "seen": old})
        assert late.status_code == 409
        again = await send(official, where, {**same, "note": "后改的", "seen": old})
        assert again.status_code == 409
        assert (await kept(app))[0].note == "先改的"

    async def test_withdrawing_twice_is_withdrawing_once(
        self, app: FastAPI, official: SignedIn, colleague: SignedIn, window: Window
    ) -> None:
        where = f"/console/windows/{window.id}/withdraw"
        answers = await asyncio.gather(official.post(where), colleague.post(where))
        assert [answer.status_code for answer in answers] == [303, 303]
        assert await plans(app) == [1, 2]


class TestWithdraw:
    async def test_once_and_then_it_can_be_changed_no_more(
        self, app: FastAPI, official: SignedIn, window: Window
    ) -> None:
        where = f"/console/windows/{window.id}"
        for _ in range(2):
            assert (await official.post(f"{where}/withdraw")).status_code == 303
        assert await plans(app) == [1, 2]
        late = await send(official, where, a_form())
        assert late.status_code == 409
        assert (await kept(app))[0].revision == 2
        assert text("已撤回", "en") in (await official.get("/console/windows")).text
