"""Bad bodies get a clear answer: too long, too deep, half a character, 1e999."""

from collections.abc import AsyncIterator

import httpx
import pytest

from api.foundation.bodies import check_json
from api.foundation.errors import BadInput, BadJson, TooDeep

PATH = "/v1/evaluate"
JSON = {"Content-Type": "application/json"}


class TestCheckJson:
    def test_takes_what_is_in_order(self) -> None:
        check_json('{"a": ["你好 😀", 1.5, {"b": null}], "c": "[[[[[["}'.encode(), 4)

    @pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"a": NaN}', b"1" * 5000, b"\x00"])
    def test_refuses_what_is_no_json(self, body: bytes) -> None:
        with pytest.raises(BadJson):
            check_json(body, 10)

    def test_refuses_depth_before_the_parser_falls_over_it(self) -> None:
        with pytest.raises(TooDeep):
            check_json(b"[" * 100_000, 24)

    @pytest.mark.parametrize(
        ("body", "pointer", "code"),
        [
            (b'{"a": [1, 1e999]}', "#/a/1", "number_too_large"),
            (b'{"a": "\\u0000"}', "#/a", "text_unkeepable"),
            (b'{"a/b": "\\ud83d"}', "#/a~1b", "text_unkeepable"),
            (b'{"a": {"\\udc00": 1}}', "#/a", "text_unkeepable"),
        ],
    )
    def test_points_at_what_cannot_be_kept(self, body: bytes, pointer: str, code: str) -> None:
        with pytest.raises(BadInput) as refused:
            check_json(body, 10)
        assert [(f.pointer, f.code) for f in refused.value.faults] == [(pointer, code)]

    def test_a_pair_of_halves_is_a_character(self) -> None:
        check_json(b'{"a": "\\ud83d\\ude00"}', 10)


class TestTheDoor:
    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (b"{", 400, "bad_json"),
            (b"[" * 1000, 400, "too_deep"),
            (b'{"facts": {"staff": 1e999}}', 422, "bad_input"),
            (b'"' + b"x" * 300_000 + b'"', 413, "too_large"),
        ],
    )
    async def test_refuses(
        self, client: httpx.AsyncClient, key: dict[str, str], body: bytes, status: int, code: str
    ) -> None:
        answer = await client.post(PATH, content=body, headers=key | JSON)
        assert (answer.status_code, answer.json()["code"]) == (status, code)

    async def test_counts_a_body_that_does_not_say_its_length(
        self, client: httpx.AsyncClient, key: dict[str, str]
    ) -> None:
        async def endless() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b"x" * 10_000

        answer = await client.post(PATH, content=endless(), headers=key | JSON)
        assert answer.status_code == 413
