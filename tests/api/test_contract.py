"""The OpenAPI document is kept by every answer: schemathesis over the whole of it."""

import asyncio
import threading
from collections.abc import Iterator
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
from tests.builders.databases import on_sqlite
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

    def __init__(self, folder: Path, library: Library) -> None:
        self.address = ""
        self.headers: dict[str, str] = {"X-Huiqi": "1"}
        self._folder, self._library = folder, library
        self._up, self._down = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        app = create_app(
            some_settings(self._folder, database_url=on_sqlite(self._folder)),
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


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Iterator[_Running]:
    made = _Running(tmp_path_factory.mktemp("contract"), library)
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
