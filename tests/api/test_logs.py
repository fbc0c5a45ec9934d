"""Logs: a JSON object a line, and nothing of what people gave, not even when something fails."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.foundation.database import WriteSession
from api.settings import Settings
from tests.architecture.house import HERE
from tests.builders.bot_api import TOKEN
from tests.builders.chats import Chat
from tests.builders.log_search import leaks
from tests.builders.seeded import ALL, CREDIT_CODE, FACTORY, PASSWORD, PERSON, PHONE

NAME = FACTORY
SEEDED = f"我叫{NAME}，电话 {PHONE}，代码 {CREDIT_CODE}"


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


LEAKY = """
import logging
import structlog
from structlog.testing import capture_logs
from tests.builders.seeded import PERSON, PHONE, keep_log, noted

def test_of_this_process():
    structlog.get_logger().warning("heard", words=PHONE)
    logging.getLogger("some.library").error("heard %s", PERSON)

def test_of_lines_that_are_captured():
    with capture_logs():
        structlog.get_logger().warning("heard", words=PHONE)

def test_of_another_process():
    keep_log("server", '{"words": "\\u738b\\u5c0f\\u660e"}')

def test_of_what_was_made_meanwhile():
    structlog.get_logger().warning("made", token=noted("made-while-it-ran"))

def test_of_nothing():
    structlog.get_logger().warning("heard", words=3)
"""


class TestTheSearch:
    """At the end of a run every log of it is searched: that search can fail."""

    @pytest.mark.parametrize(
        ("only", "status", "found"),
        [
            ("of_this_process", 1, 2),
            ("lines_that_are_captured", 1, 1),
            ("another_process", 1, 1),
            ("made_meanwhile", 1, 1),
            ("of_nothing", 0, 0),
        ],
    )
    def test_fails_a_run_that_leaks_and_shows_nothing_itself(
        self, tmp_path: Path, only: str, status: int, found: int
    ) -> None:
        (tmp_path / "test_leaky.py").write_text(LEAKY, encoding="utf-8")
        done = subprocess.run(
            [
                sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest",
                "-p", "no:cacheprovider", "-k", only, "--rootdir", tmp_path,
                "-c", "/dev/null", tmp_path,
            ],
            env={**os.environ, "PYTHONPATH": str(HERE)}, cwd=tmp_path,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == status, done.stdout + done.stderr
        told = re.findall(r"\.log:\d+: .*███.*", done.stdout)
        assert len(told) == found, done.stdout
        assert "1 passed" in done.stdout
        for secret in (PERSON, PHONE, "made-while-it-ran"):
            assert secret not in done.stdout

    def test_names_file_and_line(self, tmp_path: Path) -> None:
        (tmp_path / "1.log").write_text(f"fine\nof {PHONE} and {PHONE}\n", encoding="utf-8")
        (tmp_path / "2.log").write_text("fine\n", encoding="utf-8")
        assert [str(leak) for leak in leaks(tmp_path, [PHONE])] == ["1.log:2: of ███ and ███"]
        assert leaks(tmp_path, []) == []

    def test_looks_for_what_builders_use(self, settings: Settings) -> None:
        assert settings.secret_key is not None
        used = {settings.secret_key.get_secret_value(), PASSWORD, TOKEN, PHONE, NAME[:3]}
        assert used <= set(ALL)
        assert all(len(each) >= 3 for each in ALL)
