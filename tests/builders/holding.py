"""How long one step of the event loop keeps everybody waiting, in CPU time of its thread.

CPU time and not time: what else the machine does then counts for nothing.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import thread_time


@dataclass
class Held:
    """The longest step so far."""

    seconds: float = 0.0
    by: str = ""
    steps: list[tuple[float, str]] = field(default_factory=list)


@contextmanager
def watched_loop() -> Iterator[Held]:
    """Time every step of every loop until the block ends."""
    held = Held()
    run = asyncio.events.Handle._run  # type: ignore[attr-defined]

    def timed(handle: asyncio.Handle) -> None:
        started = thread_time()
        run(handle)
        took = thread_time() - started
        if took > held.seconds:
            held.seconds, held.by = took, repr(handle)[:500]
        held.steps.append((took, repr(handle)[:300])) if took > 0.004 else None

    asyncio.events.Handle._run = timed  # type: ignore[attr-defined]
    try:
        yield held
    finally:
        asyncio.events.Handle._run = run  # type: ignore[attr-defined]
