"""What the program could not finish: shown without its content, and decided by a person."""

import re
from html import unescape
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from api.accounts.models import Role
from api.conversations.models import Update
from api.deliveries.models import Delivery, DeliveryState
from api.notices.service import occasion_of, own_notice, withdraw_notice
from api.tickets.models import TicketMessage
from api.tickets.reply import occasion_of as occasion_of_answer
from dialogs.ports import Unknown
from tests.builders.accounts import SignedIn, an_account
from tests.builders.channels import Messenger
from tests.builders.clocks import StandingClock
from tests.builders.crews import Hands
from tests.builders.notices import a_notice
from tests.builders.officials import an_official
from tests.builders.seeded import PHONE, SECRET_WORDS
from tests.builders.tickets import a_ticket

PAGE = "/console/failures"
SECRET = f"{SECRET_WORDS} {PHONE}"


@pytest.fixture
def hands(app: FastAPI, now: StandingClock) -> Hands:
    return Hands(app, Messenger(), now)


@pytest.fixture
async def staff(app: FastAPI) -> SignedIn:
    return await an_account(app, Role.STAFF)


async def set_aside(hands: Hands, chat: str = "a") -> str:
    """Somebody wrote what cannot be taken; the id of the row."""
    await hands.agree(chat)
    await hands.messenger.hand_in(hands.inbox, chat, broken="yes", text=SECRET)
    for _ in range(6):
        await hands.work()
        hands.now.pass_by(minutes=2)
    async with hands.database.reading() as session:
        found = await session.scalar(select(col(Update.id)).where(col(Update.problem).is_not(None)))
    return str(found)


async def unknown(hands: Hands, occasion: str) -> str:
    """Something was sent and nobody knows whether it arrived; the id of the row."""
    if not hands.messenger.sent:
        await hands.agree("a")
    person = (await hands.contact("a")).person_id
    hands.messenger.outcomes = [Unknown("timed_out")]
    await hands.tell(person, SECRET, occasion=occasion)
    await hands.work()
    (row,) = [row for row in await hands.deliveries() if row.occasion == occasion]
    assert row.state == DeliveryState.UNKNOWN.value
    return str(row.id)


async def shown(browser: SignedIn) -> str:
    return unescape((await browser.get(PAGE)).text)


async def arrived(hands: Hands) -> int:
    """How often the message came to the chat."""
    await hands.work()
    return sum(reply.text == SECRET for reply in hands.messenger.to("a"))


class TestUpdates:
    async def test_are_listed_without_what_was_written(self, hands: Hands, staff: SignedIn) -> None:
        assert "No message is set aside." in await shown(staff)
        await set_aside(hands)
        page = await shown(staff)
        for word in ("pigeon", "ValueError", "<td>5</td>", "Try again", "Dismiss"):
            assert word in page, word
        assert "秘密" not in page
        assert PHONE not in page

    async def test_are_counted_where_one_comes_home(
        self, hands: Hands, staff: SignedIn, app: FastAPI
    ) -> None:
        await set_aside(hands)
        await unknown(hands, "notice:1:r1")
        admin = await an_account(app, Role.ADMIN)
        for browser in (staff, admin):
            home = (await browser.get("/console/awaiting")).text
            assert re.search(rf'href="{PAGE}"><strong class="count">2</strong>', home)
        auditor = await an_account(app, Role.AUDITOR)
        assert PAGE not in (await auditor.get("/console/awaiting")).text

    async def test_tried_again_one_goes_back_in_its_order(
        self, hands: Hands, staff: SignedIn
    ) -> None:
        id_ = await set_aside(hands)
        await hands.messenger.hand_in(hands.inbox, "a", text="菜单")
        answer = await staff.post(f"{PAGE}/updates/{id_}/again")
        assert answer.headers["location"] == f"{PAGE}?done=tried-again"
        async with hands.database.reading() as session:
            row = await session.get_one(Update, UUID(id_))
        assert (row.done_at, row.attempts, row.problem) == (None, 0, "tried_again")
        await hands.taker.take_some()
        assert await hands.heard("a") == []  # it comes first, and what came later waits for it

    async def test_dismissed_its_content_is_erased(self, hands: Hands, staff: SignedIn) -> None:
        id_ = await set_aside(hands)
        answer = await staff.post(f"{PAGE}/updates/{id_}/dismiss")
        assert answer.headers["location"] == f"{PAGE}?done=dismissed"
        async with hands.database.reading() as session:
            row = await session.get_one(Update, UUID(id_))
        assert (row.raw, row.address, row.problem) == (None, "", None)
        assert "No message is set aside." in await shown(staff)
        for step in ("again", "dismiss"):
            assert (await staff.post(f"{PAGE}/updates/{id_}/{step}")).status_code == 404


class TestDeliveries:
    async def test_one_is_sent_again_once(self, hands: Hands, staff: SignedIn) -> None:
        id_ = await unknown(hands, "claim:1:2:1")
        assert SECRET not in await shown(staff)
        answer = await staff.post(f"{PAGE}/deliveries/{id_}/again")
        assert answer.headers["location"] == f"{PAGE}?done=replied"
        assert await arrived(hands) == 1
        assert (await staff.post(f"{PAGE}/deliveries/{id_}/again")).status_code == 404
        assert await arrived(hands) == 1
        assert "No message has an unknown outcome." in await shown(staff)

    async def test_the_second_sending_is_the_last(self, hands: Hands, staff: SignedIn) -> None:
        id_ = await unknown(hands, "claim:1:2:1")
        hands.messenger.outcomes = [Unknown("timed_out")]
        await staff.post(f"{PAGE}/deliveries/{id_}/again")
        await hands.work()
        (second,) = [row for row in await hands.deliveries() if row.occasion.endswith(":again")]
        assert "Sent again." in await shown(staff)
        assert (await staff.post(f"{PAGE}/deliveries/{second.id}/again")).status_code == 409
        assert await arrived(hands) == 0
        await staff.post(f"{PAGE}/deliveries/{second.id}/leave")
        assert "No message has an unknown outcome." in await shown(staff)

    async def test_left_it_stays_unknown_and_its_content_goes(
        self, hands: Hands, staff: SignedIn
    ) -> None:
        id_ = await unknown(hands, "claim:1:2:1")
        await staff.post(f"{PAGE}/deliveries/{id_}/leave")
        async with hands.database.reading() as session:
            row = await session.get_one(Delivery, UUID(id_))
        assert (row.state, row.body) == (DeliveryState.UNKNOWN.value, None)
        assert await arrived(hands) == 0

    async def test_a_notice_goes_again_until_it_is_withdrawn(
        self, hands: Hands, staff: SignedIn, now: StandingClock
    ) -> None:
        author = await an_official(hands.database)
        second = await an_official(hands.database, beside=author)
        kept = await a_notice(hands.database, author, approved_by=second, now=now())
        notice = await a_notice(hands.database, author, approved_by=second, now=now())
        ids = [await unknown(hands, occasion_of(each)) for each in (kept, notice)]
        await staff.post(f"{PAGE}/deliveries/{ids[1]}/again")
        async with hands.database.writing() as session:
            row = await own_notice(session, author, notice.id)
            await withdraw_notice(session, row, now=now())
        assert await arrived(hands) == 0
        await staff.post(f"{PAGE}/deliveries/{ids[0]}/again")
        assert await arrived(hands) == 1

    async def test_a_withdrawn_notice_does_not_go_again(
        self, hands: Hands, staff: SignedIn, now: StandingClock
    ) -> None:
        author = await an_official(hands.database)
        second = await an_official(hands.database, beside=author)
        notice = await a_notice(hands.database, author, approved_by=second, now=now())
        id_ = await unknown(hands, occasion_of(notice))
        async with hands.database.writing() as session:
            row = await own_notice(session, author, notice.id)
            await withdraw_notice(session, row, now=now())
        assert (await staff.post(f"{PAGE}/deliveries/{id_}/again")).status_code == 409
        assert await arrived(hands) == 0

    async def test_an_answer_of_the_staff_is_sent_again_from_its_ticket(
        self, app: FastAPI, hands: Hands, staff: SignedIn
    ) -> None:
        ticket = await a_ticket(app)
        answer = TicketMessage(ticket_id=ticket.id, sequence=1, text="好", at=hands.now())
        id_ = await unknown(hands, occasion_of_answer(ticket, answer.sequence))
        assert f'href="/console/tickets/{ticket.id}"' in await shown(staff)
        assert (await staff.post(f"{PAGE}/deliveries/{id_}/again")).status_code == 409
        admin = await an_account(app, Role.ADMIN)
        assert "/console/tickets/" not in await shown(admin)

    async def test_reminders_and_cards_are_no_persons_decision(
        self, hands: Hands, staff: SignedIn
    ) -> None:
        id_ = await unknown(hands, "reminder:1:7d:r1")
        assert "No message has an unknown outcome." in await shown(staff)
        assert (await staff.post(f"{PAGE}/deliveries/{id_}/again")).status_code == 404


class TestPage:
    async def test_names_what_is_stuck(self, hands: Hands, staff: SignedIn) -> None:
        await hands.messenger.hand_in(hands.inbox, "a", text=SECRET)
        hands.now.pass_by(minutes=5)
        page = await shown(staff)
        assert "<td>Messages received</td><td>Due and not taken up</td><td>1</td>" in page

    async def test_an_auditor_sees_and_decides_nothing(self, app: FastAPI, hands: Hands) -> None:
        id_ = await set_aside(hands)
        auditor = await an_account(app, Role.AUDITOR)
        page = await shown(auditor)
        assert "ValueError" in page
        assert "Try again" not in page
        assert (await auditor.post(f"{PAGE}/updates/{id_}/again")).status_code == 403

    async def test_an_official_has_no_such_page(self, app: FastAPI) -> None:
        official = await an_account(app, Role.OFFICIAL)
        assert (await official.get(PAGE)).status_code == 403
        assert PAGE not in (await official.get("/console")).text

    async def test_follows_what_happens(self, hands: Hands, staff: SignedIn) -> None:
        await set_aside(hands)
        part = await staff.get(PAGE, **{"X-Live": "1"})
        assert "<html" not in part.text
        assert "ValueError" in part.text

    async def test_what_is_not_there_is_not_decided(self, staff: SignedIn) -> None:
        for way, step in (
            ("updates", "again"), ("updates", "dismiss"), ("deliveries", "again"),
            ("deliveries", "leave"),
        ):  # fmt: skip
            answer = await staff.post(f"{PAGE}/{way}/{uuid4()}/{step}")
            assert answer.status_code == 404, (way, step)
