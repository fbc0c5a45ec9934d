"""Two chats turn out to be one person: nothing is lost, and nothing is told twice."""

from collections.abc import Sequence
from typing import TypeVar

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlmodel import SQLModel, col

from api.accounts.models import Role
from api.conversations.joining import merge_persons, use_code
from api.conversations.models import Conversation
from api.deadlines.models import Reminder, ReminderId, WindowAnswer
from api.deliveries.models import Delivery, DeliveryState, Priority
from api.deliveries.service import lay
from api.enterprises.membership import offer_join
from api.enterprises.models import (
    Contact,
    FactValue,
    JoinPurpose,
    Member,
    Organisation,
    Part,
    Person,
    Subject,
)
from api.enterprises.subscriptions import follow, followed_by
from api.foundation.ids import new_id
from api.library.models import WindowId
from api.tickets.models import Ticket
from dialogs.message import Reply
from tests.builders.clocks import StandingClock
from tests.builders.tickets import Somebody, a_person, a_ticket, an_actor, said, seen
from tests.builders.windows import a_window

Row = TypeVar("Row", bound=SQLModel)


async def rows(app: FastAPI, kind: type[Row]) -> Sequence[Row]:
    async with app.state.database.reading() as session:
        found: Sequence[Row] = (await session.scalars(select(kind))).all()
    return found


async def join(app: FastAPI, joiner: Somebody, offerer: Somebody) -> None:
    """The joiner's chat becomes another one of the offerer."""
    now = app.state.now()
    async with app.state.database.writing() as session:
        await offer_join(
            session, "ABCDEFGH", JoinPurpose.DEVICE, offerer.person, offerer.organisation, now=now
        )
    async with app.state.database.writing() as session:
        conversation = await session.get_one(Conversation, joiner.conversation)
        assert await use_code(session, conversation, "ABCDEFGH", now=now)
        assert conversation.person_id == offerer.person


async def tell(app: FastAPI, somebody: Somebody, occasion: str, state: DeliveryState) -> None:
    async with app.state.database.writing() as session:
        await lay(
            session, occasion=occasion, person=somebody.person, priority=Priority.BULK,
            replies={"zh": Reply(kind="notice", text="通知")}, now=app.state.now(),
        )  # fmt: skip
        await session.execute(
            update(Delivery)
            .where(col(Delivery.person_id) == somebody.person, col(Delivery.occasion) == occasion)
            .values(state=state.value)
        )


async def subscribe(app: FastAPI, somebody: Somebody, programme: str) -> None:
    async with app.state.database.writing() as session:
        await follow(
            session, somebody.person, programme, somebody.organisation, now=app.state.now()
        )


async def remind(app: FastAPI, somebody: Somebody, window: WindowId, step: str) -> None:
    async with app.state.database.writing() as session:
        session.add(
            Reminder(
                id=ReminderId(new_id()), window_id=window, person_id=somebody.person,
                organisation_id=somebody.organisation, step=step, revision=1,
                run_at=app.state.now(),
            )
        )  # fmt: skip


class TestPerson:
    async def test_is_one_with_both_chats(self, app: FastAPI) -> None:
        old, new = await a_person(app), await a_person(app)
        await join(app, old, new)
        assert [row.id for row in await rows(app, Person)] == [new.person]
        assert {row.person_id for row in await rows(app, Contact)} == {new.person}
        assert {row.id for row in await rows(app, Conversation)} == {
            old.conversation, new.conversation,
        }  # fmt: skip

    @pytest.mark.parametrize("first", ["old", "new"])
    async def test_keeps_the_consent_given_first(
        self, app: FastAPI, now: StandingClock, first: str
    ) -> None:
        began = now()
        one = await a_person(app)
        now.pass_by(days=1)
        two = await a_person(app)
        old, new = (one, two) if first == "old" else (two, one)
        await join(app, old, new)
        (person,) = await rows(app, Person)
        assert (person.id, person.consented_at) == (new.person, began)

    async def test_makes_a_turn_of_another_chat_stale(self, app: FastAPI) -> None:
        old, new = await a_person(app), await a_person(app)
        async with app.state.database.writing() as session:
            await merge_persons(session, old.person, new.person, new.organisation)
        revisions = {row.id: row.revision for row in await rows(app, Conversation)}
        assert revisions == {old.conversation: 1, new.conversation: 0}


class TestOrganisation:
    async def test_without_name_and_answers_gives_way(self, app: FastAPI) -> None:
        old, new = await a_person(app), await a_person(app, known={"staff": "40 人"})
        await join(app, old, new)
        assert [row.id for row in await rows(app, Organisation)] == [new.organisation]
        assert {row.organisation_id for row in await rows(app, Conversation)} == {new.organisation}

    @pytest.mark.parametrize(("name", "known"), [("甲公司", {}), (None, {"staff": "9 人"})])
    async def test_with_either_stays_as_another_one(
        self, app: FastAPI, name: str | None, known: dict[str, object]
    ) -> None:
        old, new = await a_person(app, name, known=known), await a_person(app)
        await join(app, old, new)
        assert len(await rows(app, Organisation)) == 2
        spoken = {row.id: row.organisation_id for row in await rows(app, Conversation)}
        assert spoken[old.conversation] == old.organisation
        async with app.state.database.reading() as session:
            member = await session.get(Member, (new.person, old.organisation))
        assert member is not None
        assert member.part == Part.OWNER.value

    async def test_of_both_keeps_the_greater_part_and_the_newer_answer(
        self, app: FastAPI, now: StandingClock
    ) -> None:
        old, new = await a_person(app, "甲公司", known={"staff": "40 人"}), await a_person(app)
        await said(app, new, "rd_staff", "5 人", of=old.organisation)
        now.pass_by(minutes=1)
        await said(app, old, "rd_staff", "6 人")
        await said(app, new, "staff", "41 人", of=old.organisation)
        async with app.state.database.writing() as session:
            session.add(
                Member(
                    person_id=new.person, organisation_id=old.organisation,
                    part=Part.COLLEAGUE.value, since=now(),
                )
            )  # fmt: skip
            owner = await session.get_one(Member, (old.person, old.organisation))
            owner.verified, owner.verified_at = True, now()
        await join(app, old, new)
        member = next(m for m in await rows(app, Member) if m.organisation_id == old.organisation)
        assert (member.person_id, member.part, member.verified) == (new.person, "owner", True)
        assert await seen(app, new, of=old.organisation) == {"staff": "41 人", "rd_staff": "6 人"}
        assert {row.given_by for row in await rows(app, FactValue)} == {new.person}


class TestWhatHangsOnThem:
    async def test_tickets_and_subscriptions_move(self, app: FastAPI) -> None:
        old, new = await a_person(app), await a_person(app)
        await a_ticket(app, old)
        for somebody, programme in ((old, "a"), (new, "a"), (old, "b")):
            await subscribe(app, somebody, programme)
        await join(app, old, new)
        (ticket,) = await rows(app, Ticket)
        assert (ticket.person_id, ticket.organisation_id, ticket.contact_id) == (
            new.person, new.organisation, old.contact,
        )  # fmt: skip
        async with app.state.database.reading() as session:
            assert await followed_by(session, new.person) == {"a", "b"}

    async def test_a_reminder_outlives_the_organisation_that_gave_way(self, app: FastAPI) -> None:
        official = await an_actor(app, Role.OFFICIAL)
        window = (await a_window(app.state.database, official, now=app.state.now())).id
        old, new = await a_person(app), await a_person(app)
        await remind(app, old, window, "7d")
        await remind(app, old, window, "30d")
        await remind(app, new, window, "30d")
        async with app.state.database.writing() as session:
            for somebody in (old, new):
                session.add(
                    WindowAnswer(
                        window_id=window, person_id=somebody.person, answer="filed",
                        at=app.state.now(),
                    )
                )  # fmt: skip
        await join(app, old, new)
        kept = await rows(app, Reminder)
        assert sorted(row.step for row in kept) == ["30d", "7d"]
        assert {(row.person_id, row.organisation_id) for row in kept} == {
            (new.person, new.organisation)
        }
        assert len(await rows(app, WindowAnswer)) == 1

    @pytest.mark.parametrize(
        ("olds", "news", "stays"),
        [
            (DeliveryState.QUEUED, DeliveryState.QUEUED, "queued"),
            (DeliveryState.SENT, DeliveryState.QUEUED, "sent"),
            (DeliveryState.QUEUED, DeliveryState.SENT, "sent"),
            (DeliveryState.UNKNOWN, DeliveryState.QUEUED, "unknown"),
            (DeliveryState.SENDING, DeliveryState.CANCELLED, "sending"),
        ],
    )
    async def test_what_one_was_told_the_other_is_not_told_again(
        self, app: FastAPI, olds: DeliveryState, news: DeliveryState, stays: str
    ) -> None:
        old, new = await a_person(app), await a_person(app)
        await tell(app, old, "notice:1:r1", olds)
        await tell(app, new, "notice:1:r1", news)
        await tell(app, old, "notice:2:r1", DeliveryState.QUEUED)
        await join(app, old, new)
        found = {row.occasion: row for row in await rows(app, Delivery)}
        assert {row.person_id for row in found.values()} == {new.person}
        assert found["notice:1:r1"].state == stays
        assert found["notice:2:r1"].state == "queued"

    async def test_an_empty_subject_is_no_answer(self, app: FastAPI) -> None:
        old, new = await a_person(app, known={"staff": "9 人"}), await a_person(app)
        async with app.state.database.writing() as session:
            found = await session.scalars(select(FactValue))
            for row in found.all():
                await session.delete(row)
        assert len(await rows(app, Subject)) == 1
        await join(app, old, new)
        assert [row.id for row in await rows(app, Organisation)] == [new.organisation]
