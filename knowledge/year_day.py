"""Days that come every year, month or quarter: `12-31`, `09-01..10-31`, the 25th."""

import calendar
from datetime import date
from typing import TypeAlias

_LEAP_YEAR = 2000
YearDay: TypeAlias = tuple[int, int]
"""Month and day."""


def year_days(text: str) -> tuple[YearDay, YearDay]:
    """`12-31` is one day, `09-01..10-31` a span; month and day of both ends."""
    first, separator, last = text.partition("..")
    return _year_day(first), _year_day(last if separator else first)


def _year_day(text: str) -> YearDay:
    try:
        day = date.fromisoformat(f"{_LEAP_YEAR}-{text.strip()}")
    except ValueError as error:
        raise ValueError(f"not a day of the year (MM-DD): {text!r}") from error
    return day.month, day.day


def _in_year(day: YearDay, year: int) -> date:
    return date(year, day[0], min(day[1], calendar.monthrange(year, day[0])[1]))


def next_yearly(opens: YearDay, closes: YearDay, as_of: date) -> tuple[date, date]:
    """The day or span that comes next; one that ends on or runs on the day counts."""
    years_over = 1 if closes < opens else 0
    for year in range(as_of.year - 1, as_of.year + 2):
        last = _in_year(closes, year + years_over)
        if last >= as_of:
            return _in_year(opens, year), last
    raise AssertionError("next year's day is after every day of this year")


_OF_A_QUARTER = 3


def next_monthly(day: int, as_of: date) -> date:
    """The day of the month that comes next, `as_of` included; in a shorter month its last day."""
    return _next(day, as_of, 1)


def next_quarterly(day: int, as_of: date) -> date:
    """The same in the last month of a quarter."""
    return _next(day, as_of, _OF_A_QUARTER)


def _next(day: int, as_of: date, months: int) -> date:
    year, month = as_of.year, as_of.month
    while True:
        if month % months == 0:
            found = _in_year((month, day), year)
            if found >= as_of:
                return found
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)  # noqa: PLR2004 - December
