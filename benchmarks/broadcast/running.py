"""One whole run: how fast notices are laid down, then how much of the allowed rate is used."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from api.deliveries.pacing import rules_of
from benchmarks.broadcast.followers import (
    FACTS_OF_A_FULL_PROFILE,
    a_database,
    approve,
    fill,
    watched,
)
from benchmarks.broadcast.processes import a_messenger, most_memory, workers
from tests.builders.windows_of_time import most_in

_BODY = "请于本月底前补正材料，逾期不再受理。" * 40
"""A notice of a page."""
_WARM_SECONDS = 5.0
_PATIENCE = 1800.0


@dataclass(frozen=True, slots=True)
class Laid:
    """One notice laid down by one worker, while it sends."""

    engine: str
    followers: int
    facts: int
    """Known of each of them."""
    seconds: float
    rows: int
    mebibytes: float
    """The most memory the worker held."""


@dataclass(frozen=True, slots=True)
class Used:
    """A broadcast as it arrived at the messenger."""

    engine: str
    workers: int
    a_second: int
    """Calls the account may make."""
    allowed: int
    """Of them for a broadcast."""
    seconds: float
    arrived: int
    share: float
    most_in_a_second: int
    """In any window of one second."""


def laid(engine: str, followers: int, *, full: bool, redis: str) -> Laid:
    """Fill a database, start one worker, and wait until the last row is there."""
    with (
        tempfile.TemporaryDirectory() as folder,
        a_database(engine, Path(folder)) as url,
        a_messenger() as messenger,
    ):
        fill(url, followers, full=full)
        expansion = approve(url, _BODY)
        with workers(
            1, Path(folder), url=url, redis=redis, messenger=messenger, rate=30
        ) as (worker,):  # fmt: skip
            seconds, rows = asyncio.run(watched(url, expansion, _PATIENCE))
            memory = most_memory(worker)
    return Laid(
        engine,
        followers,
        FACTS_OF_A_FULL_PROFILE if full else 1,
        round(seconds, 2),
        rows,
        round(memory, 1),
    )


def used(engine: str, count: int, rate: int, seconds: float, *, redis: str) -> Used:
    """Broadcast to enough followers, and count what arrives after the first few seconds."""
    allowed = rules_of(rate).bulk_a_second
    followers = int(allowed * (seconds + _WARM_SECONDS) * 1.5) + 500
    with (
        tempfile.TemporaryDirectory() as folder,
        a_database(engine, Path(folder)) as url,
        a_messenger() as messenger,
    ):
        fill(url, followers, full=False)
        approve(url, _BODY)
        with workers(count, Path(folder), url=url, redis=redis, messenger=messenger, rate=rate):
            _first_arrival(messenger)
            time.sleep(_WARM_SECONDS)
            _arrivals(messenger)
            begun = time.perf_counter()
            time.sleep(seconds)
            arrived = _arrivals(messenger)
            took = time.perf_counter() - begun
    share = round(len(arrived) / took / allowed, 4)
    return Used(engine, count, rate, allowed, round(took, 1), len(arrived), share, most_in(arrived))


def _first_arrival(messenger: str) -> None:
    ends = time.perf_counter() + _PATIENCE
    while not _arrivals(messenger) and time.perf_counter() < ends:
        time.sleep(0.1)


def _arrivals(messenger: str) -> Sequence[float]:
    found: list[float] = httpx.get(f"{messenger}/arrivals", timeout=30).json()
    return found
