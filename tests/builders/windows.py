"""Published filing windows: as one subject sees them, and as officials publish them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from api.accounts.actors import Actor
from api.deadlines.service import plan_window
from api.foundation.database import Database
from api.library.models import Window
from api.library.windows import (
    Level,
    WindowIn,
    change_window,
    publish_window,
    window_with,
    withdraw_window,
)
from dialogs.world import Cutoff, Deadline
from knowledge.model import Text
from tests.builders.clocks import START
from tests.builders.followers import PROGRAMME

WINDOW = "7b0c9c8e-5b7a-4f0e-9c55-3a1f2f6d9a01"


def a_deadline(programme: str = "trial", **changes: object) -> Deadline:
    """A round with two levels; its own cut-off is on Tuesday, 15 December 2026, 17:00 in China."""
    county = Cutoff(
        Text(zh="县（市、区）科技局", en="County office"), datetime(2026, 12, 15, 9, tzinfo=UTC)
    )
    province = Cutoff(
        Text(zh="省科技厅", en="Provincial department"), datetime(2027, 1, 15, 16, tzinfo=UTC)
    )
    made = Deadline(
        window=WINDOW,
        programme=programme,
        title="2027 年度第一批",
        opens=datetime(2026, 11, 1, tzinfo=UTC),
        closes=county.at,
        cutoffs=(county, province),
        link="https://kjt.example.gov.cn/apply",
        note="先网上填报，再交纸质材料",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test names fields of its own


def a_level(name: str = "县区受理", *, days: float = 40.25, region: str = "") -> Level:
    """One level that takes applications so many days from the start of the clock."""
    return Level(zh=name, en="county", at=START + timedelta(days=days), region=region)


def a_window_in(*levels: Level, **changes: object) -> WindowIn:
    """What an official fills in: a round of 40 days with one level, unless told otherwise."""
    given = {
        "programme": PROGRAMME, "title": "2026 年度第一批", "opens": START - timedelta(days=1),
        "levels": levels or (a_level(),), "link": "https://kjt.example.gov.cn/apply",
    }  # fmt: skip
    return WindowIn.model_validate(given | changes)


async def a_window(
    database: Database, actor: Actor, *levels: Level, now: datetime = START, **changes: object
) -> Window:
    """A published window whose ladders are to be laid."""
    async with database.writing() as session:
        window = publish_window(session, actor, a_window_in(*levels, **changes), now=now)
        await session.flush()
        plan_window(session, window, now=now)
    return window


async def a_change(
    database: Database, window: Window, *levels: Level, now: datetime, **changes: object
) -> bool:
    """The same window with other contents; whether its dates moved."""
    async with database.writing() as session:
        row = await window_with(session, window.id)
        moved = change_window(row, a_window_in(*levels, **changes), now=now)
        if moved:
            plan_window(session, row, now=now)
    return moved


async def a_withdrawal(database: Database, window: Window, *, now: datetime) -> None:
    """The window is taken back."""
    async with database.writing() as session:
        row = await window_with(session, window.id)
        withdraw_window(row, now=now)
        plan_window(session, row, now=now)
