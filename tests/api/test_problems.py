"""Errors: problem details everywhere, in two languages, and nothing of the inside."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from api.foundation.errors import SENTENCES, HuiqiError
from api.foundation.languages import language_of

MEDIA_TYPE = "application/problem+json"
INQUIRY = "/v1/evaluate"


def _problem(answer: httpx.Response) -> dict[str, object]:
    assert answer.headers["content-type"] == MEDIA_TYPE
    body: dict[str, object] = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:huiqi:problem:{body['code']}"
    assert str(body["instance"]).endswith(answer.headers["x-request-id"])
    return body


def _all_codes(kind: type[HuiqiError]) -> set[str]:
    return {kind.code} | {code for sub in kind.__subclasses__() for code in _all_codes(sub)}


class TestTheTable:
    def test_has_a_sentence_for_every_error(self) -> None:
        known = _all_codes(HuiqiError)
        assert known - {HuiqiError.code} <= set(SENTENCES)


class TestTheEdge:
    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("GET", "/v1/nothing-here", 404, "not_found"),
            ("GET", "/v1/programmes/nothing-here", 404, "no_such_programme"),
            ("GET", "/v1/documents/nothing-here", 404, "no_such_document"),
            ("GET", "/v1/facts/nothing-here", 404, "not_found"),
            ("DELETE", "/v1/release", 405, "method_not_allowed"),
            ("GET", "/v1/facts?limit=0", 422, "bad_input"),
            ("GET", "/v1/facts?limit=101", 422, "bad_input"),
            ("GET", "/chat/transcript", 401, "no_conversation"),
            ("POST", "/chat/link", 403, "foreign_page"),
            ("POST", INQUIRY, 401, "key_missing"),
        ],
    )
    async def test_answers_with_a_problem(
        self, client: httpx.AsyncClient, method: str, path: str, status: int, code: str
    ) -> None:
        answer = await client.request(method, path)
        assert (answer.status_code, _problem(answer)["code"]) == (status, code)

    async def test_says_it_in_the_language_asked_for(self, client: httpx.AsyncClient) -> None:
        english = _problem(await client.get("/v1/nothing", headers={"Accept-Language": "en-GB"}))
        chinese = _problem(await client.get("/v1/nothing", headers={"Accept-Language": "zh-CN"}))
        assert english["detail"] == "There is nothing here."
        assert chinese["detail"] == "没有找到。"

    async def test_names_each_fault_without_its_value(
        self, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        body = {"facts": {"staff": "不说 13800138000", "nonsense": "1"}, "as_of": "13800138000x"}
        answer = await client.post(INQUIRY, json=body, headers=key)
        assert [fault["pointer"] for fault in answer.json()["errors"]] == ["#/as_of"]
        assert "13800138000x" not in answer.text

    async def test_an_error_nobody_foresaw_is_a_500_that_tells_nothing(
        self, app: FastAPI, client: httpx.AsyncClient
    ) -> None:
        async def broken() -> None:
            raise RuntimeError("the password is swordfish")

        app.add_api_route("/broken", broken)
        answer = await client.get("/broken")
        assert (answer.status_code, _problem(answer)["code"]) == (500, "internal")
        assert "swordfish" not in answer.text

    async def test_a_database_that_is_away_is_a_503(
        self, app: FastAPI, client: httpx.AsyncClient
    ) -> None:
        async def broken() -> None:
            raise OperationalError("SELECT", {}, Exception("connection refused"))

        app.add_api_route("/broken", broken)
        answer = await client.get("/broken")
        assert (answer.status_code, _problem(answer)["code"]) == (503, "busy")
        assert answer.headers["retry-after"] == "2"


class TestLanguage:
    @pytest.mark.parametrize(
        ("header", "language"),
        [
            ("", "zh"),
            ("fr", "zh"),
            ("en", "en"),
            ("en-GB,en;q=0.9", "en"),
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
            ("zh;q=0.2, en;q=0.7", "en"),
            ("en;q=banana", "zh"),
            ("*", "zh"),
        ],
    )
    def test_is_the_better_of_two(self, header: str, language: str) -> None:
        assert language_of(header) == language
