"""A person holds a conversation: one at a time, for so long, and seen by their own office."""

import asyncio
from collections.abc import Sequence

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlmodel import col

from api.accounts.actors import Actor
from api.accounts.models import Role
from api.deliveries.models import Delivery, DeliveryState
from api.foundation.errors import (
    BadInput,
    HeldAlready,
    HuiqiError,
    NotAllowed,
    NotFound,
    NotHolder,
    WrongState,
)
from api.tickets.claim import claim
from api.tickets.close import close, give_back, reopen
from api.tickets.models import Ticket, TicketState
from api.tickets.queue import count_waiting, find_ticket, list_tickets
from api.tickets.reply import Answer, answers_on, reply, send_again
from api.tickets.service import holder_of, take_back
from api.tickets.tasks import end_holds
from tests.builders.accounts import an_office
from tests.builders.clocks import StandingClock
from tests.builders.tickets import Somebody, a_person, a_ticket, an_actor


class Desk:
    """One member of staff at work, each deed a transaction of its own."""

    def __init__(self, app: FastAPI, actor: Actor) -> None:
        self.app, self.actor = app, actor

    async def ticket(self, ticket: Ticket) -> Ticket:
        async with self.app.state.database.reading() as session:
            return await find_ticket(session, ticket.id, seen_by=self.actor)

    async def claim(self, ticket: Ticket) -> None:
        async with self.app.state.database.writing() as session:
            row = await find_ticket(session, ticket.id, seen_by=self.actor)
            await claim(session, self.actor, row, now=self.app.state.now())

    async def reply(self, ticket: Ticket, text: str, token: str) -> bool:
        async with self.app.state.database.writing() as session:
            row = await find_ticket(session, ticket.id, seen_by=self.actor)
            return await reply(session, self.actor, row, text, token, now=self.app.state.now())

    async def again(self, ticket: Ticket, sequence: int) -> bool:
        async with self.app.state.database.writing() as session:
            row = await find_ticket(session, ticket.id, seen_by=self.actor)
            return await send_again(session, self.actor, row, sequence, now=self.app.state.now())

    async def give_back(self, ticket: Ticket) -> None:
        async with self.app.state.database.writing() as session:
            row = await find_ticket(session, ticket.id, seen_by=self.actor)
            await give_back(session, self.actor, row, now=self.app.state.now())

    async def close(self, ticket: Ticket) -> None:
        async with self.app.state.database.writing() as session:
            row = await find_ticket(session, ticket.id, seen_by=self.actor)
            await close(session, self.actor, row, now=self.app.state.now())

    async def reopen(self, ticket: Ticket) -> None:
        async with self.app.state.database.writing() as session:
            row = await find_ticket(session, ticket.id, seen_by=self.actor)
            await reopen(session, self.actor, row)

    async def answers(self, ticket: Ticket) -> Sequence[Answer]:
        async with self.app.state.database.reading() as session:
            return await answers_on(session, ticket)

    async def queue(self, *, closed: bool = False) -> list[tuple[str, str]]:
        """Reason and holder of each line."""
        async with self.app.state.database.reading() as session:
            lines = await list_tickets(
                session, seen_by=self.actor, now=self.app.state.now(), closed=closed
            )
        return [(line.ticket.reason, line.holder) for line in lines]


@pytest.fixture
async def zhang(app: FastAPI) -> Desk:
    return Desk(app, await an_actor(app, Role.STAFF, name="张三"))


@pytest.fixture
async def li(app: FastAPI) -> Desk:
    return Desk(app, await an_actor(app, Role.STAFF, name="李四"))


async def told(app: FastAPI, somebody: Somebody) -> list[str]:
    """What each message to a person is about, without the ticket's id."""
    async with app.state.database.reading() as session:
        found = await session.scalars(
            select(col(Delivery.occasion))
            .where(col(Delivery.person_id) == somebody.person)
            .order_by(col(Delivery.created_at), col(Delivery.occasion))
        )
        return [occasion.split(":", 2)[2] for occasion in found]


async def holder(app: FastAPI, somebody: Somebody) -> str:
    async with app.state.database.reading() as session:
        return await holder_of(session, somebody.contact, now=app.state.now())


async def settle(app: FastAPI, ticket: Ticket, sequence: int, state: DeliveryState) -> None:
    """What became of an answer."""
    async with app.state.database.writing() as session:
        await session.execute(
            update(Delivery)
            .where(col(Delivery.occasion) == f"ticket:{ticket.id}:{sequence}")
            .values(state=state.value, cause="timeout", done_at=app.state.now())
        )


class TestClaim:
    async def test_silences_the_assistant_and_tells_the_applicant_once(
        self, app: FastAPI, zhang: Desk
    ) -> None:
        somebody = await a_person(app)
        ticket = await a_ticket(app, somebody)
        await zhang.claim(ticket)
        await zhang.claim(ticket)
        assert await holder(app, somebody) == "张三"
        assert await told(app, somebody) == ["claimed:1"]

    async def test_of_two_at_once_one_wins_and_the_other_hears_who(
        self, app: FastAPI, zhang: Desk, li: Desk
    ) -> None:
        somebody = await a_person(app)
        ticket = await a_ticket(app, somebody)
        ended = await asyncio.gather(zhang.claim(ticket), li.claim(ticket), return_exceptions=True)
        refused = [each for each in ended if each is not None]
        assert len(refused) == 1
        assert isinstance(refused[0], HeldAlready | NotFound)
        assert await told(app, somebody) == ["claimed:1"]

    async def test_of_many_of_one_office_one_wins(self, app: FastAPI) -> None:
        office = await an_office(app)
        somebody = await a_person(app)
        ticket = await a_ticket(app, somebody)
        desks = [Desk(app, await an_actor(app, Role.STAFF, office=office)) for _ in range(6)]
        ended = await asyncio.gather(*(d.claim(ticket) for d in desks), return_exceptions=True)
        assert sum(each is None for each in ended) == 1
        assert sum(isinstance(each, HeldAlready) for each in ended) == 5
        assert await told(app, somebody) == ["claimed:1"]

    async def test_a_chat_with_two_tickets_has_one_holder(
        self, app: FastAPI, zhang: Desk, li: Desk
    ) -> None:
        somebody = await a_person(app)
        first, second = await a_ticket(app, somebody), await a_ticket(app, somebody)
        ended = await asyncio.gather(zhang.claim(first), li.claim(second), return_exceptions=True)
        assert sum(isinstance(each, HeldAlready) for each in ended) == 1

    async def test_the_holder_takes_the_other_ticket_of_the_chat_too(
        self, app: FastAPI, zhang: Desk
    ) -> None:
        somebody = await a_person(app)
        first, second = await a_ticket(app, somebody), await a_ticket(app, somebody)
        await zhang.claim(first)
        await zhang.claim(second)
        assert await told(app, somebody) == ["claimed:1"]
        await zhang.give_back(first)
        assert await holder(app, somebody) == "张三"
        assert await told(app, somebody) == ["claimed:1"], "the assistant is still silent"
        await zhang.give_back(second)
        assert await holder(app, somebody) == ""
        assert sorted(await told(app, somebody)) == ["back:1", "claimed:1"]

    async def test_a_closed_one_is_not_taken(self, app: FastAPI, zhang: Desk) -> None:
        ticket = await a_ticket(app)
        await zhang.close(ticket)
        with pytest.raises(WrongState):
            await zhang.claim(ticket)

    async def test_each_time_is_told_anew(self, app: FastAPI, zhang: Desk) -> None:
        somebody = await a_person(app)
        ticket = await a_ticket(app, somebody)
        for _ in range(2):
            await zhang.claim(ticket)
            await zhang.give_back(ticket)
        assert sorted(await told(app, somebody)) == ["back:1", "back:2", "claimed:1", "claimed:2"]


class TestHold:
    async def test_is_over_at_its_end_though_nobody_swept(
        self, app: FastAPI, now: StandingClock, zhang: Desk
    ) -> None:
        somebody = await a_person(app)
        ticket = await a_ticket(app, somebody, reason="问题")
        await zhang.claim(ticket)
        now.pass_by(minutes=30)
        assert await holder(app, somebody) == ""
        assert await zhang.queue() == [("问题", "")]
        with pytest.raises(NotHolder):
            await zhang.reply(ticket, "来晚了", "t1")
        await zhang.claim(ticket)
        assert await holder(app, somebody) == "张三"

    async def test_that_ran_out_is_ended_once(
        self, app: FastAPI, now: StandingClock, zhang: Desk
    ) -> None:
        somebody = await a_person(app)
        ticket = await a_ticket(app, somebody)
        await zhang.claim(ticket)
        now.pass_by(minutes=29)
        assert await end_holds(app.state.database, now=now()) == 0
        now.pass_by(minutes=1)
        assert await end_holds(app.state.database, now=now()) == 1
        assert await end_holds(app.state.database, now=now()) == 0
        assert await told(app, somebody) == ["claimed:1", "back:1"]
        assert (await zhang.ticket(ticket)).state == TicketState.OPEN.value

    async def test_lasts_from_the_last_answer(
        self, app: FastAPI, now: StandingClock, zhang: Desk
    ) -> None:
        somebody = await a_person(app)
        ticket = await a_ticket(app, somebody)
        await zhang.claim(ticket)
        now.pass_by(minutes=20)
        await zhang.reply(ticket, "还在查", "t1")
        now.pass_by(minutes=20)
        assert await holder(app, somebody) == "张三"

    async def test_ends_when_the_applicant_takes_the_assistant_back(
        self, app: FastAPI, zhang: Desk
    ) -> None:
        somebody = await a_person(app)
        ticket = await a_ticket(app, somebody)
        await zhang.claim(ticket)
        async with app.state.database.writing() as session:
            await take_back(session, somebody.contact)
        assert await holder(app, somebody) == ""
        with pytest.raises(NotHolder):
            await zhang.reply(ticket, "您好", "t1")


class TestReply:
    async def test_the_same_form_twice_is_one_message(self, app: FastAPI, zhang: Desk) -> None:
        somebody = await a_person(app)
        ticket = await a_ticket(app, somebody)
        await zhang.claim(ticket)
        sent = await asyncio.gather(*(zhang.reply(ticket, "您好", "t1") for _ in range(4)))
        assert sorted(sent) == [False, False, False, True]
        assert await zhang.reply(ticket, "您好", "t2")
        assert [each.sequence for each in await zhang.answers(ticket)] == [1, 2]
        assert sorted(await told(app, somebody)) == ["1", "2", "claimed:1"]

    @pytest.mark.parametrize("text", ["", " \r\n ", "长" * 3501])
    async def test_refuses_what_is_no_answer(self, app: FastAPI, zhang: Desk, text: str) -> None:
        ticket = await a_ticket(app)
        await zhang.claim(ticket)
        with pytest.raises(BadInput):
            await zhang.reply(ticket, text, "t1")

    async def test_is_the_holders_alone(self, app: FastAPI) -> None:
        office = await an_office(app)
        first, second = [
            Desk(app, await an_actor(app, Role.STAFF, office=office)) for _ in range(2)
        ]
        ticket = await a_ticket(app)
        for desk in (first, second):
            with pytest.raises(NotHolder):
                await desk.reply(ticket, "您好", "t1")
        await first.claim(ticket)
        for deed in (second.reply(ticket, "您好", "t1"), second.give_back(ticket),
                     second.close(ticket)):  # fmt: skip
            with pytest.raises(NotHolder):
                await deed

    async def test_says_what_became_of_it(self, app: FastAPI, zhang: Desk) -> None:
        ticket = await a_ticket(app)
        await zhang.claim(ticket)
        await zhang.reply(ticket, "您好", "t1")
        assert [each.state for each in await zhang.answers(ticket)] == ["queued"]
        await settle(app, ticket, 1, DeliveryState.ENDED)
        (answer,) = await zhang.answers(ticket)
        assert (answer.state, answer.cause, answer.may_repeat) == ("ended", "timeout", False)
        assert (answer.author, answer.text) == ("张三", "您好")


class TestSendAgain:
    async def test_sends_an_unknown_one_once_more_and_only_once(
        self, app: FastAPI, zhang: Desk
    ) -> None:
        somebody = await a_person(app)
        ticket = await a_ticket(app, somebody)
        await zhang.claim(ticket)
        await zhang.reply(ticket, "您好", "t1")
        await settle(app, ticket, 1, DeliveryState.UNKNOWN)
        assert (await zhang.answers(ticket))[0].may_repeat
        assert await zhang.again(ticket, 1)
        assert not await zhang.again(ticket, 1)
        first, second = await zhang.answers(ticket)
        assert (first.repeated, first.may_repeat) == (True, False)
        assert (second.text, second.state) == ("您好", "queued")
        assert sorted(await told(app, somebody)) == ["1", "2", "claimed:1"]

    @pytest.mark.parametrize(
        "state", [DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.ENDED]
    )
    async def test_refuses_where_it_is_known(
        self, app: FastAPI, zhang: Desk, state: DeliveryState
    ) -> None:
        ticket = await a_ticket(app)
        await zhang.claim(ticket)
        await zhang.reply(ticket, "您好", "t1")
        await settle(app, ticket, 1, state)
        with pytest.raises(WrongState):
            await zhang.again(ticket, 1)
        with pytest.raises(NotFound):
            await zhang.again(ticket, 7)


class TestClose:
    async def test_tells_the_applicant_and_leaves_the_queue(
        self, app: FastAPI, zhang: Desk
    ) -> None:
        somebody = await a_person(app)
        ticket = await a_ticket(app, somebody, reason="问题")
        await zhang.claim(ticket)
        await zhang.close(ticket)
        assert await zhang.queue() == []
        assert await zhang.queue(closed=True) == [("问题", "")]
        assert sorted(await told(app, somebody)) == ["back:1", "claimed:1"]
        with pytest.raises(WrongState):
            await zhang.close(ticket)

    async def test_can_be_taken_back(self, app: FastAPI, zhang: Desk) -> None:
        ticket = await a_ticket(app)
        with pytest.raises(WrongState):
            await zhang.reopen(ticket)
        await zhang.close(ticket)
        await zhang.reopen(ticket)
        row = await zhang.ticket(ticket)
        assert (row.state, row.closed_at) == (TicketState.OPEN.value, None)
        await zhang.claim(ticket)


class TestWhoSees:
    async def test_ones_own_office_and_what_is_nobodys(
        self, app: FastAPI, zhang: Desk, li: Desk
    ) -> None:
        open_, taken = await a_ticket(app, reason="无主"), await a_ticket(app, reason="张三的")
        await zhang.claim(taken)
        assert await zhang.queue() == [("无主", ""), ("张三的", "张三")]
        assert await li.queue() == [("无主", "")]
        assert (await li.ticket(open_)).reason == "无主"
        with pytest.raises(NotFound):
            await li.ticket(taken)

    async def test_an_auditor_reads_all_and_changes_nothing(
        self, app: FastAPI, zhang: Desk
    ) -> None:
        auditor = Desk(app, await an_actor(app, Role.AUDITOR))
        free, taken = await a_ticket(app), await a_ticket(app)
        await zhang.claim(taken)
        assert len(await auditor.queue()) == 2
        for deed in (auditor.claim(free), auditor.close(free), auditor.reopen(free),
                     auditor.reply(taken, "您好", "t1"), auditor.give_back(taken)):  # fmt: skip
            with pytest.raises(NotAllowed):
                await deed

    @pytest.mark.parametrize("role", [Role.OFFICIAL, Role.ADMIN])
    async def test_others_see_none(self, app: FastAPI, role: Role) -> None:
        desk = Desk(app, await an_actor(app, role))
        ticket = await a_ticket(app)
        for look in (desk.queue(), desk.ticket(ticket)):
            with pytest.raises(HuiqiError):
                await look

    async def test_the_longest_waiting_comes_first_and_the_held_last(
        self, app: FastAPI, now: StandingClock, zhang: Desk
    ) -> None:
        tickets = []
        for reason in ("一", "二", "三"):
            tickets.append(await a_ticket(app, reason=reason))
            now.pass_by(minutes=1)
        await zhang.claim(tickets[0])
        assert await zhang.queue() == [("二", ""), ("三", ""), ("一", "张三")]
        async with app.state.database.reading() as session:
            assert await count_waiting(session, zhang.actor, now=now()) == 2
            now.pass_by(minutes=30)
            assert await count_waiting(session, zhang.actor, now=now()) == 3
