"""Writing together what comes together, without waiting for it."""

import asyncio
from collections.abc import Sequence

import pytest

from api.foundation.together import Together


class Book:
    """Writes numbers, and refuses those below nought."""

    def __init__(self) -> None:
        self.lots: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def write(self, items: Sequence[int]) -> Sequence[str]:
        self.lots.append([*items])
        await self.open.wait()
        if min(items) < 0:
            raise ValueError(min(items))
        return [f"wrote {item}" for item in items]


async def test_one_alone_is_written_at_once() -> None:
    book = Book()
    assert await Together(book.write, 10)(1) == "wrote 1"
    assert book.lots == [[1]]


async def test_what_comes_meanwhile_is_the_next_lot() -> None:
    book = Book()
    book.open.clear()
    together = Together(book.write, 3)
    waiting = [asyncio.create_task(together(n)) for n in range(1)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting += [asyncio.create_task(together(n)) for n in range(1, 6)]
    await asyncio.sleep(0)
    book.open.set()
    assert await asyncio.gather(*waiting) == [f"wrote {n}" for n in range(6)]
    assert book.lots == [[0], [1, 2, 3], [4, 5]]


async def test_only_the_guilty_one_raises() -> None:
    book = Book()
    together = Together(book.write, 10)
    results = await asyncio.gather(*(together(n) for n in (1, -1, 2)), return_exceptions=True)
    assert results[0] == "wrote 1"
    assert isinstance(results[1], ValueError)
    assert results[2] == "wrote 2"
    with pytest.raises(ValueError, match="-5"):
        await together(-5)
