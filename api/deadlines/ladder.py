"""The ladder of reminders before a cut-off. Pure: moments in, steps with their moments out."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from api.foundation.now import CHINA

DAYS = (30, 14, 7, 3, 1, 0)
NEW = "new"
MOVED = "moved"
_MORNING = time(9, 0)


def steps(cutoff: datetime, now: datetime) -> Iterator[tuple[str, datetime]]:
    """The steps still to come: at nine in the morning in China, never after the cut-off."""
    closing = cutoff.astimezone(CHINA).date()
    for days in DAYS:
        moment = datetime.combine(closing - timedelta(days=days), _MORNING, CHINA)
        if now < moment < cutoff:
            yield f"{days}d", moment


def tomorrow(now: datetime) -> datetime:
    """Nine in the morning of the next day in China."""
    day = now.astimezone(CHINA).date() + timedelta(days=1)
    return datetime.combine(day, _MORNING, CHINA)
