"""A step that is due is looked at again, and told exactly once or not at all."""

import asyncio

import pytest

from api.accounts.actors import Actor
from api.deadlines.models import Reminder
from api.enterprises.models import Person
from api.enterprises.service import remember
from api.foundation.ledger import LEASE, claim
from api.library.models import Window
from api.library.windows import window_with
from dialogs.message import Reply
from knowledge.profile import Asking
from tests.builders.followers import a_follower, told
from tests.builders.ladders import Ladders
from tests.builders.windows import a_change, a_level, a_window


@pytest.fixture
async def person(ladders: Ladders) -> Person:
    return (await a_follower(ladders.database, ladders.base))[0]


@pytest.fixture
async def window(ladders: Ladders, official: Actor, person: Person) -> Window:
    """A window of forty days whose ladder is laid for the person."""
    del person
    made = await a_window(ladders.database, official)
    await ladders.plan()
    return made


async def reasons(ladders: Ladders) -> set[str | None]:
    """Why steps were skipped."""
    return {row.reason for row in await ladders.reminders() if row.state == "skipped"}


class TestTold:
    async def test_each_step_is_told_on_its_morning_and_nothing_after_the_cut_off(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        del window
        await ladders.fire()
        await ladders.pass_days(60)
        steps = ["new", "30d", "14d", "7d", "3d", "1d", "0d"]
        assert await ladders.occasions(person.id) == [f"reminder:{step}:r1" for step in steps]

    async def test_a_message_has_both_languages_and_its_buttons(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        await ladders.fire()
        (row,) = await told(ladders.database, person.id)
        assert isinstance(row.body, dict)
        zh, en = (Reply.model_validate(row.body[language]) for language in ("zh", "en"))
        assert window.title in zh.text
        assert "new-rd" not in en.text
        assert len(zh.choices) == len(en.choices) == 4
        assert row.occasion == f"reminder:{window.id}:new:r1"

    async def test_a_worker_that_was_away_for_weeks_tells_no_stale_step(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        del window
        ladders.now.pass_by(days=41)
        await ladders.fire()
        assert await ladders.occasions(person.id) == []
        assert await reasons(ladders) == {"closed"}


class TestNoLongerDue:
    async def test_whoever_follows_no_longer_is_not_told(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        del window
        async with ladders.database.writing() as session:
            row = await session.get_one(Person, person.id)
            await session.delete(row)
        await ladders.fire()
        assert await told(ladders.database) == []

    async def test_a_revision_that_is_not_planned_yet_silences_the_old_one(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        await a_change(ladders.database, window, a_level(days=50), now=ladders.now())
        await ladders.fire()
        assert await ladders.occasions(person.id) == []
        assert await reasons(ladders) == {"moved"}

    async def test_an_organisation_that_is_ruled_out_meanwhile_is_not_told(
        self, ladders: Ladders, official: Actor
    ) -> None:
        person, organisation = await a_follower(ladders.database, ladders.base)
        await a_window(ladders.database, official)
        await ladders.plan()
        async with ladders.database.writing() as session:
            await remember(
                session, ladders.base, organisation.id, Asking(fact="legal_person"), "no",
                source="said", person=person.id, now=ladders.now(),
            )  # fmt: skip
        await ladders.fire()
        assert await ladders.occasions(person.id) == []
        assert await reasons(ladders) == {"ruled_out"}

    async def test_a_programme_the_release_has_no_more_is_not_told(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        async with ladders.database.writing() as session:
            (await window_with(session, window.id)).programme = "gone"
        await ladders.fire()
        assert await ladders.occasions(person.id) == []
        assert await reasons(ladders) == {"unfollowed"}


class TestAnswers:
    async def test_filed_ends_what_is_left(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        await ladders.fire()
        await ladders.answer(person, window, "filed")
        await ladders.pass_days(45)
        assert await ladders.occasions(person.id) == ["reminder:new:r1"]

    async def test_not_for_us_holds_when_the_window_moves(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        await ladders.fire()
        await ladders.answer(person, window, "not_for_us")
        await a_change(ladders.database, window, a_level(days=50), now=ladders.now())
        await ladders.plan()
        await ladders.pass_days(55)
        assert await ladders.occasions(person.id) == ["reminder:new:r1 cancelled"]

    async def test_later_is_tomorrow_and_once_however_often_it_is_pressed(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        await ladders.fire()
        for _ in range(3):
            await ladders.answer(person, window, "later")
        await ladders.pass_days(2)
        await ladders.answer(person, window, "later")
        await ladders.pass_days(2)
        assert await ladders.occasions(person.id) == [
            "reminder:new:r1", "reminder:later:1:r1", "reminder:later:2:r1",
        ]  # fmt: skip

    async def test_later_adds_nothing_where_the_ladder_comes_sooner(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        await ladders.pass_days(38)
        await ladders.answer(person, window, "later")
        assert not [row for row in await ladders.reminders() if row.step.startswith("later")]

    async def test_later_after_filed_takes_the_answer_back(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        await ladders.fire()
        await ladders.answer(person, window, "filed")
        await ladders.answer(person, window, "later")
        await ladders.pass_days(12)
        assert await ladders.occasions(person.id) == [
            "reminder:new:r1", "reminder:later:1:r1", "reminder:30d:r1",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "forged", ["", "x", "7595dda7-6d5f-42bf-ab7d-4a85c66c0d64", "0" * 5000]
    )
    async def test_a_forged_window_changes_nothing(
        self, ladders: Ladders, window: Window, person: Person, forged: str
    ) -> None:
        del window
        for answer in ("filed", "later", "not_for_us"):
            await ladders.answer(person, forged, answer)
        assert len(await ladders.steps("planned", person.id)) == 7

    async def test_another_persons_ladder_is_untouched(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        stranger, _ = await a_follower(ladders.database, ladders.base, programme="")
        for answer in ("later", "filed"):
            await ladders.answer(stranger, window, answer)
        assert len(await ladders.steps("planned", person.id)) == 7
        assert await ladders.reminders(stranger.id) == []


class TestExactlyOnce:
    async def test_two_workers_at_once_tell_each_person_once(
        self, ladders: Ladders, official: Actor
    ) -> None:
        for _ in range(6):
            await a_follower(ladders.database, ladders.base)
        await a_window(ladders.database, official)
        one, two = ladders.worker("one"), ladders.worker("two")
        while sum(await asyncio.gather(*(w.lay_plans(ladders.now()) for w in (one, two)))):
            pass
        while sum(await asyncio.gather(*(w.fire_reminders(ladders.now()) for w in (one, two)))):
            pass
        rows = await told(ladders.database)
        assert len(rows) == len({row.person_id for row in rows}) == 6
        assert len(await ladders.steps("fired")) == 6

    async def test_what_a_worker_claimed_and_left_is_told_when_its_lease_ends(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        del window
        async with ladders.database.writing() as session:
            left = await claim(session, Reminder, owner="dead", now=ladders.now(), limit=10)
        assert len(left) == 1
        await ladders.fire()
        assert await ladders.occasions(person.id) == []
        ladders.now.pass_by(seconds=LEASE.total_seconds() + 1)
        await ladders.fire()
        await ladders.fire()
        assert await ladders.occasions(person.id) == ["reminder:new:r1"]

    async def test_a_worker_that_lost_its_lease_tells_nothing(
        self, ladders: Ladders, window: Window, person: Person
    ) -> None:
        del window
        slow = ladders.worker("slow")
        async with ladders.database.writing() as session:
            (row,) = await claim(session, Reminder, owner="slow", now=ladders.now(), limit=10)
        ladders.now.pass_by(seconds=LEASE.total_seconds() + 1)
        await ladders.fire()
        await slow._fire_one(row.id, ladders.now())
        assert await ladders.occasions(person.id) == ["reminder:new:r1"]

    async def test_a_row_that_cannot_be_told_keeps_nobody_waiting(
        self, ladders: Ladders, official: Actor
    ) -> None:
        person, _ = await a_follower(ladders.database, ladders.base)
        broken = await a_window(ladders.database, official)
        whole = await a_window(ladders.database, official)
        await ladders.plan()
        async with ladders.database.writing() as session:
            row = await window_with(session, broken.id)
            row.levels = [{"zh": "", "at": row.closes_at.isoformat()}]
        await ladders.fire()
        assert [row.occasion for row in await told(ladders.database, person.id)] == [
            f"reminder:{whole.id}:new:r1"
        ]
