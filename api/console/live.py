"""Events for pages that follow something: each only says that there may be news.

    @router.get("/tickets/events", response_class=EventSourceResponse, dependencies=[RoomToFollow])
    async def events(request: Request, actor: TicketReader) -> AsyncIterator[ServerSentEvent]:
        async for event in changes(request, "tickets"):
            yield event

The page wraps what it follows in the macro `live`, which fetches the part anew at each event.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import Depends, Request
from fastapi.sse import ServerSentEvent

from api.accounts.actors import Actor
from api.console.entrance import actor_here
from api.foundation.errors import TooMany
from api.foundation.wake import Wake

_EVERY_SECONDS = 5.0
_WAIT_SECONDS = 10


def _wake_of(request: Request) -> Wake:
    wake: Wake = request.app.state.wake
    return wake


def _own_topic(request: Request) -> str:
    """What only this sign-in listens to: its streams are counted there."""
    actor: Actor | None = request.state.actor
    return f"console:{'' if actor is None else actor.session}"


async def check_room(request: Request) -> None:
    """Raise `TooMany` where one more stream of this sign-in, or of all, would be too many."""
    if _wake_of(request).full(_own_topic(request)):
        raise TooMany(seconds=_WAIT_SECONDS)


RoomToFollow = Depends(check_room)


async def changes(request: Request, *topics: str) -> AsyncIterator[ServerSentEvent]:
    """`changed` at each wake and from time to time, `gone` when the sign-in has ended."""
    wake = _wake_of(request)
    with wake.listening(*topics, _own_topic(request)) as event:
        while not wake.stopping:
            event.clear()
            if await actor_here(request) is None:
                yield ServerSentEvent(event="gone", raw_data="{}")
                return
            yield ServerSentEvent(event="changed", raw_data="{}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), _EVERY_SECONDS)
