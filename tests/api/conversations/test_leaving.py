"""What a person takes along and what they take away, and what stays for others."""

from collections.abc import Sequence
from typing import TypeVar

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import SQLModel

from api.accounts.models import Role
from api.conversations.exporting import Export, export_all
from api.conversations.models import Conversation
from api.conversations.retention import end_retention
from api.deadlines.models import Reminder, ReminderId, WindowAnswer
from api.deliveries.models import Delivery, Priority
from api.deliveries.service import lay
from api.enterprises.erasing import erase
from api.enterprises.membership import become_colleague, drop_dead_offers, offer_join
from api.enterprises.models import (
    Contact,
    FactValue,
    JoinCode,
    JoinPurpose,
    Member,
    Organisation,
    Person,
    Subscription,
)
from api.enterprises.subscriptions import follow
from api.foundation.ids import new_id
from api.tickets.claim import claim
from api.tickets.models import Ticket, TicketMessage
from api.tickets.queue import find_ticket
from api.tickets.reply import reply
from dialogs.message import Reply
from tests.builders.clocks import StandingClock
from tests.builders.seeded import ORGANISATION
from tests.builders.tickets import Somebody, a_person, a_ticket, an_actor, said, seen
from tests.builders.windows import a_window

NAME = ORGANISATION
Row = TypeVar("Row", bound=SQLModel)


async def rows(app: FastAPI, kind: type[Row]) -> Sequence[Row]:
    async with app.state.database.reading() as session:
        found: Sequence[Row] = (await session.scalars(select(kind))).all()
    return found


async def leave(app: FastAPI, somebody: Somebody) -> None:
    async with app.state.database.writing() as session:
        await erase(session, somebody.person)


async def exported(app: FastAPI, somebody: Somebody) -> Export:
    async with app.state.database.reading() as session:
        return await export_all(session, somebody.person, now=app.state.now())


async def a_colleague(app: FastAPI, owner: Somebody) -> Somebody:
    """A colleague who answered something, and speaks of the owner's organisation."""
    colleague = await a_person(app)
    async with app.state.database.writing() as session:
        now = app.state.now()
        await become_colleague(session, colleague.person, owner.organisation, now=now)
        conversation = await session.get_one(Conversation, colleague.conversation)
        conversation.organisation_id = owner.organisation
    await said(app, colleague, "rd_staff", "3 人", of=owner.organisation)
    return colleague


async def live(app: FastAPI, somebody: Somebody) -> None:
    """Everything that can hang on a person."""
    now = app.state.now()
    window = await a_window(app.state.database, await an_actor(app, Role.OFFICIAL), now=now)
    staff = await an_actor(app, Role.STAFF)
    ticket = await a_ticket(app, somebody, reason="我的问题")
    async with app.state.database.writing() as session:
        row = await find_ticket(session, ticket.id, seen_by=staff)
        await claim(session, staff, row, now=now)
        await reply(session, staff, row, "我的答复", "t1", now=now)
        await follow(session, somebody.person, "new-rd-institution", somebody.organisation, now=now)
        await offer_join(
            session, "ABCDEFGH", JoinPurpose.DEVICE, somebody.person, somebody.organisation,
            now=now,
        )  # fmt: skip
        await lay(
            session, occasion="notice:1:r1", person=somebody.person, priority=Priority.BULK,
            replies={"zh": Reply(kind="notice", text="通知")}, now=now,
        )  # fmt: skip
        session.add_all(
            (
                Reminder(
                    id=ReminderId(new_id()), window_id=window.id, person_id=somebody.person,
                    organisation_id=somebody.organisation, step="7d", revision=1, run_at=now,
                ),
                WindowAnswer(
                    window_id=window.id, person_id=somebody.person, answer="filed", at=now
                ),
            )
        )  # fmt: skip


OF_A_PERSON: tuple[type[SQLModel], ...] = (
    Person, Contact, Conversation, Member, FactValue, Subscription, JoinCode, Ticket,
    TicketMessage, Delivery, Reminder, WindowAnswer, Organisation,
)  # fmt: skip


class TestErase:
    async def test_leaves_no_row_of_a_person(self, app: FastAPI) -> None:
        somebody = await a_person(app, NAME, known={"staff": "40 人"})
        await live(app, somebody)
        for kind in OF_A_PERSON:
            assert await rows(app, kind), kind
        await leave(app, somebody)
        for kind in OF_A_PERSON:
            assert not await rows(app, kind), kind

    async def test_of_a_colleague_removes_only_what_is_theirs(self, app: FastAPI) -> None:
        owner = await a_person(app, NAME, known={"staff": "40 人"})
        colleague = await a_colleague(app, owner)
        await live(app, owner)
        before = [len(await rows(app, kind)) for kind in OF_A_PERSON[5:-1]]
        await leave(app, colleague)
        assert [len(await rows(app, kind)) for kind in OF_A_PERSON[5:-1]] == before
        assert await seen(app, owner) == {"staff": "40 人"}
        assert [row.given_by for row in await rows(app, FactValue)] == [owner.person]
        (organisation,) = await rows(app, Organisation)
        assert organisation.name == NAME

    async def test_of_an_owner_leaves_colleagues_their_chat_and_nothing_of_it(
        self, app: FastAPI
    ) -> None:
        owner = await a_person(app, NAME, known={"staff": "40 人"})
        colleague = await a_colleague(app, owner)
        await leave(app, owner)
        (conversation,) = await rows(app, Conversation)
        assert conversation.id == colleague.conversation
        assert await rows(app, FactValue) == []
        async with app.state.database.reading() as session:
            shell = await session.get_one(Organisation, owner.organisation)
            member = await session.get_one(Member, (colleague.person, owner.organisation))
        assert shell.name is None
        assert (member.part, member.verified) == ("owner", False)


class TestRetention:
    async def test_of_an_owner_leaves_active_colleagues_what_they_gave(
        self, app: FastAPI, now: StandingClock
    ) -> None:
        owner = await a_person(app, NAME, known={"staff": "40 人"})
        now.pass_by(days=100)
        colleague = await a_colleague(app, owner)
        now.pass_by(days=100)
        assert await end_retention(app.state.database, days=180, now=now()) == 1
        assert [row.id for row in await rows(app, Person)] == [colleague.person]
        assert await seen(app, colleague, of=owner.organisation) == {"rd_staff": "3 人"}
        names = {row.id: row.name for row in await rows(app, Organisation)}
        assert names[owner.organisation] == NAME

    async def test_drops_codes_that_are_dead(self, app: FastAPI, now: StandingClock) -> None:
        somebody = await a_person(app)
        async with app.state.database.writing() as session:
            await offer_join(
                session, "ABCDEFGH", JoinPurpose.DEVICE, somebody.person, somebody.organisation,
                now=now(),
            )  # fmt: skip
            await drop_dead_offers(session, now=now())
        assert len(await rows(app, JoinCode)) == 1
        now.pass_by(minutes=30)
        await end_retention(app.state.database, days=180, now=now())
        assert await rows(app, JoinCode) == []


class TestExport:
    async def test_holds_contacts_memberships_subscriptions_and_answers_of_staff(
        self, app: FastAPI
    ) -> None:
        somebody = await a_person(
            app, NAME, channel="pigeon", address="a", known={"staff": "40 人"}
        )
        await live(app, somebody)
        export = await exported(app, somebody)
        (contact,) = export.person.contacts
        assert (contact.channel, contact.address) == ("pigeon", "a")
        (organisation,) = export.person.organisations
        assert (organisation.name, organisation.membership.part) == (NAME, "owner")
        assert [each.programme for each in export.person.subscriptions] == ["new-rd-institution"]
        (ticket,) = export.tickets
        assert (ticket.reason, ticket.state) == ("我的问题", "held")
        assert [each.text for each in ticket.messages] == ["我的答复"]

    @pytest.mark.parametrize("who", ["owner", "colleague"])
    async def test_holds_nothing_others_gave(self, app: FastAPI, who: str) -> None:
        owner = await a_person(app, NAME, known={"staff": "40 人"})
        colleague = await a_colleague(app, owner)
        export = await exported(app, owner if who == "owner" else colleague)
        facts = [
            fact.fact
            for organisation in export.person.organisations
            for subject in organisation.subjects
            for fact in subject.facts
        ]
        assert facts == (["staff"] if who == "owner" else ["rd_staff"])
