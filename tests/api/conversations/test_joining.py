"""One person in two chats, colleagues of one organisation, and what each of them sees."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlmodel import col

from api.accounts.models import Role
from api.enterprises.membership import verify_member
from api.enterprises.models import Member, Organisation, Person
from tests.builders.channels import Messenger
from tests.builders.chats import Chat
from tests.builders.clocks import StandingClock
from tests.builders.crews import Hands
from tests.builders.tickets import an_actor


@pytest.fixture
def hands(app: FastAPI, now: StandingClock) -> Hands:
    return Hands(app, Messenger(), now)


@pytest.fixture
def chat(client: httpx.AsyncClient) -> Chat:
    return Chat(client)


async def _persons(hands: Hands) -> int:
    async with hands.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Person)) or 0


async def _code(chat: Chat, button: str) -> str:
    """The code the web chat offers."""
    await chat.press(button)
    card = chat.replies()[-1]["card"]
    assert isinstance(card, dict)
    return str(card["sections"][0]["lines"][0]["text"])


class TestDevice:
    async def test_the_messenger_becomes_the_same_person(self, hands: Hands, chat: Chat) -> None:
        await chat.agree()
        code = await _code(chat, "do:device")
        await hands.agree("a")
        assert await _persons(hands) == 2
        replies = await hands.write("a", start=f"join-{code.replace('-', '')}")
        confirm = next(c.id for r in replies for c in r.choices if c.id.startswith("join:"))
        replies = await hands.write("a", press=confirm)
        assert "同一个人" in replies[0].text
        assert await _persons(hands) == 1

    async def test_also_from_the_first_message_on(self, hands: Hands, chat: Chat) -> None:
        await chat.agree()
        code = await _code(chat, "do:device")
        await hands.write("a", start=f"join-{code.replace('-', '')}")
        await hands.write("a", press=hands.messenger.button("a", "同意"))
        await hands.write("a", press=f"join:{code.replace('-', '')}")
        assert await _persons(hands) == 1

    async def test_a_person_in_two_chats_is_told_once_where_it_rings(
        self, hands: Hands, chat: Chat
    ) -> None:
        await chat.agree()
        code = (await _code(chat, "do:device")).replace("-", "")
        await hands.agree("a")
        await hands.write("a", text=code)
        await hands.write("a", press=f"join:{code}")
        person = (await hands.contact("a")).person_id
        await hands.tell(person, "通知", occasion="notice:1:r1")
        await hands.work()
        assert [r.text for r in hands.messenger.to("a")].count("通知") == 1
        lines = (await chat.client.get("/chat/transcript")).text
        assert "通知" not in lines

    @pytest.mark.parametrize("minutes", [0, 31])
    async def test_a_code_works_once_and_for_half_an_hour(
        self, hands: Hands, chat: Chat, minutes: int
    ) -> None:
        await chat.agree()
        code = (await _code(chat, "do:device")).replace("-", "")
        for name in "ab":
            await hands.agree(name)
        if not minutes:
            await hands.write("a", press=f"join:{code}")
        hands.now.pass_by(minutes=minutes)
        before = await _persons(hands)
        await hands.write("b", press=f"join:{code}")
        assert await _persons(hands) == before


class TestColleague:
    async def _joined(self, hands: Hands, chat: Chat) -> None:
        """The owner is in the web chat, a colleague in the messenger."""
        await chat.agree()
        await chat.press("go:organisation")
        await chat.press("n:name")
        await chat.say("郑州示例科技有限公司")
        code = (await _code(chat, "do:colleague")).replace("-", "")
        await hands.agree("a")
        await hands.write("a", text=f"join {code}")
        await hands.write("a", press=f"join:{code}")

    async def _known(self, hands: Hands) -> str:
        replies = await hands.write("a", text="我的档案")
        return "\n".join(line.text for r in replies if r.card for s in r.card.sections
                         for line in s.lines)  # fmt: skip

    async def test_sees_nothing_of_others_until_staff_verify(
        self, hands: Hands, chat: Chat
    ) -> None:
        await self._joined(hands, chat)
        async with hands.database.writing() as session:
            organisation = await session.scalar(
                select(Organisation).where(col(Organisation.name).is_not(None))
            )
            assert organisation is not None
            members = (
                await session.scalars(
                    select(Member).where(col(Member.organisation_id) == organisation.id)
                )
            ).all()
        assert sorted((m.part, m.verified) for m in members) == [
            ("colleague", False), ("owner", False),
        ]  # fmt: skip
        await chat.press("card:new-rd-institution")
        assert "职工" not in await self._known(hands)
        staff = await an_actor(hands.app, Role.STAFF)
        async with hands.database.writing() as session:
            for member in members:
                await verify_member(
                    session, staff, member.person_id, organisation.id,
                    name="郑州示例科技有限公司", now=hands.now(),
                )  # fmt: skip
        async with hands.database.reading() as session:
            member_rows = (await session.scalars(select(Member))).all()
        assert sum(row.verified for row in member_rows) == 2
