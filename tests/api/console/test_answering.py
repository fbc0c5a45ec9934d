"""The staff's desk in the browser: queue, a ticket with all about it, and what can be done."""

import re
from html import unescape

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlmodel import col

from api.accounts.models import Role
from api.deliveries.models import Delivery, DeliveryState
from api.tickets.models import Ticket
from dialogs.ports import Unknown
from tests.builders.accounts import SignedIn, an_account
from tests.builders.channels import Messenger
from tests.builders.clocks import StandingClock
from tests.builders.crews import Hands
from tests.builders.seeded import ORGANISATION
from tests.builders.tickets import a_person, a_ticket

NAME = ORGANISATION
PROGRAMME = "new-rd-institution"


@pytest.fixture
async def staff(app: FastAPI) -> SignedIn:
    return await an_account(app, Role.STAFF, name="张三")


@pytest.fixture
async def hands(app: FastAPI, now: StandingClock) -> Hands:
    """A worker, and somebody in chat `a` who asked for a person."""
    made = Hands(app, Messenger(), now)
    await made.agree("a")
    await made.write("a", text="人工")
    await made.write("a", text="材料要盖章吗")
    await made.write("a", press=made.messenger.button("a", "确认提交"))
    made.messenger.sent.clear()
    return made


async def page(staff: SignedIn, ticket: Ticket, **headers: str) -> str:
    answer = await staff.get(f"/console/tickets/{ticket.id}", **headers)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


async def do(staff: SignedIn, ticket: Ticket, what: str, **form: str) -> str:
    """Press a button; where it leads, or what the page says."""
    answer = await staff.post(f"/console/tickets/{ticket.id}/{what}", form)
    return answer.headers.get("location", "") or f"{answer.status_code} {unescape(answer.text)}"


async def answer_with(staff: SignedIn, ticket: Ticket, text: str, form: str = "t1") -> str:
    """Send the form with an answer."""
    return await do(staff, ticket, "reply", text=text, token=form)


async def only_ticket(app: FastAPI) -> Ticket:
    async with app.state.database.reading() as session:
        found: Ticket = (await session.scalars(select(Ticket))).one()
    return found


class TestQueue:
    async def test_shows_who_waits_for_what(
        self, app: FastAPI, staff: SignedIn, now: StandingClock
    ) -> None:
        await a_ticket(
            app, await a_person(app, NAME), kind="objection", reason="我们有专利",
            programme=PROGRAMME, criterion="rd-team",
        )  # fmt: skip
        now.pass_by(minutes=1)
        await a_ticket(app, reason="<b>想问</b>")
        now.pass_by(minutes=90)
        shown = (await staff.get("/console/tickets")).text
        for words in ("Objection to a criterion", "我们有专利", NAME, "1 h", "&lt;b&gt;想问"):
            assert words in shown
        assert shown.index("我们有专利") < shown.index("想问")

    async def test_closed_ones_have_a_place_of_their_own(
        self, app: FastAPI, staff: SignedIn
    ) -> None:
        ticket = await a_ticket(app, reason="已经好了")
        assert (await do(staff, ticket, "close")).endswith("?done=closed")
        assert "已经好了" not in (await staff.get("/console/tickets")).text
        assert "已经好了" in (await staff.get("/console/tickets?show=closed")).text

    async def test_its_part_is_the_table_alone(self, app: FastAPI, staff: SignedIn) -> None:
        await a_ticket(app, reason="想问")
        part = (await staff.get("/console/tickets", **{"X-Live": "1"})).text
        assert "想问" in part
        assert "<html" not in part

    async def test_the_home_page_counts_it(self, app: FastAPI, staff: SignedIn) -> None:
        await a_ticket(app)
        await a_person(app, NAME)
        home = (await staff.get("/console")).text
        counts = re.findall(r'class="count">(\d+)</strong><span>([^<]+)<', home)
        assert counts == [("1", "tickets nobody holds"), ("1", "claims to verify")]


class TestTicket:
    async def test_shows_profile_verdict_and_the_criterion_in_doubt(
        self, app: FastAPI, staff: SignedIn
    ) -> None:
        somebody = await a_person(app, NAME, known={"staff": "40 人", "rd_staff": "9 人"})
        ticket = await a_ticket(
            app, somebody, kind="objection", reason="我们有 12 人", programme=PROGRAMME,
            criterion="rd-team",
        )  # fmt: skip
        shown = await page(staff, ticket)
        for words in (NAME, "我们有 12 人", "R&D staff", "40", "研发人员不少于", "第四条"):
            assert words in shown, words
        (doubted,) = re.findall(r'class="criterion[^"]* doubted".*?</details>', shown, re.DOTALL)
        assert "The applicant objects to this" in doubted
        assert "研发人员不少于" in doubted

    async def test_shows_no_more_than_the_applicant_sees(
        self, app: FastAPI, staff: SignedIn
    ) -> None:
        ticket = await a_ticket(app, await a_person(app))
        assert "No answers yet." in await page(staff, ticket)

    async def test_of_a_programme_that_is_gone_has_no_verdict(
        self, app: FastAPI, staff: SignedIn
    ) -> None:
        ticket = await a_ticket(app, programme="gone", criterion="gone")
        assert "The verdict now" not in await page(staff, ticket)

    async def test_says_when_another_release_was_in_use(
        self, app: FastAPI, staff: SignedIn
    ) -> None:
        ticket = await a_ticket(app, programme=PROGRAMME)
        assert "Another release" not in await page(staff, ticket)
        async with app.state.database.writing() as session:
            await session.execute(update(Ticket).values(release="older"))
        assert "Another release" in await page(staff, ticket)

    async def test_offers_what_can_be_done(self, app: FastAPI, staff: SignedIn) -> None:
        ticket = await a_ticket(app)
        assert "Take over this conversation" in await page(staff, ticket)
        assert (await do(staff, ticket, "claim")).endswith("?done=claimed")
        shown = await page(staff, ticket)
        assert "Give back to the assistant" in shown
        assert "Take over this conversation" not in shown
        await do(staff, ticket, "close")
        assert "Reopen" in await page(staff, ticket)
        assert (await do(staff, ticket, "reopen")).endswith("?done=reopened")

    async def test_an_auditor_is_offered_nothing(self, app: FastAPI) -> None:
        auditor = await an_account(app, Role.AUDITOR)
        ticket = await a_ticket(app, reason="想问")
        shown = await page(auditor, ticket)
        assert "想问" in shown
        assert f'action="/console/tickets/{ticket.id}' not in shown
        assert (await do(auditor, ticket, "claim")).startswith("403")

    async def test_of_another_office_is_not_there(self, app: FastAPI, staff: SignedIn) -> None:
        ticket = await a_ticket(app)
        await do(staff, ticket, "claim")
        other = await an_account(app, Role.STAFF)
        assert (await other.get(f"/console/tickets/{ticket.id}")).status_code == 404
        assert (await do(other, ticket, "claim")).startswith("404")

    async def test_of_a_colleague_says_who_holds_it(self, app: FastAPI, staff: SignedIn) -> None:
        ticket = await a_ticket(app)
        await do(staff, ticket, "claim")
        async with app.state.database.writing() as session:
            await session.execute(update(Ticket).values(office_id=None))
        other = await an_account(app, Role.STAFF)
        refused = await do(other, ticket, "claim")
        assert refused.startswith("409")
        assert "张三 holds this conversation now." in refused


class TestConversation:
    async def test_goes_to_the_chat_and_back_while_the_assistant_is_silent(
        self, app: FastAPI, staff: SignedIn, hands: Hands
    ) -> None:
        ticket = await only_ticket(app)
        assert "材料要盖章吗" in await page(staff, ticket)
        await do(staff, ticket, "claim")
        for _ in range(2):
            assert (await answer_with(staff, ticket, "要盖公章。\r\n两份。")).endswith(
                "?done=replied"
            )
        await hands.work()
        taken, answer = hands.messenger.to("a")
        assert "张三" in taken.text
        assert (answer.kind, answer.text, answer.author) == ("staff", "要盖公章。\n两份。", "张三")
        silent = await hands.write("a", text="谢谢，知道了")
        assert [each.kind for each in silent] in ([], ["notice"])
        part = await page(staff, ticket, **{"X-Live": "1"})
        assert "谢谢，知道了" in part
        assert "Delivered" in part
        assert "<html" not in part

    async def test_comes_back_to_the_assistant(
        self, app: FastAPI, staff: SignedIn, hands: Hands
    ) -> None:
        ticket = await only_ticket(app)
        await do(staff, ticket, "claim")
        await do(staff, ticket, "give-back")
        await hands.work()
        assert "交还" in hands.messenger.to("a")[-1].text
        assert await hands.write("a", text="菜单")

    async def test_says_of_an_unknown_outcome_that_it_can_be_sent_again(
        self, app: FastAPI, staff: SignedIn, hands: Hands
    ) -> None:
        ticket = await only_ticket(app)
        await do(staff, ticket, "claim")
        await hands.work()
        hands.messenger.outcomes = [Unknown("timeout")]
        await answer_with(staff, ticket, "要盖公章。")
        await hands.work()
        await hands.work()
        shown = await page(staff, ticket)
        assert "Not known whether delivered" in shown
        assert "Send again" in shown
        for _ in range(2):
            await do(staff, ticket, "answers/1/again")
        await hands.work()
        assert [reply.text for reply in hands.messenger.to("a")].count("要盖公章。") == 1
        assert "Sent again." in await page(staff, ticket)

    async def test_keeps_the_words_of_whoever_held_it_too_long(
        self, app: FastAPI, staff: SignedIn, now: StandingClock
    ) -> None:
        ticket = await a_ticket(app)
        await do(staff, ticket, "claim")
        now.pass_by(minutes=31)
        refused = await answer_with(staff, ticket, "写了很久的答复")
        assert refused.startswith("409")
        assert "take it first" in refused
        assert "写了很久的答复</textarea>" in refused
        assert await do(staff, ticket, "claim")
        assert (await answer_with(staff, ticket, "写了很久的答复", "t2")).endswith("?done=replied")

    @pytest.mark.parametrize("text", ["", "长" * 3501])
    async def test_says_at_the_field_what_is_no_answer(
        self, app: FastAPI, staff: SignedIn, text: str
    ) -> None:
        ticket = await a_ticket(app)
        await do(staff, ticket, "claim")
        refused = await answer_with(staff, ticket, text)
        assert refused.startswith("422")
        assert "An answer has 1 to 3,500 characters." in refused

    @pytest.mark.usefixtures("hands")
    async def test_shows_what_was_pressed_by_its_words(self, app: FastAPI, staff: SignedIn) -> None:
        shown = await page(staff, await only_ticket(app))
        assert "Pressed “确认提交”" in shown


class TestDeed:
    @pytest.mark.parametrize("what", ["claim", "reply", "give-back", "close", "reopen"])
    async def test_needs_the_token_of_the_sign_in(
        self, app: FastAPI, staff: SignedIn, what: str
    ) -> None:
        ticket = await a_ticket(app)
        path = f"/console/tickets/{ticket.id}/{what}"
        answer = await staff.post(path, {"text": "您好", "token": "t1"}, csrf="wrong")
        assert answer.status_code == 403

    async def test_wakes_the_sender_and_who_follows(self, app: FastAPI, staff: SignedIn) -> None:
        ticket = await a_ticket(app)
        wake = app.state.wake
        page = f"ticket:{ticket.id}"
        with (
            wake.listening("tickets") as queue,
            wake.listening(page) as one,
            wake.listening("deliveries") as sending,
        ):
            await do(staff, ticket, "claim")
            assert all(event.is_set() for event in (queue, one, sending))

    async def test_is_told_once_however_often_it_is_pressed(
        self, app: FastAPI, staff: SignedIn
    ) -> None:
        ticket = await a_ticket(app)
        for _ in range(3):
            await do(staff, ticket, "claim")
        async with app.state.database.reading() as session:
            found = await session.scalars(
                select(col(Delivery.state)).where(col(Delivery.occasion).startswith("ticket:"))
            )
            assert found.all() == [DeliveryState.QUEUED.value]
