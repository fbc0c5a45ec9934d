"""How long one step of the event loop keeps everybody waiting, in CPU time of its thread.

CPU time and not time: what else the machine does then counts for nothing.
"""

import asyncio
import gc
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import thread_time
from typing import TypeVar

MOST_SECONDS = 0.05
"""Far more than the 5 ms that are meant: a busy machine makes the same work cost several times."""

Result = TypeVar("Result")


@dataclass
class Held:
    """The longest step so far, and whose it was."""

    seconds: float = 0.0
    by: str = ""


@contextmanager
def watched_loop() -> Iterator[Held]:
    """Time every step that begins within the block; the garbage collector's work is not theirs."""
    held = Held()
    run = asyncio.events.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        started = thread_time()
        run(handle)
        took = thread_time() - started
        if took > held.seconds:
            held.seconds, held.by = took, repr(handle)[:300]

    gc.disable()
    asyncio.events.Handle._run = timed  # type: ignore[method-assign,assignment]
    try:
        yield held
    finally:
        asyncio.events.Handle._run = run  # type: ignore[method-assign]
        gc.enable()


async def held_by(work: Awaitable[Result]) -> tuple[Held, Result]:
    """The longest step while something is done, in a task of its own."""

    async def done() -> Result:
        return await work

    with watched_loop() as held:
        result = await asyncio.create_task(done())
    return held, result
