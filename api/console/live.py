"""Events for pages that follow something: each only says that there may be news."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.sse import ServerSentEvent

from api.console.entrance import actor_here
from api.foundation.errors import TooMany
from api.foundation.wake import Wake

_EVERY_SECONDS = 5.0


def check_room(request: Request, topic: str) -> None:
    """Raise `TooMany` where one more listener would be too many."""
    wake: Wake = request.app.state.wake
    if wake.full(topic):
        raise TooMany(seconds=10)


async def changes(request: Request, *topics: str) -> AsyncIterator[ServerSentEvent]:
    """`changed` at each wake and from time to time, `gone` when the sign-in has ended."""
    wake: Wake = request.app.state.wake
    with wake.listening(*topics) as event:
        while not wake.stopping:
            event.clear()
            if await actor_here(request) is None:
                yield ServerSentEvent(event="gone", raw_data="{}")
                return
            yield ServerSentEvent(event="changed", raw_data="{}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), _EVERY_SECONDS)
