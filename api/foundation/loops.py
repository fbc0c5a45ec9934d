"""The loops of the program: each does one kind of work from its ledger until there is none left.

A loop that fails says so in the log, waits longer each time, and goes on: the work is in rows.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from api.foundation.metrics import Metrics
from api.foundation.wake import Wake

_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
LONGEST_ROUND = 300.0
"""Seconds after which a round that has not come back is taken for stuck."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Loop:
    """One kind of work. `work` does some of it and says how much it found."""

    name: str
    work: Callable[[], Awaitable[int]]
    topic: str = ""
    """What is woken when there may be more; empty: it only looks from time to time."""
    every: float = 2.0
    """Seconds after which it looks again by itself: a wake may get lost."""
    end: Callable[[], Awaitable[None]] | None = None
    """Finishes what the work has begun and left to itself."""


class Pulse:
    """Which loops run: when each began its round, and by when it has to begin another."""

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self._began: dict[str, float] = {}
        self._expected: dict[str, float] = {}

    def begins(self, loop: str) -> None:
        """A round of a loop begins."""
        self._began[loop] = time.monotonic()
        self._expected[loop] = self._began[loop] + LONGEST_ROUND

    def rests(self, loop: str, seconds: float) -> None:
        """A loop rests for at most so long."""
        self._expected[loop] = time.monotonic() + seconds + LONGEST_ROUND

    def fails(self, loop: str) -> None:
        """A round of a loop failed."""
        self.metrics.loop_failures.labels(loop).inc()

    def ends(self, loop: str) -> None:
        """A loop will not begin another round."""
        self._expected[loop] = -1

    @property
    def idle(self) -> Mapping[str, float]:
        """Seconds since each loop began a round."""
        now = time.monotonic()
        return {loop: now - began for loop, began in self._began.items()}

    @property
    def dead(self) -> Sequence[str]:
        """The loops that have ended, or are stuck in a round."""
        now = time.monotonic()
        return sorted(loop for loop, by in self._expected.items() if by < now)


async def run_loops(loops: Sequence[Loop], wake: Wake, pulse: Pulse) -> None:
    """Run them side by side until the program stops; what is begun is finished."""
    async with asyncio.TaskGroup() as group:
        for loop in loops:
            group.create_task(_run(loop, wake, pulse), name=loop.name)


async def _run(loop: Loop, wake: Wake, pulse: Pulse) -> None:
    wait = _FIRST_WAIT
    try:
        with wake.attending(loop.topic or f"loop:{loop.name}") as event:
            while not wake.stopping:
                event.clear()
                pulse.begins(loop.name)
                try:
                    found = await loop.work()
                except Exception:
                    pulse.fails(loop.name)
                    log.exception("loop_failed", loop=loop.name, again_in=wait)
                    await _rest(event, wake, pulse, loop.name, wait)
                    wait = min(wait * 2, _LONGEST_WAIT)
                    continue
                wait = _FIRST_WAIT
                if not found:
                    await _rest(event, wake, pulse, loop.name, loop.every)
        if loop.end is not None:
            await loop.end()
    finally:
        pulse.ends(loop.name)


async def _rest(event: asyncio.Event, wake: Wake, pulse: Pulse, loop: str, seconds: float) -> None:
    if wake.stopping:
        return
    pulse.rests(loop, seconds)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
