"""The program's own loops do what no request asks for: each is left out at somebody's cost."""

from dataclasses import replace
from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy import select

from api.deliveries.models import DeliveryState, Priority
from api.deliveries.service import lay
from api.enterprises.models import Person
from api.tickets.models import Ticket, TicketState
from api.working import Crew, Duties
from dialogs.message import Reply
from tests.builders.channels import Messenger
from tests.builders.clocks import StandingClock
from tests.builders.crews import Hands


async def _work(app: FastAPI) -> None:
    """Every loop of the program once."""
    for loop in app.state.crew.loops():
        await loop.work()


class TestLoops:
    async def test_a_hold_that_ran_out_is_given_back(
        self, app: FastAPI, now: StandingClock
    ) -> None:
        hands = Hands(app, Messenger(), now)
        await hands.agree("a")
        await hands.write("a", text="人工")
        await hands.write("a", press="do:confirm")
        async with hands.database.writing() as session:
            ticket = (await session.scalars(select(Ticket))).one()
            ticket.state, ticket.held_until = TicketState.HELD.value, now() - timedelta(minutes=1)
        await _work(app)
        async with hands.database.reading() as session:
            ticket = (await session.scalars(select(Ticket))).one()
        assert (ticket.state, ticket.held_until) == (TicketState.OPEN.value, None)

    async def test_what_a_dead_worker_was_sending_is_settled_as_unknown(
        self, app: FastAPI, now: StandingClock
    ) -> None:
        hands = Hands(app, Messenger(), now)
        await hands.agree("a")
        person = (await hands.contact("a")).person_id
        async with hands.database.writing() as session:
            await lay(
                session, occasion="notice:1:r1", person=person, priority=Priority.BULK,
                replies={"zh": Reply(kind="notice", text="通知")}, now=now(),
            )  # fmt: skip
        row = (await hands.told())[-1]
        async with hands.database.writing() as session:
            kept = await session.merge(row)
            kept.state, kept.owner = DeliveryState.SENDING.value, "dead"
            kept.lease_until = now() - timedelta(seconds=1)
        await _work(app)
        assert (await hands.told())[-1].state == DeliveryState.UNKNOWN.value

    async def test_whoever_rests_too_long_is_erased(self, app: FastAPI, now: StandingClock) -> None:
        hands = Hands(app, Messenger(), now)
        await hands.agree("a")
        now.pass_by(days=app.state.settings.retention_days + 1)
        await _work(app)
        async with hands.database.reading() as session:
            assert (await session.scalars(select(Person))).all() == []

    async def test_a_process_without_that_duty_has_none(self, app: FastAPI) -> None:
        crew: Crew = app.state.crew
        assert "take" in [loop.name for loop in crew.loops()]
        listening = replace(crew, duties=Duties.LISTEN)
        assert [loop.name for loop in listening.loops()] == ["release"]
