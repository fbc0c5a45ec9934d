"""What holds for every test: CI may not skip for want of a server, examples are repeatable, and
no log of the run holds what people or operators gave.
"""

import os
import shutil
import socket
from collections.abc import Callable, Generator
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, settings

from tests.builders import log_search

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

settings.register_profile("here", deadline=None)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # two shared cores are slow, not wrong
)
settings.load_profile("ci" if IN_CI else "here")

Available: TypeAlias = Callable[[], bool]


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _has_postgres() -> bool:
    return _listens(int(os.environ.get("PGPORT", "5432")))


def _has_redis() -> bool:
    return _listens(6379)


def _has_chromium() -> bool:
    return shutil.which("chromium") is not None


NEEDS: dict[str, tuple[Available, str]] = {
    "needs_postgres": (_has_postgres, "no PostgreSQL on loopback"),
    "needs_redis": (_has_redis, "no Redis on loopback"),
    "needs_chromium": (_has_chromium, "no chromium; Debian: apt-get install chromium"),
}


def pytest_configure(config: pytest.Config) -> None:
    """All that is logged in this run is kept, by whatever process."""
    log_search.begin(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for browsers and processes begins first: nobody waits for it at the end."""
    items.sort(key=lambda item: "tests/journeys/" not in item.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Nothing that people or operators gave may be found in it."""
    log_search.end(session)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs what is not there is skipped on a developer's machine and fails in CI."""
    for name, (available, reason) in NEEDS.items():
        if item.get_closest_marker(name) is None or available():
            continue
        if IN_CI:
            pytest.fail(f"{reason}; in CI this is a failure", pytrace=False)
        pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI such a test may not skip itself either, say when it cannot connect."""
    report = yield
    needing = any(item.get_closest_marker(name) for name in NEEDS)
    if IN_CI and needing and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report
