"""Waiting for what happens elsewhere, without a sleep of so many seconds."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(holds: Callable[[], bool]) -> None:
    """Let everything else go on until something holds."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - nothing tells when it holds
            await asyncio.sleep(0)


async def until_so(holds: Callable[[], Awaitable[bool]]) -> None:
    """The same for what has to be asked for."""
    async with asyncio.timeout(20):
        while not await holds():  # noqa: ASYNC110 - nothing tells when it holds
            await asyncio.sleep(0.02)
