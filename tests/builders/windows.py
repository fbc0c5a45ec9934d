"""Published filing windows as one subject sees them."""

from dataclasses import replace
from datetime import UTC, datetime

from dialogs.world import Cutoff, Deadline
from knowledge.model import Text

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
