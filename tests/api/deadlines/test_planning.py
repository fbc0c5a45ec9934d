"""Ladders are laid once for everybody who follows, and anew when a window moves."""

from datetime import timedelta

import pytest

from api.accounts.actors import Actor
from api.deadlines import tasks
from tests.builders.followers import a_follower, an_organisation
from tests.builders.ladders import Ladders
from tests.builders.windows import a_change, a_level, a_window, a_withdrawal

WHOLE = ["30d", "14d", "7d", "3d", "1d", "0d"]


class TestPublished:
    async def test_every_follower_is_told_once_and_has_the_ladder(
        self, ladders: Ladders, official: Actor
    ) -> None:
        people = [(await a_follower(ladders.database, ladders.base))[0] for _ in range(3)]
        await a_follower(ladders.database, ladders.base, programme="pilot-base-review")
        await a_window(ladders.database, official)
        await ladders.plan()
        await ladders.fire()
        for person in people:
            assert await ladders.steps("planned", person.id) == WHOLE
            assert await ladders.occasions(person.id) == ["reminder:new:r1"]
        assert len(await ladders.reminders()) == 3 * 7

    async def test_the_ladder_is_of_the_first_cut_off_of_their_place(
        self, ladders: Ladders, official: Actor
    ) -> None:
        near, _ = await a_follower(ladders.database, ladders.base, region="luoyang")
        far, _ = await a_follower(ladders.database, ladders.base, region="zhengzhou")
        await a_window(
            ladders.database, official, a_level(days=10, region="luoyang"), a_level(days=40)
        )
        await ladders.plan()
        assert await ladders.steps("planned", near.id) == ["new", "7d", "3d", "1d", "0d"]
        assert await ladders.steps("planned", far.id) == ["new", *WHOLE]

    async def test_a_window_of_one_place_is_told_there_and_where_the_place_is_not_known(
        self, ladders: Ladders, official: Actor
    ) -> None:
        here, _ = await a_follower(ladders.database, ladders.base, region="luoyang")
        elsewhere, _ = await a_follower(ladders.database, ladders.base, region="zhengzhou")
        unknown, _ = await a_follower(ladders.database, ladders.base)
        await a_window(ladders.database, official, region="luoyang")
        await ladders.plan()
        assert await ladders.steps("planned", here.id)
        assert await ladders.steps("planned", unknown.id)
        assert await ladders.steps("planned", elsewhere.id) == []


class TestBatches:
    @pytest.fixture(autouse=True)
    def small_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tasks, "BATCH", 2)
        monkeypatch.setattr(tasks, "_HELD_SECONDS", 60)

    async def test_a_plan_goes_on_where_another_worker_stopped(
        self, ladders: Ladders, official: Actor
    ) -> None:
        people = [(await a_follower(ladders.database, ladders.base))[0] for _ in range(5)]
        await a_window(ladders.database, official)
        assert await ladders.worker("one").lay_plans(ladders.now()) == 1
        assert len({row.person_id for row in await ladders.reminders()}) == 2
        while await ladders.worker("two").lay_plans(ladders.now()):
            pass
        for person in people:
            assert await ladders.steps("planned", person.id) == ["new", *WHOLE]

    async def test_a_batch_that_takes_too_long_ends_early_and_loses_nobody(
        self, ladders: Ladders, official: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tasks, "_HELD_SECONDS", 0)
        people = [(await a_follower(ladders.database, ladders.base))[0] for _ in range(3)]
        await a_window(ladders.database, official)
        await ladders.worker("one").lay_plans(ladders.now())
        assert len({row.person_id for row in await ladders.reminders()}) == 1
        while await ladders.worker("one").lay_plans(ladders.now()):
            pass
        for person in people:
            assert await ladders.steps("planned", person.id) == ["new", *WHOLE]


class TestMoved:
    async def test_those_who_were_told_hear_that_it_moved_once(
        self, ladders: Ladders, official: Actor
    ) -> None:
        person, _ = await a_follower(ladders.database, ladders.base)
        window = await a_window(ladders.database, official)
        await ladders.plan()
        await ladders.fire()
        await a_change(ladders.database, window, a_level(days=20), now=ladders.now())
        await ladders.plan()
        await ladders.fire()
        assert await ladders.occasions(person.id) == [
            "reminder:new:r1 cancelled", "reminder:moved:r2",
        ]  # fmt: skip
        assert await ladders.steps("cancelled", person.id) == WHOLE
        assert await ladders.steps("planned", person.id) == ["14d", "7d", "3d", "1d", "0d"]

    async def test_whoever_was_never_told_hears_of_it_as_new(
        self, ladders: Ladders, official: Actor
    ) -> None:
        person, _ = await a_follower(ladders.database, ladders.base)
        window = await a_window(ladders.database, official)
        await a_change(ladders.database, window, a_level(days=20), now=ladders.now())
        await ladders.plan()
        await ladders.fire()
        assert await ladders.occasions(person.id) == ["reminder:new:r2"]

    async def test_whoever_joins_before_the_new_plan_is_told_once(
        self, ladders: Ladders, official: Actor
    ) -> None:
        person, organisation = await a_follower(ladders.database, ladders.base, programme="")
        window = await a_window(ladders.database, official)
        await a_change(ladders.database, window, a_level(days=20), now=ladders.now())
        await ladders.follow(person, organisation)
        await ladders.fire()
        await ladders.plan()
        await ladders.fire()
        assert await ladders.occasions(person.id) == ["reminder:new:r2"]

    async def test_where_it_is_no_longer_for_them_they_hear_that_it_is_void(
        self, ladders: Ladders, official: Actor
    ) -> None:
        person, _ = await a_follower(ladders.database, ladders.base, region="zhengzhou")
        window = await a_window(ladders.database, official)
        await ladders.plan()
        await ladders.fire()
        await a_change(ladders.database, window, region="luoyang", now=ladders.now())
        await ladders.plan()
        assert "withdrawn:r2" in await ladders.occasions(person.id)
        assert await ladders.steps("planned", person.id) == []


class TestWithdrawn:
    async def test_only_those_who_were_told_hear_of_it(
        self, ladders: Ladders, official: Actor
    ) -> None:
        told, _ = await a_follower(ladders.database, ladders.base)
        window = await a_window(ladders.database, official)
        await ladders.plan()
        await ladders.fire()
        late, _ = await a_follower(ladders.database, ladders.base)
        await a_withdrawal(ladders.database, window, now=ladders.now())
        await ladders.plan()
        await ladders.pass_days(45)
        assert await ladders.occasions(told.id) == ["reminder:new:r1 cancelled", "withdrawn:r2"]
        assert await ladders.occasions(late.id) == []
        assert await ladders.steps("planned") == []

    async def test_a_plan_that_comes_after_the_withdrawal_lays_nothing(
        self, ladders: Ladders, official: Actor
    ) -> None:
        await a_follower(ladders.database, ladders.base)
        window = await a_window(ladders.database, official)
        await a_withdrawal(ladders.database, window, now=ladders.now())
        await ladders.plan()
        assert await ladders.reminders() == []


class TestJoining:
    async def test_a_late_joiner_is_told_at_once_and_has_what_is_left(
        self, ladders: Ladders, official: Actor
    ) -> None:
        person, organisation = await a_follower(ladders.database, ladders.base, programme="")
        await a_window(ladders.database, official)
        await ladders.plan()
        ladders.now.pass_by(days=30)
        await ladders.follow(person, organisation)
        await ladders.fire()
        assert await ladders.occasions(person.id) == ["reminder:new:r1"]
        assert await ladders.steps("planned", person.id) == ["7d", "3d", "1d", "0d"]

    async def test_leaving_ends_the_ladder_and_coming_back_brings_it_back(
        self, ladders: Ladders, official: Actor
    ) -> None:
        person, organisation = await a_follower(ladders.database, ladders.base)
        await a_window(ladders.database, official)
        await ladders.plan()
        await ladders.fire()
        await ladders.unfollow(person)
        assert await ladders.steps("planned", person.id) == []
        ladders.now.pass_by(days=20)
        await ladders.follow(person, organisation)
        await ladders.fire()
        assert await ladders.steps("planned", person.id) == ["14d", "7d", "3d", "1d", "0d"]
        assert await ladders.occasions(person.id) == ["reminder:new:r1"]

    async def test_following_for_an_organisation_elsewhere_moves_the_steps(
        self, ladders: Ladders, official: Actor
    ) -> None:
        person, _ = await a_follower(ladders.database, ladders.base, region="zhengzhou")
        other = await an_organisation(ladders.database, ladders.base, person, region="luoyang")
        await a_window(
            ladders.database, official, a_level(days=38, region="luoyang"), a_level(days=40)
        )
        await ladders.plan()
        before = [row.run_at for row in await ladders.reminders(person.id) if row.step == "7d"]
        await ladders.follow(person, other)
        (row,) = [row for row in await ladders.reminders(person.id) if row.step == "7d"]
        assert before == [row.run_at + timedelta(days=2)]
        assert row.organisation_id == other.id

    async def test_a_window_that_is_over_for_them_is_not_told(
        self, ladders: Ladders, official: Actor
    ) -> None:
        person, organisation = await a_follower(ladders.database, ladders.base, programme="")
        await a_window(ladders.database, official, a_level(days=5), a_level("省级", days=60))
        ladders.now.pass_by(days=6)
        await ladders.follow(person, organisation)
        assert await ladders.reminders() == []
