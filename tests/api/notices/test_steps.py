"""A notice on its way: whoever wrote it never lets it go out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.accounts.actors import Actor
from api.accounts.models import Role
from api.foundation.database import Database
from api.foundation.errors import BadInput, NotAllowed, NotFound, OwnNotice, WrongState
from api.library.service import Library
from api.notices import service
from api.notices.models import Notice
from tests.builders.clocks import START
from tests.builders.notices import a_notice, a_notice_in, read_again
from tests.builders.officials import an_official


@pytest.fixture
async def author(database: Database) -> Actor:
    return await an_official(database)


@pytest.fixture
async def second(database: Database, author: Actor) -> Actor:
    return await an_official(database, beside=author)


async def _own(database: Database, actor: Actor, notice: Notice) -> Notice:
    return await read_again(database, actor, notice)


class TestCheck:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"programme": "no-such"}, "programme"),
            ({"title": ""}, "title"),
            ({"title": "长" * 101}, "title"),
            ({"title_en": "x" * 101}, "title_en"),
            ({"body": " "}, "body"),
            ({"body": "长" * 2501}, "body"),
            ({"body_en": "x" * 2501}, "body_en"),
            ({"title_en": ""}, "body_en"),
            ({"body_en": ""}, "body_en"),
            ({"link": "javascript:alert(1)"}, "link"),
            ({"region": "atlantis"}, "region"),
        ],
    )
    async def test_a_fault_names_its_field_in_both_languages(
        self, changes: dict[str, object], field: str, author: Actor, library: Library
    ) -> None:
        for actor in (author, replace(author, language="en")):
            with pytest.raises(BadInput) as refused:
                service.check_notice(
                    a_notice_in(**changes), programmes=library.base.programmes,
                    regions={"luoyang"}, actor=actor,
                )  # fmt: skip
            (fault,) = refused.value.faults
            assert fault.pointer == field
            assert fault.detail.isascii() == (actor.language == "en")

    async def test_a_city_writes_only_for_itself(
        self, database: Database, library: Library
    ) -> None:
        city = await an_official(database, region="luoyang")
        known = {"programmes": library.base.programmes, "regions": {"luoyang", "zhengzhou"}}
        service.check_notice(a_notice_in(region="luoyang"), actor=city, **known)
        for elsewhere in ("", "zhengzhou"):
            with pytest.raises(NotAllowed):
                service.check_notice(a_notice_in(region=elsewhere), actor=city, **known)


class TestApprove:
    async def test_a_second_official_of_the_office_lets_it_go_out(
        self, database: Database, author: Actor, second: Actor
    ) -> None:
        notice = await a_notice(database, author, approved_by=second)
        found = await _own(database, author, notice)
        assert (found.state, found.decided_by) == ("approved", second.account)

    async def test_refuses_the_author(self, database: Database, author: Actor) -> None:
        with pytest.raises(OwnNotice):
            await a_notice(database, author, approved_by=author)

    async def test_refuses_an_official_of_another_office(
        self, database: Database, author: Actor
    ) -> None:
        with pytest.raises(NotAllowed):
            await a_notice(database, author, approved_by=await an_official(database))

    async def test_refuses_a_draft_and_a_second_time(
        self, database: Database, author: Actor, second: Actor
    ) -> None:
        for notice in (
            await a_notice(database, author),
            await a_notice(database, author, approved_by=second),
        ):
            async with database.writing() as session:
                row = await service.own_notice(session, second, notice.id)
                with pytest.raises(WrongState):
                    service.approve_notice(session, row, second, now=START)

    async def test_refuses_a_text_that_changed_since_it_was_read(
        self, database: Database, author: Actor, second: Actor
    ) -> None:
        notice = await a_notice(database, author, submitted=True)
        seen = notice.changed_at
        later = START + timedelta(minutes=5)
        async with database.writing() as session:
            row = await service.own_notice(session, second, notice.id)
            service.refuse_notice(row, second, "请改日期", now=later)
            service.edit_notice(row, author, a_notice_in(body="别的话"), now=later)
            service.submit_notice(row, author, now=later)
            with pytest.raises(WrongState):
                service.approve_notice(session, row, second, now=later, seen=seen)
            service.approve_notice(session, row, second, now=later, seen=row.changed_at)


class TestRefuse:
    async def test_it_goes_back_with_a_reason_and_may_come_again(
        self, database: Database, author: Actor, second: Actor
    ) -> None:
        notice = await a_notice(database, author, submitted=True)
        async with database.writing() as session:
            row = await service.own_notice(session, second, notice.id)
            service.refuse_notice(row, second, " 请改日期 ", now=START)
            assert (row.state, row.reason) == ("refused", "请改日期")
            service.submit_notice(row, author, now=START)
            assert (row.state, row.reason) == ("submitted", "")

    @pytest.mark.parametrize("reason", ["", "  ", "长" * 1001])
    async def test_a_reason_has_to_be_given(
        self, database: Database, author: Actor, second: Actor, reason: str
    ) -> None:
        notice = await a_notice(database, author, submitted=True)
        with pytest.raises(BadInput):
            service.refuse_notice(notice, second, reason, now=START)

    async def test_not_by_the_author(self, database: Database, author: Actor) -> None:
        notice = await a_notice(database, author, submitted=True)
        with pytest.raises(OwnNotice):
            service.refuse_notice(notice, author, "不", now=START)


class TestEdit:
    async def test_only_by_the_author_and_only_before_it_is_submitted(
        self, database: Database, author: Actor, second: Actor
    ) -> None:
        draft = await a_notice(database, author)
        with pytest.raises(NotAllowed):
            service.edit_notice(draft, second, a_notice_in(), now=START)
        with pytest.raises(NotAllowed):
            service.submit_notice(draft, second, now=START)
        submitted = await a_notice(database, author, submitted=True)
        with pytest.raises(WrongState):
            service.edit_notice(submitted, author, a_notice_in(), now=START)


class TestSeenBy:
    async def test_an_office_sees_its_own_and_an_auditor_all(
        self, database: Database, author: Actor, second: Actor
    ) -> None:
        notice = await a_notice(database, author)
        other = await an_official(database)
        auditor = await an_official(database, role=Role.AUDITOR)
        async with database.reading() as session:
            for actor, count in ((author, 1), (second, 1), (other, 0), (auditor, 1)):
                assert len(await service.notices_seen_by(session, actor)) == count
            with pytest.raises(NotFound):
                await service.own_notice(session, other, notice.id)
            assert (await service.own_notice(session, auditor, notice.id)).id == notice.id

    async def test_what_waits_for_one_is_what_others_of_the_office_submitted(
        self, database: Database, author: Actor, second: Actor
    ) -> None:
        await a_notice(database, author, submitted=True)
        await a_notice(database, author)
        other = await an_official(database)
        async with database.reading() as session:
            waiting = [
                await service.awaiting_approval(session, who) for who in (author, second, other)
            ]
        assert waiting == [0, 1, 0]
