"""Killed (`kill -9`) at every await between the receipt of something and its end.

Whatever the moment: started again, nothing is lost and nothing is doubled. A message that was on
its way is counted as of unknown outcome, and is not sent again.
"""

import os
from pathlib import Path

import pytest
import yaml
from _pytest.mark import ParameterSet

from tests.faults.conftest import Usual
from tests.faults.day import Day
from tests.faults.evening import judge
from tests.faults.living import WEATHERS, live
from tests.faults.points import all_points, moments_of
from tests.faults.program import Forge

HERE = Path(__file__).parent
LISTED: dict[str, str] = yaml.safe_load((HERE / "points.yaml").read_text(encoding="utf-8"))
"""Every fault point; with a reason where the day does not come to it or to one of its moments."""

ENGINES = [
    pytest.param("sqlite", marks=pytest.mark.xdist_group("sqlite0")),
    pytest.param(
        "postgres", marks=[pytest.mark.needs_postgres, pytest.mark.xdist_group("postgres0")]
    ),
]
_UNITS = [point for point in all_points() if point.partition(" ")[2].startswith("with ")]
"""Where transactions begin and end: what lies between them is one thing on either engine."""
_EVERY = int(os.environ.get("FAULTS_EVERY", "1"))
"""A run with less time dies at every so many-th point."""
_SHARES = {"sqlite": 5, "postgres": 2}
"""So many processes share the points of an engine; each prepares a day of its own."""


def _case(engine: str, number: int, point: str) -> ParameterSet:
    group = pytest.mark.xdist_group(f"{engine}{number % _SHARES[engine]}")
    marks = [group] if engine == "sqlite" else [group, pytest.mark.needs_postgres]
    return pytest.param(engine, point, marks=marks)


CASES = [
    *(_case("sqlite", *numbered) for numbered in enumerate(all_points()[::_EVERY])),
    *(_case("postgres", *numbered) for numbered in enumerate(_UNITS[::_EVERY])),
]

_AFTER_A_DEATH = {
    "api.deliveries.settling:_forget_chats session.execute": (
        "bot.channel:TelegramChannel.send self._sender.send | after"
    )
}
"""Points that only come after another death, with the moment of that one."""

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_every_await_on_the_way_is_listed() -> None:
    assert list(LISTED) == all_points()


@pytest.mark.parametrize("day", ENGINES, indirect=True, scope="session")
@pytest.mark.parametrize("weather", WEATHERS)
async def test_a_day_without_a_death_ends_well(usual: Usual, weather: str) -> None:
    assert judge(usual.evenings[weather], usual.evenings["fair"]) == []


@pytest.mark.parametrize(("day", "point"), CASES, indirect=["day"], scope="session")
async def test_killed_at(point: str, usual: Usual, day: Day, forge: Forge, tmp_path: Path) -> None:
    if point in _AFTER_A_DEATH:
        await _killed_again(point, usual, day, forge, tmp_path)
        return
    weather, moments = usual.where(moments_of(point))
    missed = [moment for moment in moments_of(point) if moment not in moments]
    assert not missed or LISTED[point], f"{missed}: give a reason, or let somebody's day come there"
    if not moments:
        return
    together = [(moments[0], usual.midst(weather, moments[0])), *((m, 1) for m in moments[1:])]
    for nth, fates in enumerate((together, *([(moment, 1)] for moment in moments))):
        # A day of its own for a moment to which the deaths before it left no way.
        if not {moment for moment, _ in fates} & set(moments):
            continue
        folder = tmp_path / str(nth)
        folder.mkdir()
        evening, survived = await live(day, forge, folder, WEATHERS[weather], fates=fates)
        assert judge(evening, usual.evenings["fair"]) == []
        moments = [m for m in moments if m in survived or m not in {moment for moment, _ in fates}]
    assert not moments, f"the day did not come there again: {moments}"


_SENDS = (1, 2, 3, 4, 6)
"""Which message is on its way at the first death: whose it is differs from day to day."""


async def _killed_again(point: str, usual: Usual, day: Day, forge: Forge, tmp_path: Path) -> None:
    """What the first death leaves behind is being put in order when the second one comes."""
    for moment in moments_of(point):
        came = False
        for nth in _SENDS:
            folder = tmp_path / f"{moment.rpartition(' ')[2]}-{nth}"
            folder.mkdir()
            fates = [(_AFTER_A_DEATH[point], nth), (moment, 1)]
            evening, survived = await live(day, forge, folder, WEATHERS["fair"], fates=fates)
            assert judge(evening, usual.evenings["fair"]) == []
            came = not survived
            if came:
                break
        assert came, f"the day did not come to {moment}"
