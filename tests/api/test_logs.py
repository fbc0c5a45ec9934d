"""Logs: a JSON object a line, and nothing of what people gave, not even when something fails."""

import json

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.foundation.database import WriteSession
from tests.builders.chats import Chat

NAME, PHONE = "王小明的加工厂", "13800138000"
SEEDED = f"我叫{NAME}，电话 {PHONE}"


async def _fail(session: WriteSession) -> None:
    statement = text("INSERT INTO persons (id, notice) VALUES (NULL, :notice)")
    await session.execute(statement, {"notice": SEEDED})


async def _raise() -> None:
    raise ValueError(SEEDED)


class TestLogs:
    async def test_hold_no_word_token_or_address_of_anybody(
        self, client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
    ) -> None:
        chat = Chat(client)
        await chat.agree()
        cookie = client.cookies["huiqi_chat"]
        for said in (SEEDED, "人工", SEEDED, PHONE):
            await chat.say(said)
        link = (await chat.post("/link")).json()["link"].partition("=")[2]
        await chat.post("/resume", {"token": PHONE * 3})
        await client.get(f"/v1/search?q={NAME}")
        await client.get(f"/v1/programmes/{PHONE}")
        logged = capsys.readouterr().err
        assert len(logged.splitlines()) > 8
        for secret in (NAME, PHONE, cookie, link, "127.0.0.1"):
            assert secret not in logged

    async def test_hold_type_and_place_of_an_error_and_not_its_words(
        self, app: FastAPI, client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
    ) -> None:
        app.add_api_route("/fail", _fail)
        app.add_api_route("/raise", _raise)
        assert (await client.get("/fail")).status_code == 500
        assert (await client.get("/raise")).status_code == 500
        logged = capsys.readouterr().err
        lines = [json.loads(line) for line in logged.splitlines()]
        failed = [line for line in lines if line["event"] == "request_failed"]
        assert failed[0]["exception"].endswith(IntegrityError.__name__)
        assert failed[1]["exception"] == "builtins.ValueError"
        assert any("_raise" in place for place in failed[1]["places"])
        assert NAME not in logged
        assert PHONE not in logged

    async def test_have_a_line_a_request_with_its_route(
        self, client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
    ) -> None:
        answer = await client.get("/v1/programmes/some-thing")
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        line = next(line for line in lines if line["event"] == "request")
        assert (line["method"], line["route"], line["status"]) == (
            "GET", "/v1/programmes/{id}", 404
        )  # fmt: skip
        assert line["request"] == answer.headers["x-request-id"]
        assert {"timestamp", "level", "ms"} <= line.keys()
