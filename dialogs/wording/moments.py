"""Moments in China time, as a deadline is read: the day with its weekday, and the clock."""

from datetime import date, datetime, timedelta

from dialogs.catalogue import marked, text
from dialogs.wording.figures import month
from dialogs.world import CHINA
from knowledge.model import Language

_WEEKDAYS = (
    marked("周一"), marked("周二"), marked("周三"), marked("周四"),
    marked("周五"), marked("周六"), marked("周日"),
)  # fmt: skip


def last_day(at: datetime) -> date:
    """The last day in China on which there is time before this moment: midnight ends a day."""
    return (at.astimezone(CHINA) - timedelta(microseconds=1)).date()


def days_left(at: datetime, now: datetime) -> int:
    """Calendar days in China until then: 0 today, 1 tomorrow, below 0 on a day that is over."""
    return (last_day(at) - now.astimezone(CHINA).date()).days


def moment(at: datetime, now: datetime, language: Language) -> str:
    """`12月15日（周二）17:00`; with its year where that is another than the present one."""
    day = last_day(at)
    parts = {
        "month": month(day.month, language),
        "day": day.day,
        "weekday": text(_WEEKDAYS[day.weekday()], language),
        "clock": _clock(at),
    }
    if day.year == now.astimezone(CHINA).year:
        return text("{month}月{day}日（{weekday}）{clock}", language, **parts)
    return text("{year}年{month}月{day}日（{weekday}）{clock}", language, year=day.year, **parts)


def _clock(at: datetime) -> str:
    here = at.astimezone(CHINA)
    return f"{here:%H:%M}" if here.time() != here.time().min else "24:00"
