"""An approved notice is laid down once for each of its audience, and counted."""

import asyncio

import pytest

from api.accounts.actors import Actor
from api.deliveries.models import Delivery, Priority, SharedBody
from api.enterprises.models import Person
from api.foundation.database import Database
from api.foundation.ledger import LEASE, claim
from api.library.service import Library
from api.notices import audience, service, tasks
from api.notices.models import Expansion, Notice
from api.notices.tasks import NoticeWork
from dialogs.message import Reply
from tests.builders.clocks import StandingClock
from tests.builders.followers import PROGRAMME, a_follower, told
from tests.builders.notices import a_notice
from tests.builders.officials import an_official


@pytest.fixture
async def author(database: Database) -> Actor:
    return await an_official(database)


@pytest.fixture
async def second(database: Database, author: Actor) -> Actor:
    return await an_official(database, beside=author)


@pytest.fixture
def work(database: Database, library: Library) -> NoticeWork:
    return NoticeWork(database, library.base, "one")


async def _expand(work: NoticeWork, now: StandingClock) -> None:
    while await work.expand(now()):
        pass


async def _withdraw(database: Database, actor: Actor, notice: Notice, now: StandingClock) -> None:
    async with database.writing() as session:
        row = await service.own_notice(session, actor, notice.id)
        await service.withdraw_notice(session, row, now=now())


async def _people(database: Database, library: Library, count: int) -> list[Person]:
    return [(await a_follower(database, library.base))[0] for _ in range(count)]


class TestAudience:
    async def test_it_fits_the_place_or_the_place_is_unknown_and_is_not_ruled_out(
        self, database: Database, library: Library, work: NoticeWork, author: Actor,
        second: Actor, now: StandingClock,
    ) -> None:  # fmt: skip
        here, _ = await a_follower(database, library.base, region="luoyang")
        unknown, _ = await a_follower(database, library.base)
        await a_follower(database, library.base, region="zhengzhou")
        await a_follower(database, library.base, region="luoyang", legal_person="no")
        await a_follower(database, library.base, programme="pilot-base-review")
        async with database.reading() as session:
            shown = await audience.audience(session, library.base, PROGRAMME, "luoyang", now=now())
        assert (shown.followers, shown.fitting, shown.whole) == (4, 2, True)
        await a_notice(database, author, approved_by=second, region="luoyang")
        await _expand(work, now)
        assert {row.person_id for row in await told(database)} == {here.id, unknown.id}

    async def test_a_preview_of_very_many_says_that_it_is_not_whole(
        self, database: Database, library: Library, now: StandingClock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(audience, "MOST", 2)
        await _people(database, library, 3)
        async with database.reading() as session:
            shown = await audience.audience(session, library.base, PROGRAMME, "", now=now())
        assert (shown.followers, shown.fitting, shown.whole) == (3, 2, False)


class TestExpand:
    async def test_each_is_told_once_in_both_languages_and_after_those_who_talk(
        self, database: Database, library: Library, work: NoticeWork, author: Actor,
        second: Actor, now: StandingClock,
    ) -> None:  # fmt: skip
        (person,) = await _people(database, library, 1)
        notice = await a_notice(database, author, approved_by=second)
        await _expand(work, now)
        (row,) = await told(database, person.id)
        assert row.occasion == f"notice:{notice.id}:r1"
        assert row.priority == Priority.BULK
        async with database.reading() as session:
            shared = await session.get_one(SharedBody, row.shared_body_id)
        assert isinstance(shared.body, dict)
        assert "补正材料" in Reply.model_validate(shared.body["zh"]).text
        assert "correct your papers" in Reply.model_validate(shared.body["en"]).text

    async def test_nothing_goes_out_before_a_second_official_approved(
        self, database: Database, library: Library, work: NoticeWork, author: Actor,
        now: StandingClock,
    ) -> None:  # fmt: skip
        await _people(database, library, 1)
        await a_notice(database, author, submitted=True)
        await _expand(work, now)
        assert await told(database) == []

    async def test_two_workers_and_small_batches_lay_each_once(
        self, database: Database, library: Library, author: Actor, second: Actor,
        now: StandingClock, monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(tasks, "BATCH", 2)
        monkeypatch.setattr(tasks, "_LEAST", 2)
        monkeypatch.setattr(tasks, "_RUN_SECONDS", 0)
        people = await _people(database, library, 5)
        await a_notice(database, author, approved_by=second)
        workers = [NoticeWork(database, library.base, owner) for owner in ("one", "two")]
        while sum(await asyncio.gather(*(each.expand(now()) for each in workers))):
            pass
        found = [row.person_id for row in await told(database)]
        assert sorted(map(str, found)) == sorted(str(person.id) for person in people)

    async def test_what_a_worker_left_goes_on_when_its_lease_ends(
        self, database: Database, library: Library, work: NoticeWork, author: Actor,
        second: Actor, now: StandingClock,
    ) -> None:  # fmt: skip
        await _people(database, library, 2)
        await a_notice(database, author, approved_by=second)
        async with database.writing() as session:
            await claim(session, Expansion, owner="dead", now=now(), limit=1)
        await _expand(work, now)
        assert await told(database) == []
        now.pass_by(seconds=LEASE.total_seconds() + 1)
        await _expand(work, now)
        assert len(await told(database)) == 2


class TestWithdraw:
    async def test_what_waits_is_taken_back_and_the_rest_is_never_laid(
        self, database: Database, library: Library, work: NoticeWork, author: Actor,
        second: Actor, now: StandingClock, monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(tasks, "BATCH", 2)
        monkeypatch.setattr(tasks, "_RUN_SECONDS", 0)
        await _people(database, library, 5)
        notice = await a_notice(database, author, approved_by=second)
        await work.expand(now())
        await _withdraw(database, author, notice, now)
        await _expand(work, now)
        assert [row.state for row in await told(database)] == ["cancelled"] * 2

    async def test_a_batch_and_a_withdrawal_at_once_leave_nothing_to_be_sent(
        self, database: Database, library: Library, work: NoticeWork, author: Actor,
        second: Actor, now: StandingClock,
    ) -> None:  # fmt: skip
        await _people(database, library, 5)
        for _ in range(4):
            notice = await a_notice(database, author, approved_by=second)
            await asyncio.gather(_expand(work, now), _withdraw(database, author, notice, now))
            await _expand(work, now)
        assert {row.state for row in await told(database)} <= {"cancelled"}


class TestCounts:
    async def test_they_say_what_became_of_each_and_why(
        self, database: Database, library: Library, work: NoticeWork, author: Actor,
        second: Actor, now: StandingClock,
    ) -> None:  # fmt: skip
        await _people(database, library, 4)
        notice = await a_notice(database, author, approved_by=second)
        await _expand(work, now)
        outcomes = [("sent", None), ("ended", "blocked"), ("unknown", "timed_out")]
        rows = await told(database)
        async with database.writing() as session:
            for row, (state, cause) in zip(rows, outcomes, strict=False):
                kept = await session.get_one(Delivery, row.id)
                kept.state, kept.cause = state, cause
        async with database.reading() as session:
            counts = await service.counts_of(session, notice)
            causes = await service.causes_of(session, notice)
        assert dict(counts) == {"laid": 4, "queued": 1, "sent": 1, "ended": 1, "unknown": 1}
        assert dict(causes) == {"blocked": 1, "timed_out": 1}
