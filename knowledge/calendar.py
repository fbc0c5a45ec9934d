"""Working days: weekends, statutory days off and make-up working days (调休), year by year."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from knowledge.model import Frozen, Line

ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_FIXED_DAYS_OFF = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Statutory days off on a fixed day of the solar calendar, by the State Council rule of 2025."""


class NoRow(LookupError):
    """A dated table was asked for a date it has no row for; the message says what there is."""


class DaysOff(Frozen):
    """One holiday's span of days off, both ends included."""

    name: Line
    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"{self.name}: `to` is before `from`")
        return self

    def days(self) -> frozenset[date]:
        """Every day of the span."""
        length = (self.last - self.first).days + 1
        return frozenset(self.first + index * ONE_DAY for index in range(length))


class YearCalendar(Frozen):
    """What the State Council's notice says of one year; `published: no` says there is none yet."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    year: int = Field(ge=1949, le=2200)
    published: Literal["yes", "no"]
    notice: Line | None = None
    days_off: tuple[DaysOff, ...] = ()
    working_days: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _fits_the_notice(self) -> Self:
        if (self.published == "yes") != bool(self.notice and self.days_off):
            raise ValueError("a published year names its notice and its days off, no other does")
        if self.published == "no" and self.working_days:
            raise ValueError("a year that is not published has no working_days")
        for day in (*self._off, *self.working_days):
            if day.year != self.year:
                raise ValueError(f"{day} is not in {self.year}")
        for day in self.working_days:
            if day.weekday() < _SATURDAY or day in self._off:
                raise ValueError(f"{day} is no weekend day made a working day")
        return self

    @cached_property
    def _off(self) -> frozenset[date]:
        return frozenset(day for span in self.days_off for day in span.days())

    def works(self, day: date) -> bool:
        """Whether the day is worked: a make-up day, or a weekday that is not off."""
        if day in self.working_days:
            return True
        return day.weekday() < _SATURDAY and day not in self._off


class Calendars:
    """The working days of all years there is a file for, and a provisional answer after them.

    A later year without a published notice is answered by what is known by rule: weekends, and the
    statutory days on fixed dates (1 January, 1–2 May, 1–3 October) which then count like weekends.
    Days off by the lunar calendar, 清明节 and every 调休 are unknown, so such an answer is
    provisional. It tends to an earlier deadline when counting forward. A year before the first
    file, or a gap between files, is an error: the past is never guessed.
    """

    def __init__(self, years: Mapping[int, YearCalendar]) -> None:
        for year, rows in years.items():
            if year != rows.year:
                raise ValueError(f"calendar of {rows.year} filed under {year}")
        self._years = dict(years)

    @property
    def published(self) -> tuple[int, ...]:
        """The years with a published notice, in order."""
        return tuple(year for year in sorted(self._years) if self._is_published(year))

    def is_working_day(self, day: date) -> tuple[bool, bool]:
        """Whether the day is worked, and whether that is provisional; raises NoRow."""
        rows = self._years.get(day.year)
        if rows is not None and rows.published == "yes":
            return rows.works(day), False
        if not self.published or day.year < self.published[-1]:
            raise NoRow(f"calendars has no year {day.year}; {self._what_there_is()}.")
        fixed = (day.month, day.day) in _FIXED_DAYS_OFF
        return day.weekday() < _SATURDAY and not fixed, True

    def add_working_days(self, day: date, n: int) -> tuple[date, bool]:
        """The n-th working day after the day (before it when n is negative); the day itself for 0.

        Counting starts the next day. The second value says whether a day of an unpublished year
        was passed. Raises NoRow when counting reaches a year before the first file.
        """
        step = ONE_DAY if n > 0 else -ONE_DAY
        left, provisional = abs(n), False
        while left:
            day += step
            works, guessed = self.is_working_day(day)
            provisional = provisional or guessed
            left -= works
        return day, provisional

    def _is_published(self, year: int) -> bool:
        return self._years[year].published == "yes"

    def _what_there_is(self) -> str:
        years = self.published
        if not years:
            return "no year is published"
        return f"the years published are {', '.join(map(str, years))}"
