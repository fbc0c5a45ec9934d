"""Killed (`kill -9`) at every await between the receipt of something and its end.

Whatever the moment: started again, nothing is lost and nothing is doubled. A message that was on
its way is counted as of unknown outcome, and is not sent again.
"""

from pathlib import Path

import pytest
import yaml

from tests.faults.conftest import Usual
from tests.faults.day import Day
from tests.faults.living import WEATHERS, Evening, judge, live
from tests.faults.points import all_points, moments_of
from tests.faults.program import Forge

HERE = Path(__file__).parent
LISTED: dict[str, str] = yaml.safe_load((HERE / "points.yaml").read_text(encoding="utf-8"))
"""Every fault point; with a reason where the day does not come to it or to one of its moments."""
MOMENTS = [moment for point in all_points() for moment in moments_of(point)]

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_every_await_on_the_way_is_listed() -> None:
    assert list(LISTED) == all_points()


@pytest.mark.parametrize("weather", WEATHERS)
async def test_a_day_without_a_death_ends_well(usual: Usual, weather: str) -> None:
    assert judge(usual.evenings[weather], usual.evenings["fair"]) == []


@pytest.mark.parametrize("moment", MOMENTS)
async def test_killed_at(moment: str, usual: Usual, day: Day, forge: Forge, tmp_path: Path) -> None:
    point = moment.partition(" | ")[0]
    found = usual.where(moment)
    if found is None:
        assert LISTED[point], f"the day no longer comes to {moment}: give a reason or mend the day"
        return
    weather, count = found
    evening: Evening | None = None
    for nth in dict.fromkeys(((count + 1) // 2, 1)):
        folder = tmp_path / str(nth)
        folder.mkdir()
        evening = await live(day, forge, folder, WEATHERS[weather], moment=moment, nth=nth)
        if evening is not None:
            break
    assert evening is not None, "the day did not come there again"
    assert judge(evening, usual.evenings[weather]) == []
