"""The published windows as a turn shows them to somebody."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deadlines.models import WindowAnswer
from api.enterprises.models import PersonId
from api.library.models import Window
from api.library.windows import concerns, cutoff_for, levels_of
from dialogs.world import Cutoff, Deadline
from knowledge.model import Text


async def deadlines_for(
    session: AsyncSession, person: PersonId, windows: Sequence[Window], region: str | None
) -> tuple[Deadline, ...]:
    """The windows as they are for somebody, the soonest to close first."""
    answers = dict(
        (
            await session.execute(
                select(col(WindowAnswer.window_id), col(WindowAnswer.answer)).where(
                    col(WindowAnswer.person_id) == person
                )
            )
        ).all()
    )
    found = [
        deadline_of(window, region, answers.get(window.id, ""))
        for window in windows
        if concerns(window, region)
    ]
    return tuple(sorted(found, key=lambda each: each.closes))


def deadline_of(window: Window, region: str | None, answer: str = "") -> Deadline:
    """One window as it is for applicants of a region."""
    said: Literal["", "filed", "not_for_us"] = ""
    if answer == "filed":
        said = "filed"
    elif answer == "not_for_us":
        said = "not_for_us"
    return Deadline(
        window=str(window.id),
        programme=window.programme,
        title=window.title,
        opens=window.opens_at,
        closes=cutoff_for(window, region),
        cutoffs=tuple(
            Cutoff(Text(zh=level.zh, en=level.en or level.zh), level.at)
            for level in levels_of(window)
            if not level.region or region is None or level.region == region
        ),
        link=window.link,
        note=window.note,
        answer=said,
    )
