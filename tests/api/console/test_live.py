"""A page that follows something hears of each change, and of the end of its sign-in."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Request
from starlette.requests import Request as Raw

from api.accounts.models import Role
from api.console.entrance import actor_here
from api.console.live import changes, check_room
from api.foundation.errors import TooMany
from tests.builders.accounts import SignedIn, an_account
from tests.builders.clocks import StandingClock


async def asked(app: FastAPI, actor: SignedIn) -> Request:
    cookie = f"huiqi_console={actor.token}".encode()
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"cookie", cookie)],
             "query_string": b"", "app": app, "state": {}}  # fmt: skip
    request = Raw(scope)
    request.state.actor = await actor_here(request)
    return request


async def told(events: AsyncIterator[object]) -> str:
    event = await anext(events)
    return str(getattr(event, "event", ""))


@pytest.fixture
async def staff(app: FastAPI) -> SignedIn:
    return await an_account(app, Role.STAFF)


async def test_says_changed_at_once_and_at_each_wake(app: FastAPI, staff: SignedIn) -> None:
    events = changes(await asked(app, staff), "tickets", "ticket:1")
    assert await told(events) == "changed"
    for topic in ("tickets", "ticket:1"):
        app.state.wake.wake(topic)
        assert await told(events) == "changed"
    await events.aclose()  # type: ignore[attr-defined]  # an async generator has it
    assert app.state.wake.waiters == 0


async def test_ends_with_the_sign_in(app: FastAPI, staff: SignedIn, now: StandingClock) -> None:
    events = changes(await asked(app, staff), "tickets")
    assert await told(events) == "changed"
    now.pass_by(hours=2)
    app.state.wake.wake("tickets")
    assert await told(events) == "gone"
    with pytest.raises(StopAsyncIteration):
        await anext(events)


async def test_ends_with_the_server(app: FastAPI, staff: SignedIn) -> None:
    events = changes(await asked(app, staff), "tickets")
    await told(events)
    app.state.wake.stop()
    with pytest.raises(StopAsyncIteration):
        await anext(events)


async def test_one_sign_in_has_eight_streams_and_takes_nobody_elses(
    app: FastAPI, staff: SignedIn
) -> None:
    request = await asked(app, staff)
    streams = [changes(request, "tickets") for _ in range(8)]
    for events in streams:
        await told(events)
    assert app.state.wake.waiters == 8
    with pytest.raises(TooMany):
        await check_room(request)
    await check_room(await asked(app, await an_account(app, Role.STAFF)))
    for events in streams:
        await events.aclose()  # type: ignore[attr-defined]  # as above
