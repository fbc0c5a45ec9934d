"""API keys: scopes, limits, revocation; and conversations that belong to one key."""

import re

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.accounts.models import ApiKey, Scope
from api.accounts.service import MARK, revoke_key
from api.main import create_app
from tests.builders.api_keys import a_key
from tests.builders.engines import closed

OPENED = {"id": "message-1", "said": {"kind": "opened", "start": ""}}
ASK = {"facts": {}, "programmes": ["new-rd-institution"]}


class TestKeys:
    async def test_are_kept_as_a_hash_only(self, app: FastAPI) -> None:
        shown = (await a_key(app))["Authorization"].removeprefix("Bearer ")
        async with app.state.database.reading() as session:
            row = (await session.scalars(select(ApiKey))).one()
        assert shown.startswith(MARK)
        assert re.fullmatch("[0-9a-f]{64}", row.digest)
        assert shown not in repr(row)

    async def test_open_only_what_their_scopes_say(
        self, app: FastAPI, client: httpx.AsyncClient
    ) -> None:
        key = await a_key(app, Scope.INTERVIEW)
        assert (await client.post("/v1/interview", json=ASK, headers=key)).status_code == 200
        refused = await client.post("/v1/evaluate", json=ASK, headers=key)
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")

    @pytest.mark.parametrize("header", ["Bearer hq_wrong", "Bearer é", "Bearer " + "x" * 5000])
    async def test_a_wrong_one_opens_nothing(self, client: httpx.AsyncClient, header: str) -> None:
        headers = [(b"Authorization", header.encode())]
        answer = await client.post("/v1/evaluate", json=ASK, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "key_wrong")
        assert answer.headers["www-authenticate"] == "Bearer"

    async def test_end_when_they_are_revoked(
        self, app: FastAPI, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        async with app.state.database.writing() as session:
            row = (await session.scalars(select(ApiKey))).one()
            assert await revoke_key(session, row.id, now=app.state.now())
            assert not await revoke_key(session, row.id, now=app.state.now())
        assert (await client.post("/v1/evaluate", json=ASK, headers=key)).status_code == 401

    async def test_have_a_rate(self, app: FastAPI, client: httpx.AsyncClient) -> None:
        key = await a_key(app, rate="2/hour")
        statuses = [(await client.post("/v1/evaluate", json=ASK, headers=key)) for _ in range(3)]
        assert [answer.status_code for answer in statuses] == [200, 200, 429]
        assert int(statuses[-1].headers["retry-after"]) > 0


class TestLimits:
    async def test_of_readers_are_counted_by_caller(self, app: FastAPI) -> None:
        few = app.state.settings.model_copy(update={"limit_reading": "3/hour"})
        limited = create_app(few, now=app.state.now, library=app.state.shelf.current)
        statuses = []
        for address in ("10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2"):
            transport = httpx.ASGITransport(app=limited, client=(address, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
                statuses.append((await client.get("/v1/release")).status_code)
        assert statuses == [200, 200, 200, 429, 200]
        await closed(limited)

    async def test_hold_for_every_path(self, app: FastAPI) -> None:
        few = app.state.settings.model_copy(update={"limit_caller": "2/hour"})
        limited = create_app(few, now=app.state.now, library=app.state.shelf.current)
        transport = httpx.ASGITransport(app=limited)
        async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            statuses = [(await client.get(path)).status_code for path in ("/a", "/b", "/c")]
        assert statuses == [404, 404, 429]
        await closed(limited)


class TestConversations:
    async def _begun(self, client: httpx.AsyncClient, key: dict[str, str]) -> str:
        opened = (await client.post("/v1/conversations", json=OPENED, headers=key)).json()
        agree = opened["replies"][-1]["reply"]["choices"][0]["id"]
        body = {
            "id": "message-2",
            "said": {"kind": "pressed", "button": agree},
            "draft": opened["draft"],
        }
        kept = (await client.post("/v1/conversations", json=body, headers=key)).json()
        return str(kept["conversation"])

    async def test_go_on_by_their_id(self, client: httpx.AsyncClient, key: dict[str, str]) -> None:
        path = f"/v1/conversations/{await self._begun(client, key)}"
        say = {"id": "message-3", "said": {"kind": "said", "text": "菜单"}}
        said = (await client.post(f"{path}/turns", json=say, headers=key)).json()
        read = (await client.get(path, headers=key)).json()
        exported = (await client.get(f"{path}/export", headers=key)).json()
        assert read["entries"][-1]["sequence"] == said["after"]
        assert len(exported["conversations"][0]["entries"]) == len(read["entries"])
        assert (await client.delete(path, headers=key)).status_code == 204
        assert (await client.get(path, headers=key)).status_code == 404

    async def test_do_not_exist_for_another_key(
        self, app: FastAPI, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        path = f"/v1/conversations/{await self._begun(client, key)}"
        say = {"id": "message-3", "said": {"kind": "said", "text": "菜单"}}
        other = await a_key(app)
        answers = [
            await client.get(path, headers=other),
            await client.post(f"{path}/turns", json=say, headers=other),
            await client.get(f"{path}/stream", headers=other),
            await client.get(f"{path}/export", headers=other),
            await client.delete(path, headers=other),
        ]
        assert {answer.status_code for answer in answers} == {404}

    async def test_a_draft_belongs_to_its_client(
        self, app: FastAPI, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        opened = (await client.post("/v1/conversations", json=OPENED, headers=key)).json()
        body = OPENED | {"draft": opened["draft"]}
        by_page = await client.post("/chat/turns", json=body, headers={"X-Huiqi": "1"})
        by_other = await client.post("/v1/conversations", json=body, headers=await a_key(app))
        assert (by_page.status_code, by_other.status_code) == (409, 409)
