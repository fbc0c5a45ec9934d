"""Waiting for what happens elsewhere in the same loop, without a sleep of so many seconds."""

import asyncio
from collections.abc import Callable


async def until(holds: Callable[[], bool]) -> None:
    """Let everything else go on until something holds."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - nothing tells when it holds
            await asyncio.sleep(0)
