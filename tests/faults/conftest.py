"""One day and one forge for all faults; each fault meets a copy of the day."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.day import Day, prepare
from tests.faults.living import WEATHERS, Evening, live
from tests.faults.program import Forge, a_forge


@dataclass(frozen=True, slots=True)
class Usual:
    """The same day without a death, in each weather: where it came by, and how it ended."""

    evenings: dict[str, Evening]
    reached: dict[str, Counter[str]]

    def where(self, moment: str) -> tuple[str, int] | None:
        """In which weather it comes to a moment, and how often; None where it never does."""
        for weather, reached in self.reached.items():
            if reached[moment]:
                return weather, reached[moment]
        return None


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """Prepared once, by the program in this process."""
    return asyncio.run(prepare(tmp_path_factory.mktemp("morning")))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def forge() -> AsyncIterator[Forge]:
    async with a_forge() as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def usual(day: Day, forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Usual:
    """Lived through once in each weather."""
    evenings: dict[str, Evening] = {}
    reached: dict[str, Counter[str]] = {}
    for name, weather in WEATHERS.items():
        folder: Path = tmp_path_factory.mktemp(name)
        evening = await live(day, forge, folder, weather, record=folder / "record")
        assert evening is not None
        evenings[name] = evening
        lines = (folder / "record").read_text(encoding="utf-8").splitlines()
        reached[name] = Counter(lines)
    return Usual(evenings, reached)
