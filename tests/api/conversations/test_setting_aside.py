"""An update that cannot be taken: its chat goes on and is told, and nobody else waits for it."""

from collections.abc import Mapping, Sequence

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from api.conversations.leaving import erase_person
from api.conversations.models import Update
from api.conversations.retention import end_retention
from api.conversations.setting_aside import (
    count_set_aside,
    dismiss,
    list_set_aside,
    try_again,
)
from api.enterprises.models import Contact
from api.foundation.errors import NotFound
from dialogs.ports import Received
from tests.builders.channels import Messenger
from tests.builders.clocks import StandingClock
from tests.builders.crews import Hands

SORRY = "没能处理"


class Mending(Messenger):
    """A messenger whose broken updates can be read once somebody has mended it."""

    mended = False

    def read(self, raw: Mapping[str, object]) -> Received | None:
        return super().read({**raw, "broken": ""} if self.mended else raw)


@pytest.fixture
def hands(app: FastAPI, now: StandingClock) -> Hands:
    return Hands(app, Mending(), now)


async def fails(hands: Hands, chat: str, **said: object) -> None:
    """Somebody sends what cannot be taken, and every try is over."""
    await hands.messenger.hand_in(hands.inbox, chat, broken="yes", **said)
    for _ in range(6):
        await hands.work()
        hands.now.pass_by(minutes=2)


async def aside(hands: Hands) -> Sequence[Update]:
    async with hands.database.reading() as session:
        found = await list_set_aside(session, limit=10)
        assert await count_set_aside(session) == len(found)
    return found


async def dies(hands: Hands, times: int) -> list[str]:
    """A worker takes up what is due and dies, so many times; which chats it held each time."""
    taken = []
    for _ in range(times):
        worker = hands.taker
        held: list[Update] = []

        async def die(update: Update, held: list[Update] = held) -> None:
            held.append(update)

        worker._take = die  # type: ignore[method-assign]  # as a killed process: nothing is ended
        await worker.take_some()
        taken.append("".join(sorted(update.address for update in held)))
        hands.now.pass_by(minutes=2)
    return taken


class TestTelling:
    async def test_the_person_is_told_once_in_their_language(self, hands: Hands) -> None:
        await hands.agree("a")
        async with hands.database.writing() as session:
            contact = await session.scalar(select(Contact))
            assert contact is not None
            contact.language = "en"
        await fails(hands, "a", text="我的秘密")
        (told,) = [r for r in hands.messenger.to("a") if "could not handle" in r.text]
        assert [choice.id for choice in told.choices] == ["go:menu", "go:person"]
        assert await hands.transcript("a", told.text) == 1

    async def test_a_chat_of_nobody_is_told_and_not_kept(self, hands: Hands) -> None:
        await hands.write("a", start="")
        await fails(hands, "a", text="您好")
        assert sum(SORRY in reply.text for reply in hands.messenger.to("a")) == 1
        assert await hands.deliveries() == []

    async def test_where_it_may_be_a_group_nothing_is_said(self, hands: Hands) -> None:
        await fails(hands, "a", text="您好")
        assert hands.messenger.to("a") == []
        assert [(row.problem, row.attempts) for row in await aside(hands)] == [("ValueError", 5)]

    async def test_failing_once_more_is_not_told_once_more(self, hands: Hands) -> None:
        await hands.write("s", start="")
        await hands.agree("a")
        for chat in ("s", "a"):
            await fails(hands, chat)
        for row in await aside(hands):
            async with hands.database.writing() as session:
                await try_again(session, row.id, now=hands.now())
        for _ in range(6):
            await hands.work()
            hands.now.pass_by(minutes=2)
        assert len(await aside(hands)) == 2
        for chat in ("s", "a"):
            assert sum(SORRY in reply.text for reply in hands.messenger.to(chat)) == 1


class TestOthers:
    async def test_nobody_else_waits_for_a_chat_that_fails(self, hands: Hands) -> None:
        await hands.agree("b")
        await hands.messenger.hand_in(hands.inbox, "a", broken="yes")
        await hands.messenger.hand_in(hands.inbox, "b", text="菜单")
        await hands.work()
        assert await hands.heard("b") == ["菜单"]

    async def test_one_that_kills_its_worker_is_set_aside(self, hands: Hands) -> None:
        await hands.agree("a")
        await hands.messenger.hand_in(hands.inbox, "a", text="毒")
        await hands.messenger.hand_in(hands.inbox, "a", text="菜单")
        assert await dies(hands, 5) == ["a"] * 5
        await hands.work()
        assert [row.problem for row in await aside(hands)] == ["worker_died"]
        assert await hands.heard("a") == ["菜单"]
        assert any(SORRY in reply.text for reply in hands.messenger.to("a"))

    async def test_it_takes_others_with_it_once_and_no_more(self, hands: Hands) -> None:
        for chat in "abc":
            await hands.messenger.hand_in(hands.inbox, chat, text="您好")
        assert await dies(hands, 1) == ["abc"]
        await hands.messenger.hand_in(hands.inbox, "d", text="您好")
        (second,) = await dies(hands, 1)
        assert (len(second), second[-1]) == (2, "d")
        await hands.work()
        assert await aside(hands) == []

    async def test_without_its_channel_an_update_waits_and_is_not_lost(self, hands: Hands) -> None:
        await hands.agree("a")
        await hands.messenger.hand_in(hands.inbox, "a", text="菜单")
        other = Hands(hands.app, Messenger(name="crow"), hands.now)
        for _ in range(20):
            await other.work()
            hands.now.pass_by(minutes=2)
        await hands.work()
        assert await hands.heard("a") == ["菜单"]
        await hands.messenger.hand_in(hands.inbox, "a", text="帮助")
        hands.now.pass_by(hours=25)
        await other.work()
        assert [row.problem for row in await aside(hands)] == ["no_channel"]


class TestDeciding:
    async def test_once_mended_it_is_taken(self, hands: Hands) -> None:
        await hands.agree("a")
        await fails(hands, "a", text="菜单")
        (row,) = await aside(hands)
        Mending.mended = True
        try:
            async with hands.database.writing() as session:
                await try_again(session, row.id, now=hands.now())
            await hands.work()
        finally:
            Mending.mended = False
        assert await hands.heard("a") == ["菜单"]
        assert await aside(hands) == []

    async def test_what_is_dismissed_is_gone(self, hands: Hands) -> None:
        await hands.agree("a")
        await fails(hands, "a", text="我的秘密")
        (row,) = await aside(hands)
        async with hands.database.writing() as session:
            await dismiss(session, row.id)
        await _nothing_is_left(hands)
        async with hands.database.writing() as session:
            for decide in (dismiss(session, row.id), try_again(session, row.id, now=hands.now())):
                with pytest.raises(NotFound):
                    await decide


async def _nothing_is_left(hands: Hands) -> None:
    async with hands.database.reading() as session:
        rows = (await session.scalars(select(Update).where(col(Update.raw).is_not(None)))).all()
        named = (await session.scalars(select(Update).where(col(Update.address) != ""))).all()
    assert (rows, named, await aside(hands)) == ([], [], [])


class TestLeaving:
    async def test_its_content_goes_with_the_person(self, hands: Hands) -> None:
        await hands.agree("a")
        await fails(hands, "a", text="我的秘密")
        async with hands.database.writing() as session:
            contact = await session.scalar(select(Contact))
            assert contact is not None
            await erase_person(session, contact.person_id)
        await _nothing_is_left(hands)

    async def test_of_a_stranger_it_stays_a_day(self, hands: Hands) -> None:
        await fails(hands, "a", text="我的秘密")
        await end_retention(hands.database, days=180, now=hands.now())
        assert len(await aside(hands)) == 1
        hands.now.pass_by(hours=25)
        await end_retention(hands.database, days=180, now=hands.now())
        await _nothing_is_left(hands)

    async def test_of_a_person_it_stays_as_long_as_they_are_kept(self, hands: Hands) -> None:
        await hands.agree("a")
        await fails(hands, "a", text="我的秘密")
        hands.now.pass_by(days=20)
        await end_retention(hands.database, days=30, now=hands.now())
        assert len(await aside(hands)) == 1
        hands.now.pass_by(days=11)
        await end_retention(hands.database, days=30, now=hands.now())
        await _nothing_is_left(hands)
