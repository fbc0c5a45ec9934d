"""Nothing lost silently, nothing doubled: what becomes of a message to a person."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from api.conversations.transcript import tell
from api.deliveries.pacing import Granted, Want
from api.deliveries.sending import Sender
from api.deliveries.service import cancel
from api.deliveries.settling import settle_lost
from api.deliveries.slots import Slots
from dialogs.ports import Ended, Later, Unknown
from tests.builders.channels import Messenger
from tests.builders.clocks import StandingClock
from tests.builders.crews import Hands


@pytest.fixture
async def hands(app: FastAPI, now: StandingClock) -> Hands:
    """A worker, and a person in chat `a`."""
    made = Hands(app, Messenger(), now)
    await made.agree("a")
    made.messenger.sent.clear()
    return made


async def _tell(hands: Hands, occasion: str = "notice:1:r1") -> None:
    person = (await hands.contact("a")).person_id
    await hands.tell(person, "通知", occasion=occasion)


async def _last(hands: Hands) -> tuple[str, str | None]:
    rows = await hands.told()
    return rows[-1].state, rows[-1].cause


class TestOnce:
    async def test_an_occasion_is_told_a_person_once(self, hands: Hands) -> None:
        person = (await hands.contact("a")).person_id
        assert await hands.tell(person, "通知", occasion="notice:1:r1")
        assert not await hands.tell(person, "通知", occasion="notice:1:r1")
        await hands.work()
        await hands.work()
        assert [reply.text for reply in hands.messenger.to("a")] == ["通知"]
        assert await _last(hands) == ("sent", None)

    async def test_what_was_sent_is_kept_without_its_words(self, hands: Hands) -> None:
        await _tell(hands)
        await hands.work()
        row = (await hands.told())[-1]
        assert row.body is None
        assert row.reference == "m1"

    async def test_two_workers_share_the_rows(self, hands: Hands) -> None:
        for number in range(30):
            await _tell(hands, f"notice:{number}:r1")
        other = Hands(hands.app, hands.messenger, hands.now, owner="two")
        one, two = hands.sender, other.sender
        while sum(await asyncio.gather(one.send_some(), two.send_some())):
            pass
        assert len(hands.messenger.to("a")) == 30

    async def test_what_waits_can_be_taken_back(self, hands: Hands) -> None:
        await _tell(hands)
        async with hands.database.writing() as session:
            assert await cancel(session, ["notice:1:r1"], now=hands.now()) == 1
        await hands.work()
        assert hands.messenger.to("a") == []


class TestOutcomes:
    async def test_a_busy_messenger_is_asked_when_it_said(self, hands: Hands) -> None:
        hands.messenger.outcomes = [Later("too_many", hands.now() + timedelta(seconds=30))]
        await _tell(hands)
        await hands.work()
        hands.now.pass_by(seconds=29)
        await hands.work()
        assert hands.messenger.to("a") == []
        hands.now.pass_by(seconds=2)
        await hands.work()
        assert len(hands.messenger.to("a")) == 1

    async def test_a_messenger_that_is_away_is_asked_again_and_given_up_after_a_day(
        self, hands: Hands
    ) -> None:
        hands.messenger.outcomes = [Later("away") for _ in range(1000)]
        await _tell(hands)
        for _ in range(200):
            await hands.work()
            hands.now.pass_by(minutes=10)
        assert await _last(hands) == ("ended", "gave_up")

    async def test_an_unknown_outcome_is_never_sent_again(self, hands: Hands) -> None:
        hands.messenger.outcomes = [Unknown("timed_out")]
        await _tell(hands)
        for _ in range(5):
            await hands.work()
            hands.now.pass_by(hours=1)
        assert hands.messenger.to("a") == []
        assert await _last(hands) == ("unknown", "timed_out")

    async def test_a_channel_that_raises_leaves_an_unknown_outcome(self, hands: Hands) -> None:
        hands.messenger.outcomes = [RuntimeError("broken")]
        await _tell(hands)
        await hands.work()
        assert await _last(hands) == ("unknown", "channel_raised")

    async def test_a_worker_that_died_while_sending_leaves_an_unknown_outcome(
        self, hands: Hands
    ) -> None:
        class Died(BaseException):
            """The process is gone."""

        hands.messenger.outcomes = [Died()]
        await _tell(hands)
        with capture_logs() as logs:
            await hands.work()
        assert [each["error"] for each in logs if "error" in each] == ["Died"]
        hands.messenger.outcomes = []
        assert await settle_lost(hands.database, now=hands.now()) == []
        hands.now.pass_by(minutes=2)
        await hands.work()
        assert len(await settle_lost(hands.database, now=hands.now())) == 1
        await hands.work()
        assert hands.messenger.to("a") == []
        assert await _last(hands) == ("unknown", "worker_died")

    async def test_a_refused_message_ends_with_its_cause(self, hands: Hands) -> None:
        hands.messenger.outcomes = [Ended("bad_request")]
        await _tell(hands)
        await hands.work()
        assert await _last(hands) == ("ended", "bad_request")
        assert (await hands.contact("a")).ended_at is None

    async def test_a_blocked_chat_gets_nothing_more_until_they_write(self, hands: Hands) -> None:
        hands.messenger.outcomes = [Ended("blocked", contact_lost=True)]
        await _tell(hands)
        hands.now.pass_by(seconds=1)
        await _tell(hands, "notice:2:r1")
        await hands.work()
        assert hands.messenger.to("a") == []
        assert await _last(hands) == ("ended", "no_contact")
        await hands.write("a", text="菜单")
        await _tell(hands, "notice:3:r1")
        await hands.work()
        assert hands.messenger.to("a")[-1].text == "通知"


class Gate:
    """A budget that lets nothing through until it is opened."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.asked = asyncio.Event()

    async def reserve(self, wants: Sequence[Want]) -> Granted:
        self.asked.set()
        await self.open.wait()
        return Granted([0.0] * len(wants), 0.0)

    async def refused(self, want: Want, seconds: float) -> None:
        """Nobody refuses anything here."""


def _behind(hands: Hands, gate: Gate) -> Sender:
    """A worker whose messages wait at a gate."""
    channels = {hands.messenger.name: hands.messenger}
    return Sender(
        hands.database, channels, tell, hands.app.state.wake, owner="waiting", now=hands.now,
        slots={hands.messenger.name: Slots(gate, b"secret")},
    )  # fmt: skip


class TestInHand:
    """Taken up and waiting for its moment: not yet the messenger's, and anybody's again."""

    async def test_room_that_comes_is_used_at_once(
        self, hands: Hands, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """That there was no room for more of a broadcast does not mean that there is no more."""
        await hands.agree("b")
        hands.messenger.sent.clear()
        monkeypatch.setattr("api.deliveries.sending.MOST_BULK", 1)
        await _tell(hands)
        await hands.tell((await hands.contact("b")).person_id, "通知", occasion="notice:1:r1")
        gate = Gate()
        sender = _behind(hands, gate)
        assert await sender.send_some() == 1
        looking = asyncio.create_task(sender.send_some())  # both hands are full
        await gate.asked.wait()
        gate.open.set()
        await looking
        await sender.send_some()
        await sender.in_hand()
        assert len(hands.messenger.to("a")) == len(hands.messenger.to("b")) == 1

    async def test_what_is_taken_back_meanwhile_is_not_sent(self, hands: Hands) -> None:
        await _tell(hands)
        gate = Gate()
        sender = _behind(hands, gate)
        assert await sender.send_some() == 1
        await gate.asked.wait()
        async with hands.database.writing() as session:
            assert await cancel(session, ["notice:1:r1"], now=hands.now()) == 1
        gate.open.set()
        await sender.in_hand()
        assert hands.messenger.to("a") == []
        assert await _last(hands) == ("cancelled", None)

    async def test_of_a_worker_that_died_another_sends_it_and_nobody_twice(
        self, hands: Hands
    ) -> None:
        await _tell(hands)
        gate = Gate()
        sender = _behind(hands, gate)
        await sender.send_some()
        await gate.asked.wait()
        await hands.work()
        assert hands.messenger.to("a") == []
        hands.now.pass_by(seconds=61)
        assert not await settle_lost(hands.database, now=hands.now())
        await hands.work()
        assert len(hands.messenger.to("a")) == 1
        gate.open.set()
        await sender.in_hand()
        assert len(hands.messenger.to("a")) == 1
        assert await _last(hands) == ("sent", None)

    async def test_it_stays_the_workers_as_long_as_that_lives(self, hands: Hands) -> None:
        await _tell(hands)
        gate = Gate()
        sender = _behind(hands, gate)
        await sender.send_some()
        await gate.asked.wait()
        for _ in range(3):
            hands.now.pass_by(seconds=40)
            await sender.renew()
            await hands.work()
        assert hands.messenger.to("a") == []
        gate.open.set()
        await sender.in_hand()
        assert len(hands.messenger.to("a")) == 1


class TestTranscript:
    async def test_what_arrived_of_our_own_accord_stands_in_it_once(self, hands: Hands) -> None:
        await _tell(hands)
        await hands.work()
        assert await hands.transcript("a", "通知") == 1

    async def test_what_did_not_arrive_does_not(self, hands: Hands) -> None:
        hands.messenger.outcomes = [Unknown("timed_out")]
        await _tell(hands)
        await hands.work()
        assert await hands.transcript("a", "通知") == 0
