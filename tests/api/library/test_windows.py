"""What an official may publish, and what a window is for an applicant of a place."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.accounts.actors import Actor
from api.accounts.models import Role
from api.foundation.database import Database
from api.foundation.errors import BadInput, NotAllowed, NotFound, WrongState
from api.foundation.now import day_of
from api.library.checking import check_window
from api.library.service import Library
from api.library.windows import (
    Level,
    WindowIn,
    as_filing_windows,
    current_windows,
    cutoff_for,
    own_window,
    windows_seen_by,
)
from tests.builders.clocks import START
from tests.builders.officials import an_official
from tests.builders.windows import a_change, a_level, a_window, a_window_in, a_withdrawal

REGIONS = {"zhengzhou", "luoyang"}


@pytest.fixture
async def official(database: Database) -> Actor:
    return await an_official(database)


def faults(
    given: WindowIn, actor: Actor, library: Library, before: tuple[Level, ...] = ()
) -> dict[str, str]:
    """What is wrong, by field; empty where it can be published."""
    try:
        check_window(
            given, programmes=library.base.programmes, regions=REGIONS, actor=actor, now=START,
            before=before,
        )  # fmt: skip
    except BadInput as error:
        return {fault.pointer: fault.detail for fault in error.faults}
    return {}


class TestCheck:
    async def test_a_whole_window_can_be_published(self, official: Actor, library: Library) -> None:
        levels = (a_level(days=40), a_level("市级推荐", days=50), a_level("省级", days=60))
        assert faults(a_window_in(*levels), official, library) == {}

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"programme": "no-such"}, "programme"),
            ({"title": " "}, "title"),
            ({"title": "长" * 201}, "title"),
            ({"link": "http://kjt.example.gov.cn"}, "link"),
            ({"link": "https://"}, "link"),
            ({"link": "https://a b.example"}, "link"),
            ({"link": "https://[bad"}, "link"),
            ({"link": "https://a.example/" + "x" * 500}, "link"),
            ({"note": "长" * 2001}, "note"),
            ({"region": "atlantis"}, "region"),
            ({"levels": ()}, "levels"),
            ({"levels": (a_level(),) * 9}, "levels"),
            ({"levels": (a_level("", days=40),)}, "level-0-name"),
            ({"levels": (a_level(days=-2),)}, "level-0-at"),
            ({"levels": (a_level(days=-0.5),)}, "level-0-at"),
            ({"levels": (a_level(days=40), a_level("省级", days=30))}, "levels"),
            ({"levels": (a_level(region="atlantis"),)}, "level-0-region"),
        ],
    )
    async def test_a_fault_names_its_field_in_both_languages(
        self, changes: dict[str, object], field: str, official: Actor, library: Library
    ) -> None:
        zh = faults(a_window_in(**changes), official, library)
        en = faults(a_window_in(**changes), replace(official, language="en"), library)
        assert set(zh) == set(en) == {field}
        assert en[field].isascii()
        assert not zh[field].isascii()

    async def test_levels_follow_in_order_for_each_place(
        self, official: Actor, library: Library
    ) -> None:
        apart = (
            a_level(days=45, region="luoyang"), a_level(days=40, region="zhengzhou"),
            a_level("省级", days=60),
        )  # fmt: skip
        assert faults(a_window_in(*apart), official, library) == {}
        late = (a_level(days=65, region="luoyang"), a_level("省级", days=60))
        assert set(faults(a_window_in(*late), official, library)) == {"levels"}

    async def test_a_level_that_has_passed_may_stay_when_the_rest_is_changed(
        self, official: Actor, library: Library
    ) -> None:
        passed = a_level(days=-0.5)
        given = a_window_in(passed, a_level("省级", days=60))
        assert set(faults(given, official, library)) == {"level-0-at"}
        assert faults(given, official, library, before=(passed,)) == {}

    async def test_a_city_publishes_only_for_itself_and_the_province_for_any(
        self, database: Database, official: Actor, library: Library
    ) -> None:
        city = await an_official(database, region="luoyang")
        assert faults(a_window_in(region="luoyang"), official, library) == {}
        assert faults(a_window_in(region="luoyang"), city, library) == {}
        for elsewhere in ("", "zhengzhou"):
            with pytest.raises(NotAllowed):
                faults(a_window_in(region=elsewhere), city, library)


class TestChange:
    async def test_other_dates_are_a_new_revision_and_other_words_are_not(
        self, database: Database, official: Actor
    ) -> None:
        window = await a_window(database, official)
        assert not await a_change(database, window, now=START, title="第一批（更正）")
        assert await a_change(database, window, a_level(days=50), now=START)
        async with database.reading() as session:
            row = await own_window(session, official, window.id)
        assert (row.revision, row.closes_at) == (2, START + timedelta(days=50))

    async def test_a_withdrawn_window_stays_as_it_was(
        self, database: Database, official: Actor
    ) -> None:
        window = await a_window(database, official)
        await a_withdrawal(database, window, now=START)
        with pytest.raises(WrongState):
            await a_change(database, window, now=START)
        with pytest.raises(WrongState):
            await a_withdrawal(database, window, now=START)

    async def test_only_the_office_that_published_finds_it_to_change(
        self, database: Database, official: Actor
    ) -> None:
        window = await a_window(database, official)
        colleague = await an_official(database, beside=official)
        other = await an_official(database)
        async with database.reading() as session:
            assert (await own_window(session, colleague, window.id)).id == window.id
            with pytest.raises(NotFound):
                await own_window(session, other, window.id)


class TestSeenBy:
    async def test_an_office_sees_its_own_and_an_auditor_all(
        self, database: Database, official: Actor
    ) -> None:
        other = await an_official(database)
        auditor = await an_official(database, role=Role.AUDITOR)
        window = await a_window(database, official)
        async with database.reading() as session:
            seen = {who: len(await windows_seen_by(session, actor)) for who, actor in
                    {"own": official, "other": other, "auditor": auditor}.items()}  # fmt: skip
        assert seen == {"own": 1, "other": 0, "auditor": 1}
        assert window.office_id == official.office


class TestForApplicants:
    async def test_the_first_cut_off_that_applies_is_theirs(
        self, database: Database, official: Actor
    ) -> None:
        window = await a_window(
            database, official, a_level(days=30, region="luoyang"), a_level("省级", days=60)
        )
        closes = {region: cutoff_for(window, region) for region in ("luoyang", "zhengzhou", None)}
        early, late = START + timedelta(days=30), START + timedelta(days=60)
        assert closes == {"luoyang": early, "zhengzhou": late, None: early}

    async def test_an_evaluation_gets_days_in_china_and_only_windows_of_the_place(
        self, database: Database, official: Actor
    ) -> None:
        here = await a_window(database, official, a_level(days=30.7), region="luoyang")
        (window,) = as_filing_windows([here], "luoyang")
        assert window.closes == day_of(START + timedelta(days=30.7))
        assert window.closes.isoformat() == "2026-04-02"  # 18:18 in UTC is the next day in China
        assert as_filing_windows([here], "zhengzhou") == ()
        assert len(as_filing_windows([here], None)) == 1

    async def test_only_what_is_published_and_not_over_is_current(
        self, database: Database, official: Actor
    ) -> None:
        first = await a_window(database, official, a_level(days=40))
        soon = await a_window(database, official, a_level(days=20))
        gone = await a_window(database, official)
        await a_withdrawal(database, gone, now=START)
        async with database.reading() as session:
            now = await current_windows(session, now=START)
            later = await current_windows(session, now=START + timedelta(days=30))
        assert [each.id for each in now] == [soon.id, first.id]
        assert [each.id for each in later] == [first.id]
