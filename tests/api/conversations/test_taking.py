"""A messenger's updates: kept before they are acknowledged, taken in order, answered once."""

import asyncio

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from api.conversations.models import HeldDraft, Update
from api.conversations.taking import BATCH, MOST_BEGUN
from api.enterprises.models import Contact, Person
from tests.builders.channels import Messenger
from tests.builders.clocks import StandingClock
from tests.builders.crews import Hands


@pytest.fixture
def hands(app: FastAPI, now: StandingClock) -> Hands:
    return Hands(app, Messenger(), now)


class TestInbox:
    async def test_the_same_update_again_is_the_same_row(self, hands: Hands) -> None:
        accept = hands.inbox.accept
        assert await accept("pigeon", "1", "7", "a", {"chat": "a", "text": "您好"})
        assert not await accept("pigeon", "1", "7", "a", {"chat": "a", "text": "您好"})
        assert await accept("pigeon", "2", "7", "a", {"chat": "a", "text": "您好"})

    async def test_a_repeated_update_is_answered_once(self, hands: Hands) -> None:
        await hands.write("a", start="")
        hands.messenger.updates -= 1
        assert await hands.write("a", start="") == []

    async def test_what_was_said_does_not_stay_in_it(self, hands: Hands) -> None:
        await hands.write("a", text="我的秘密")
        async with hands.database.reading() as session:
            rows = (await session.scalars(select(Update))).all()
        assert [(row.raw, row.address) for row in rows] == [(None, "")]


class TestBeforeConsent:
    async def test_greets_and_keeps_nobody(self, hands: Hands) -> None:
        replies = await hands.write("a", start="")
        assert "同意" in [choice.label[:2] for choice in replies[-1].choices]
        async with hands.database.reading() as session:
            assert (await session.scalars(select(Person))).all() == []
            drafts = (await session.scalars(select(HeldDraft))).all()
        assert len(drafts) == 1
        assert await hands.deliveries() == []

    async def test_consent_founds_the_person_and_the_chat(self, hands: Hands) -> None:
        await hands.agree("a")
        contact = await hands.contact("a")
        assert (contact.channel, contact.account) == ("pigeon", "1")
        async with hands.database.reading() as session:
            assert (await session.scalars(select(HeldDraft))).all() == []
        assert await hands.write("a", text="菜单")

    async def test_everything_erased_leaves_only_the_farewell(self, hands: Hands) -> None:
        await hands.agree("a")
        await hands.write("a", text="设置")
        await hands.write("a", press="s:erase")
        replies = await hands.write("a", press="s:erase-all")
        assert "都删掉了" in replies[0].text
        async with hands.database.reading() as session:
            for kind in (Person, Contact):
                assert (await session.scalars(select(kind))).all() == []
        assert await hands.deliveries() == []

    async def test_the_export_comes_as_a_file(self, hands: Hands) -> None:
        await hands.agree("a")
        await hands.write("a", text="设置")
        replies = await hands.write("a", press="s:export")
        documents = [reply.document for reply in replies if reply.document]
        assert [one.name for one in documents] == ["huiqi-export.json"]
        assert '"conversations"' in documents[0].content


class TestOrder:
    async def test_a_chat_is_taken_in_the_order_of_arrival(self, hands: Hands) -> None:
        await hands.agree("a")
        for word in ("设置", "返回", "帮助"):
            await hands.messenger.hand_in(hands.inbox, "a", text=word)
        assert await hands.taker.take_some() == 1
        await hands.work()
        assert await hands.heard("a") == ["设置", "返回", "帮助"]

    async def test_chats_do_not_wait_for_each_other(self, hands: Hands) -> None:
        for chat in "abc":
            await hands.messenger.hand_in(hands.inbox, chat, start="")
        assert await hands.taker.take_some() == 3


class TestFailure:
    async def test_one_that_fails_is_tried_again_and_set_aside(self, hands: Hands) -> None:
        await hands.agree("a")
        await hands.messenger.hand_in(hands.inbox, "a", broken="yes")
        await hands.messenger.hand_in(hands.inbox, "a", text="菜单")
        for _ in range(6):
            await hands.work()
            hands.now.pass_by(minutes=2)
        assert await hands.heard("a") == ["菜单"]
        async with hands.database.reading() as session:
            aside = (
                await session.scalars(select(Update).where(col(Update.problem).is_not(None)))
            ).all()
        assert [(row.problem, row.raw) for row in aside] == [
            ("ValueError", {"chat": "a", "broken": "yes"})
        ]

    async def test_one_that_says_nothing_is_done(self, hands: Hands) -> None:
        await hands.messenger.hand_in(hands.inbox, "a", silent="yes")
        await hands.work()
        assert hands.messenger.sent == []

    async def test_a_worker_that_lost_its_lease_keeps_nothing(self, hands: Hands) -> None:
        await hands.agree("a")
        await hands.messenger.hand_in(hands.inbox, "a", text="帮助")
        slow = hands.taker
        async with hands.database.writing() as session:
            row = await session.scalar(select(Update).where(col(Update.done_at).is_(None)))
            assert row is not None
            row.owner, row.lease_until = "another", hands.now()
        await slow._take(row)
        assert await hands.heard("a") == []
        hands.now.pass_by(minutes=2)
        await hands.work()
        assert await hands.heard("a") == ["帮助"]


class TestPresses:
    async def test_a_press_is_acknowledged(self, hands: Hands) -> None:
        await hands.agree("a")
        assert hands.messenger.acknowledged == 1


class TestPace:
    async def test_a_slow_chat_holds_up_nobody_else(self, hands: Hands) -> None:
        for chat in "ab":
            await hands.agree(chat)
        taker, gate = hands.taker, asyncio.Event()

        async def acknowledge(_raw: object) -> None:
            await gate.wait()

        hands.messenger.acknowledge = acknowledge  # type: ignore[method-assign, assignment]
        await hands.messenger.hand_in(hands.inbox, "a", press="go:menu")
        assert await taker.begin_some() == 1
        for word in ("帮助", "菜单"):
            await hands.messenger.hand_in(hands.inbox, "b", text=word)
            assert await taker.begin_some() == 1
            async with asyncio.timeout(20):
                while word not in await hands.heard("b"):
                    pass
        assert taker._begun
        gate.set()
        await taker.drain()
        assert await hands.heard("b") == ["帮助", "菜单"]

    async def test_a_claim_never_takes_more_than_may_go_on_at_once(self, hands: Hands) -> None:
        for chat in range(MOST_BEGUN + BATCH):
            await hands.messenger.hand_in(hands.inbox, str(chat), text="您好")
        taker, most = hands.taker, 0
        while await taker.begin_some():
            most = max(most, len(taker._begun))
        await taker.drain()
        assert 0 < most <= MOST_BEGUN
        assert await taker.take_some() == 0
