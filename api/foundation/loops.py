"""The loops of the program: each does one kind of work from its ledger until there is none left.

A loop that fails says so in the log, waits longer each time, and goes on: the work is in rows.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from api.foundation.wake import Wake

_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0

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
    finish: Callable[[], Awaitable[None]] | None = None
    """Waits for what `work` began and left running, when the program stops."""


async def run_loops(loops: Sequence[Loop], wake: Wake) -> None:
    """Run them side by side until the program stops; what is begun is finished."""
    async with asyncio.TaskGroup() as group:
        for loop in loops:
            group.create_task(_run(loop, wake), name=loop.name)


async def _run(loop: Loop, wake: Wake) -> None:
    wait = _FIRST_WAIT
    with wake.attending(loop.topic or f"loop:{loop.name}") as event:
        while not wake.stopping:
            event.clear()
            try:
                found = await loop.work()
            except Exception:
                log.exception("loop_failed", loop=loop.name, again_in=wait)
                await _rest(event, wake, wait)
                wait = min(wait * 2, _LONGEST_WAIT)
                continue
            wait = _FIRST_WAIT
            if not found:
                await _rest(event, wake, loop.every)
    if loop.finish is not None:
        await loop.finish()


async def _rest(event: asyncio.Event, wake: Wake, seconds: float) -> None:
    if wake.stopping:
        return
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
