"""The OpenAPI document is kept by every answer: schemathesis over the whole of it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from api.foundation.migrating import migrate
from api.library.service import Library
from api.main import create_app
from tests.builders.api_keys import a_key
from tests.builders.databases import on_postgres, on_sqlite
from tests.builders.engines import ENGINES, redis_for
from tests.builders.servers import served
from tests.builders.settings import some_settings

EXAMPLES = 12
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    ignored_auth,
    unsupported_method,
]
"""Not that every valid shape is accepted: a fact of the right shape may be unknown."""


class _Running:
    """The application in a thread with a loop of its own: schemathesis calls it synchronously."""

    def __init__(self, folder: Path, url: str, library: Library) -> None:
        self.address = ""
        self.headers: dict[str, str] = {"X-Huiqi": "1"}
        self._folder, self._url, self._library = folder, url, library
        self._up, self._down = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        app = create_app(
            some_settings(self._folder, database_url=self._url, redis_url=redis_for(self._url)),
            library=self._library,
        )
        await migrate(app.state.database)
        async with served(app) as self.address:
            self.headers |= await a_key(app)
            self._up.set()
            await self._down.wait()

    def start(self) -> None:
        self._thread.start()
        assert self._up.wait(30)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._down.set)
        self._thread.join(30)


@pytest.fixture(scope="module", params=ENGINES)
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, library: Library
) -> Iterator[_Running]:
    folder = tmp_path_factory.mktemp("contract")
    with ExitStack() as stack:
        on_file = request.param == "sqlite"
        url = on_sqlite(folder) if on_file else stack.enter_context(on_postgres())
        made = _Running(folder, url, library)
        made.start()
        yield made
        made.stop()


def _contract() -> schemathesis.BaseSchema:
    """The document, from an application that is never served and knows no database."""
    nowhere = some_settings(Path(), database_url="postgresql://nowhere/nothing")
    return schemathesis.openapi.from_dict(create_app(nowhere).openapi())


schema = _contract()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: schemathesis.Case[Any], running: _Running) -> None:
    case.call_and_validate(
        base_url=running.address, headers=running.headers, checks=CHECKS, timeout=20
    )


class _Client:
    """Calls operations of the document with what is really there, and has the answers checked."""

    def __init__(self, running: _Running) -> None:
        self._running = running
        self.cookies: dict[str, str] = {}
        self.reached: set[tuple[str, str]] = set()

    def __call__(self, method: str, path: str, body: object = None, **place: str) -> dict[str, Any]:
        given: dict[str, Any] = {} if body is None else {"body": body}
        given["path_parameters" if "{" in path else "query"] = place
        case = schema[path][method].Case(cookies=self.cookies, **given)
        answer = case.call_and_validate(
            base_url=self._running.address, headers=self._running.headers, checks=CHECKS, timeout=20
        )
        assert answer.status_code < 300, answer.text
        self.reached.add((method, path))
        for name, cookies in answer.headers.items():
            if name == "set-cookie":
                self._keep(cookies)
        told: dict[str, Any] = answer.json() if answer.content else {}
        return told

    def _keep(self, cookies: list[str]) -> None:
        for cookie in cookies:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]

    def converse(self, path: str) -> dict[str, Any]:
        """Open a conversation and agree."""
        opened = self("POST", path, {"id": "message-1", "said": {"kind": "opened", "start": ""}})
        agree = opened["replies"][-1]["reply"]["choices"][0]["id"]
        said = {"kind": "pressed", "button": agree}
        return self("POST", path, {"id": "message-2", "said": said, "draft": opened["draft"]})


READ: tuple[tuple[str, dict[str, str]], ...] = (
    ("/healthz", {}),
    ("/readyz", {}),
    ("/v1/release", {}),
    ("/v1/roles", {}),
    ("/v1/documents", {}),
    ("/v1/documents/{number}", {"number": "豫科-2023-54"}),
    ("/v1/programmes", {}),
    ("/v1/facts", {}),
    ("/v1/facts/{id}", {"id": "staff"}),
    ("/v1/search", {"q": "研发人员"}),
)
STREAMS = {("GET", "/chat/stream"), ("GET", "/v1/conversations/{conversation}/stream")}
"""These do not end; tests/api/test_streams.py follows them."""
FACTS = {"rd_staff": "9 人", "staff": 40, "legal_person": True, "registered_on": "2020-01-01"}


def _read_everything(call: _Client, library: Library) -> None:
    for path, place in READ:
        call("GET", path, **place)
    for programme in library.base.programmes:
        call("GET", "/v1/programmes/{id}", id=programme)


def _judge_everything(call: _Client) -> None:
    told = call("POST", "/v1/evaluate", {"facts": FACTS, "receipts": True})
    call("POST", "/v1/receipts/verify", told["verdicts"][0]["receipt"])
    call("POST", "/v1/interview", {"facts": FACTS})


def _converse_with_a_key(call: _Client) -> None:
    one = "/v1/conversations/{conversation}"
    place = {"conversation": call.converse("/v1/conversations")["conversation"]}
    say = {"id": "message-3", "said": {"kind": "said", "text": "菜单"}}
    call("POST", f"{one}/turns", say, **place)
    call("GET", one, **place)
    call("GET", f"{one}/export", **place)
    call("DELETE", one, **place)


def _converse_at_the_page(call: _Client) -> None:
    call.converse("/chat/turns")
    call("GET", "/chat/transcript")
    call("GET", "/chat/export")
    link = call("POST", "/chat/link")["link"]
    call("POST", "/chat/resume", {"token": link.partition("#resume=")[2]})
    call("DELETE", "/chat")
    call("POST", "/chat/leave")


def test_what_is_there_is_answered_as_described(running: _Running, library: Library) -> None:
    """Random ids find nothing: here every operation succeeds once, on what is really there."""
    call = _Client(running)
    _read_everything(call, library)
    _judge_everything(call)
    _converse_with_a_key(call)
    _converse_at_the_page(call)
    paths: dict[str, dict[str, object]] = schema.raw_schema["paths"]
    every = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert every - call.reached == STREAMS
