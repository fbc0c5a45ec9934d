"""Two processes over one database and one Redis: each hears what the other did; nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.accounts.models import Role
from api.conversations.models import Conversation
from api.deliveries.models import Priority
from api.deliveries.service import TOPIC as DELIVERIES
from api.deliveries.service import lay
from api.foundation.loops import Loop
from api.library.service import Library
from api.main import create_app
from api.settings import Settings
from api.working import Crew, Duties
from dialogs.message import Reply
from tests.builders.accounts import SignedIn, an_account
from tests.builders.chats import Chat
from tests.builders.clocks import StandingClock
from tests.builders.redis_servers import RedisServer
from tests.builders.servers import served
from tests.builders.waiting import until

pytestmark = pytest.mark.needs_redis


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    made = RedisServer(tmp_path)
    made.start()
    yield made
    made.kill()


@dataclass
class Pair:
    """One process that answers, one that works; a browser at the first."""

    front: FastAPI
    back: FastAPI
    chat: Chat
    now: StandingClock
    told: int = 0

    async def tell(self, text: str) -> None:
        """The answering process lays a message down; the working one has to send it."""
        self.told += 1
        async with self.front.state.database.writing() as session:
            person = (await session.scalars(select(Conversation))).one().person_id
            await lay(
                session, occasion=f"test:{self.told}", person=person, priority=Priority.STAFF,
                replies={"zh": Reply(kind="notice", text=text)}, now=self.now(),
            )  # fmt: skip
        self.front.state.wake.wake(DELIVERIES)

    @asynccontextmanager
    async def following(self) -> AsyncIterator[asyncio.Queue[str]]:
        """The texts that the browser's live stream shows from now on."""
        entries = (await self.chat.client.get("/chat/transcript")).json()["entries"]
        shown: asyncio.Queue[str] = asyncio.Queue()
        headers = {"Last-Event-ID": str(entries[-1]["sequence"])}

        async def follow() -> None:
            async with self.chat.client.stream("GET", "/chat/stream", headers=headers) as answer:
                async for line in answer.aiter_lines():
                    if line.startswith("data: "):
                        shown.put_nowait(line)

        task = asyncio.create_task(follow())
        await until(lambda: self.front.state.wake.waiters == 1)
        try:
            yield shown
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def pair(
    settings: Settings, now: StandingClock, library: Library, server: RedisServer
) -> AsyncIterator[Pair]:
    shared = settings.model_copy(update={"redis_url": server.url})
    front = create_app(shared, now=now, library=library, duties=Duties.NONE)
    back = create_app(shared, now=now, library=library, duties=Duties.WORK)
    async with served(front) as address, served(back):
        await until(lambda: front.state.wake.hears_all and back.state.wake.hears_all)
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            chat = Chat(client)
            await chat.agree()
            yield Pair(front, back, chat, now)


@pytest.fixture
def only_wakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks by themselves: what happens was woken."""
    loops = Crew.loops

    def patient(self: Crew) -> Iterator[Loop]:
        return (replace(loop, every=3600.0) for loop in loops(self))

    monkeypatch.setattr(Crew, "loops", patient)
    monkeypatch.setattr("api.console.live._EVERY_SECONDS", 3600.0)
    monkeypatch.setattr("api.conversations.streams.LOOK_SECONDS", 3600.0)


class TestRedisThere:
    @pytest.mark.usefixtures("only_wakes")
    async def test_loops_and_streams_react_to_the_other_process(self, pair: Pair) -> None:
        streams = pair.front.state.streams
        pair.front.state.streams = replace(streams, look_again=3600.0)
        async with pair.following() as shown:
            await pair.tell("从一个进程到另一个")
            assert "从一个进程到另一个" in await asyncio.wait_for(shown.get(), 10)

    @pytest.mark.usefixtures("only_wakes")
    async def test_live_pages_of_the_console_do_too(self, pair: Pair) -> None:
        staff = await an_account(pair.front, Role.STAFF)
        async with httpx.AsyncClient(base_url=str(pair.chat.client.base_url)) as http:
            changes = _changes(http, staff)
            assert await anext(changes) == "changed"
            pair.back.state.wake.wake("tickets")
            assert await asyncio.wait_for(anext(changes), 10) == "changed"
            await changes.aclose()  # type: ignore[attr-defined]  # an async generator has it


async def _changes(http: httpx.AsyncClient, staff: SignedIn) -> AsyncIterator[str]:
    http.cookies.set("huiqi_console", staff.token)
    async with http.stream("GET", "/console/events") as answer:
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                yield line.removeprefix("event: ")


class TestRedisAway:
    async def test_work_goes_on_and_nothing_is_lost(self, pair: Pair, server: RedisServer) -> None:
        wakes = [pair.front.state.wake, pair.back.state.wake]
        async with pair.following() as shown:
            server.kill()
            await until(lambda: not any(wake.hears_all for wake in wakes))
            await pair.tell("没有 Redis 时")
            assert "没有 Redis 时" in await asyncio.wait_for(shown.get(), 20)
            assert (await pair.chat.say("菜单")).status_code == 200
            await pair.tell("仍然没有")
            server.start()
            await until(lambda: all(wake.hears_all for wake in wakes))
            await pair.tell("又有了")
            seen = ""
            while "又有了" not in seen:
                seen += await asyncio.wait_for(shown.get(), 20)
        assert "仍然没有" in seen
        entries = (await pair.chat.client.get("/chat/transcript")).text
        assert [entries.count(text) for text in ("没有 Redis 时", "仍然没有", "又有了")] == [
            1,
            1,
            1,
        ]
