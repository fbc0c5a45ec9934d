"""What is said to be kept so long is kept so long."""

import httpx
from fastapi import FastAPI

from api.conversations.retention import end_retention
from tests.builders.chats import Chat
from tests.builders.clocks import StandingClock


class TestEndRetention:
    async def test_erases_what_nobody_touched(
        self, app: FastAPI, client: httpx.AsyncClient, now: StandingClock
    ) -> None:
        chat = Chat(client)
        await chat.agree()
        now.pass_by(days=179)
        await chat.say("菜单")
        now.pass_by(days=179)
        assert await end_retention(app.state.database, days=180, now=now()) == 0
        now.pass_by(days=2)
        assert await end_retention(app.state.database, days=180, now=now()) == 1
        assert (await client.get("/chat/transcript")).status_code == 401
