"""Real Chromium before a real server process: nothing of the program is replaced."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.builders.engines import (  # noqa: F401 - fixtures, found here by name
    database_url,
    pooled_postgres,
    sqlite_template,
)
from tests.journeys.process import ServerProcess
from tests.journeys.visitor import Visitor, a_visitor

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ended with each file: while Playwright's loop runs, no async test can run its own."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server for all, left running by each; every visitor has a conversation of its own."""
    with ServerProcess(tmp_path_factory.mktemp("shared")) as started:
        yield started


@pytest.fixture
def visitor(browser: Browser, shared: ServerProcess) -> Iterator[Visitor]:
    """Somebody on a telephone who reads Chinese; nothing went wrong unseen."""
    with a_visitor(browser, shared.address) as made:
        yield made
