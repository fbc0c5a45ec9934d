"""Following a conversation live: over a real connection, with resume, an end, and a stop."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import ConversationId
from api.conversations.streams import MOST_LOOKS, Streams, resume_after
from tests.builders.chats import Chat
from tests.builders.servers import served
from tests.builders.waiting import until


@pytest.fixture
async def chat(app: FastAPI) -> AsyncIterator[Chat]:
    """A browser over a real connection, whose person has agreed."""
    async with served(app) as address, httpx.AsyncClient(base_url=address, timeout=20) as client:
        browser = Chat(client)
        await browser.agree()
        yield browser


async def events(
    chat: Chat, most: int, headers: Mapping[str, str] | None = None, path: str = "/chat/stream"
) -> list[tuple[str, str]]:
    """The first events of a stream: name and id."""
    seen: list[tuple[str, str]] = []
    name = id_ = ""
    async with chat.client.stream("GET", path, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            field, _, value = line.partition(": ")
            name, id_ = (value if field == "event" else name), (value if field == "id" else id_)
            if not line and name:
                seen.append((name, id_))
                name = id_ = ""
            if len(seen) == most:
                break
    return seen


async def _last(chat: Chat) -> int:
    return int((await chat.client.get("/chat/transcript")).json()["entries"][-1]["sequence"])


class TestFollow:
    async def test_shows_what_was_and_what_comes(self, app: FastAPI, chat: Chat) -> None:
        last = await _last(chat)
        following = asyncio.create_task(events(chat, 3, {"Last-Event-ID": str(last - 1)}))
        await until(lambda: app.state.wake.waiters == 1)
        await chat.say("菜单")
        assert await asyncio.wait_for(following, 10) == [
            ("entry", str(last)), ("entry", str(last + 1)), ("entry", str(last + 2))
        ]  # fmt: skip

    async def test_goes_on_after_what_the_browser_saw(self, chat: Chat) -> None:
        await chat.say("菜单")
        last = await _last(chat)
        seen = await events(chat, 1, {"Last-Event-ID": str(last - 1)})
        by_address = await events(chat, 1, path=f"/chat/stream?after={last - 1}")
        assert seen == by_address == [("entry", str(last))]

    async def test_says_when_all_is_gone(self, app: FastAPI, chat: Chat) -> None:
        last = await _last(chat)
        following = asyncio.create_task(events(chat, 1, {"Last-Event-ID": str(last)}))
        await until(lambda: app.state.wake.waiters == 1)
        await chat.delete()
        assert await asyncio.wait_for(following, 10) == [("gone", "")]

    async def test_holds_no_connection_while_it_waits(self, app: FastAPI, chat: Chat) -> None:
        last = await _last(chat)
        waiting = [
            asyncio.create_task(events(chat, 1, {"Last-Event-ID": str(last)})) for _ in range(8)
        ]
        await until(lambda: app.state.wake.waiters == 8)
        pool = app.state.database.engine.pool
        await until(lambda: pool.checkedout() == 0)
        assert await asyncio.wait_for(_last(chat), 2) == last
        await chat.say("菜单")
        await asyncio.wait_for(asyncio.gather(*waiting), 10)

    async def test_a_ninth_listener_is_asked_to_come_later(self, app: FastAPI, chat: Chat) -> None:
        last = await _last(chat)
        waiting = [
            asyncio.create_task(events(chat, 1, {"Last-Event-ID": str(last)})) for _ in range(8)
        ]
        await until(lambda: app.state.wake.waiters == 8)
        answer = await chat.client.get("/chat/stream")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")
        await chat.say("菜单")
        await asyncio.wait_for(asyncio.gather(*waiting), 10)

    async def test_needs_a_conversation(self, chat: Chat) -> None:
        chat.client.cookies.clear()
        assert (await chat.client.get("/chat/stream")).status_code == 401


class TestStop:
    async def test_a_stream_does_not_hold_the_server_up(self, app: FastAPI) -> None:
        async with served(app) as address, httpx.AsyncClient(base_url=address) as client:
            browser = Chat(client)
            await browser.agree()
            following = asyncio.create_task(events(browser, 10**6))
            await until(lambda: app.state.wake.waiters == 1)
            app.state.wake.stop()
            seen = await asyncio.wait_for(following, 5)
        assert all(name == "entry" for name, _ in seen)


class TestResumeAfter:
    @pytest.mark.parametrize(
        ("header", "after", "start"),
        [(None, 3, 3), ("7", 3, 7), ("x", 3, 3), ("-1", 3, 3), ("9" * 30, 3, 2**31 - 1)],
    )
    def test_believes_the_browser_first(self, header: str | None, after: int, start: int) -> None:
        assert resume_after(header, after) == start


class TestMany:
    async def test_few_look_at_the_database_at_once(self, app: FastAPI) -> None:
        looking = most = 0

        async def allowed(_: AsyncSession) -> bool:
            nonlocal looking, most
            looking, most = looking + 1, max(most, looking + 1)
            for _turn in range(20):  # others go on meanwhile
                await asyncio.sleep(0)
            looking -= 1
            return False

        streams: Streams = app.state.streams

        async def first() -> str | None:
            following = streams.follow(ConversationId(uuid4()), 0, allowed)
            return (await anext(following)).event

        assert await asyncio.gather(*(first() for _ in range(40))) == ["gone"] * 40
        assert most == MOST_LOOKS
