"""Many small writes in few transactions, and nobody waits for company.

What arrives while one lot is being written is the next lot. An idle program writes each at once; a
busy one writes many together, because they have come meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Together(Generic[Item, Result]):
    """`write` does a lot of at most `most` and returns a result for each, in their order.

    Where a lot of several fails, each is written by itself, and only the guilty one raises.
    """

    def __init__(
        self, write: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]], most: int
    ) -> None:
        self._write = write
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Result:
        """Write it, alone or with others; raises what writing it raises."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            lot, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            if not await self._written(lot):
                for each in lot:
                    await self._written([each], alone=True)

    async def _written(
        self, lot: Sequence[tuple[Item, asyncio.Future[Result]]], *, alone: bool = False
    ) -> bool:
        try:
            results = await self._write([item for item, _ in lot])
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for it
            if len(lot) > 1 and not alone:
                return False
            for _, future in lot:
                if not future.done():
                    future.set_exception(error)
            return True
        for (_, future), result in zip(lot, results, strict=True):
            if not future.done():
                future.set_result(result)
        return True
