"""One day and one forge for all faults; each fault meets a copy of the day."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.builders.databases import on_postgres, on_sqlite
from tests.faults.day import Day, prepare
from tests.faults.evening import Evening, judge
from tests.faults.living import WEATHERS, live
from tests.faults.program import Forge, a_forge


@dataclass(frozen=True, slots=True)
class Usual:
    """The same day without a death, in each weather: where it came by, and how it ended."""

    evenings: dict[str, Evening]
    reached: dict[str, Counter[str]]

    def where(self, moments: Sequence[str]) -> tuple[str, list[str]]:
        """The weather in which the day comes to most of these moments, and to which."""
        found = {
            weather: [moment for moment in moments if reached[moment]]
            for weather, reached in self.reached.items()
        }
        best = max(found, key=lambda weather: len(found[weather]))
        return best, found[best]

    def midst(self, weather: str, moment: str) -> int:
        """Which time it comes to a moment in the midst of the day."""
        return (self.reached[weather][moment] + 1) // 2


@pytest.fixture(scope="session")
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """Prepared once on each engine that is asked for, by the program in this process."""
    folder = tmp_path_factory.mktemp("morning")
    if getattr(request, "param", "sqlite") == "sqlite":
        yield asyncio.run(prepare(folder, on_sqlite(folder)))
        return
    with on_postgres() as url:
        yield asyncio.run(prepare(folder, url))


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
        evenings[name], _ = await live(day, forge, folder, weather, record=folder / "record")
        lines = (folder / "record").read_text(encoding="utf-8").splitlines()
        reached[name] = Counter(lines)
        assert judge(evenings[name], evenings["fair"]) == []
        assert name == "rough" or evenings[name].unknown == 0, name
    return Usual(evenings, reached)
