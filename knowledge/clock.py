"""Clocks of a programme (deadlines, windows, terms, bars) and the dates they yield."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator

from knowledge.calendar import ONE_DAY, Calendars, NoRow
from knowledge.model import Frozen, Line, MaybeText, Slug, Text
from knowledge.profile import Asking, Dossier, Range
from knowledge.quantity import Duration, QuantityRefused, parse_duration
from knowledge.year_day import YearDay, next_monthly, next_quarterly, next_yearly, year_days

EventFact = Annotated[
    str, StringConstraints(pattern=r"^([a-z][a-z0-9_]*\.)?[a-z][a-z0-9]*(_[a-z0-9]+)*$")
]
Purpose = Literal["deadline", "window", "interval", "validity", "bar", "look_back", "limit"]
_CALENDAR_KINDS = ("yearly", "monthly", "quarterly")
_KINDS = (*_CALENDAR_KINDS, "within", "before", "lasts", "every")
_MONTH_DAYS = range(1, 32)
_LONGEST = {"years": 100, "months": 1200, "days": 36_600, "working_days": 2_000}


class Extension(Frozen):
    """By how much the text lets a clock be extended; stated, never added to its dates."""

    by: Line
    says: Text

    @model_validator(mode="after")
    def _is_a_duration(self) -> Self:
        _duration(self.by)
        return self


class Clock(Frozen):
    """One time limit of a text: exactly one of the kinds, from `yearly` to `every`."""

    id: Slug
    title: Text
    who: Literal["applicant", "authority"]
    purpose: Purpose
    cite: Line
    quote: Line
    force: Literal["hard", "soft"] = "hard"
    yearly: Line | None = None
    monthly: Line | None = None
    """The day of each month: `25`."""
    quarterly: Line | None = None
    """The day of the last month of each quarter."""
    within: Line | None = None
    before: Line | None = None
    lasts: Line | None = None
    every: Line | None = None
    event: Text | None = None
    event_fact: EventFact | None = None
    extends: Extension | None = None
    reading: MaybeText | None = None
    not_in_quote: MaybeText | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        given = [kind for kind in _KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"exactly one of {', '.join(_KINDS)} is required")
        if self.kind in _CALENDAR_KINDS:
            if self.yearly is not None:
                year_days(self.yearly)
            elif self.month_day not in _MONTH_DAYS:
                raise ValueError(f"`{self.kind}` takes a day of the month, 1 to 31")
            if self.event is not None or self.event_fact is not None:
                raise ValueError(f"a {self.kind} clock has no event")
            return self
        if self.event is None:
            raise ValueError(f"event is required for `{given[0]}`")
        if self.duration.span == "working_days" and self.every is not None:
            raise ValueError("`every` takes years, months or days")
        return self

    @property
    def kind(self) -> str:
        """Which of them the clock is."""
        return next(kind for kind in _KINDS if getattr(self, kind) is not None)

    @property
    def duration(self) -> Duration:
        """The span counted from the event; a clock of the calendar has none: ValueError."""
        if self.kind in _CALENDAR_KINDS:
            raise ValueError(f"a {self.kind} clock has no duration")
        return _duration(getattr(self, self.kind))

    @property
    def year_days(self) -> tuple[YearDay, YearDay] | None:
        """Month and day of both ends of a yearly clock, None for the others."""
        return None if self.yearly is None else year_days(self.yearly)

    @property
    def month_day(self) -> int | None:
        """The day of the month of a monthly or quarterly clock, 0 if it is none."""
        written = self.monthly or self.quarterly
        if written is None:
            return None
        return int(written) if written.isascii() and written.isdigit() else 0

    @property
    def asking(self) -> Asking | None:
        """The date fact that gives the event's day, if one is named."""
        return None if self.event_fact is None else Asking.parse(self.event_fact)


@dataclass(frozen=True, slots=True)
class ClockOutcome:
    """The dates a clock yields, both ends included; empty while its event has no date."""

    rule: Clock
    first: date | None
    last: date | None
    provisional: bool = False
    """True when a working-day calendar that is not yet published was needed."""
    missing: tuple[Asking, ...] = ()
    no_row: str = ""
    """Why no date can be counted: working days of a year without a calendar were needed."""


def dates_of(clock: Clock, dossier: Dossier, as_of: date, calendars: Calendars) -> ClockOutcome:
    """The dates a clock yields on a day of evaluation; both ends included.

    - `yearly`: the day, or the span, that comes next; one that ends on or runs on `as_of` counts.
      `02-29` is the last day of February. A span may run over the end of the year.
    - `monthly`, `quarterly`: the day that comes next, of every month or of a quarter's last one.
    - `within`: the last day for it. The day of the event is not counted, and the day of the same
      number is the last; where the month has no such day, its last one.
    - `before`: the last day for it, so long before the event; the event's day is not counted.
    - `lasts`: a validity runs from the event's day to the day before the anniversary (from 02-29,
      to the last day of February). A `bar` does not count the event's day and ends on the
      anniversary, as long as an exclusion `exists(… where on >= today - 3 年)` holds.
    - `every`: the first multiple, once or more, on or after `as_of`.

    A last day on a day off is not moved on: the earlier day is the safe one. An event known as a
    range gives the earliest and the latest day possible. Without it the outcome is empty and names
    the fact that would give it. `no_row` says where working days reach before the first calendar,
    or are counted back over a year not yet published: holidays left out would make that too late.
    """
    if clock.year_days is not None:
        first, last = next_yearly(*clock.year_days, as_of)
        return ClockOutcome(clock, first, last)
    if clock.month_day is not None:
        following = next_monthly if clock.monthly is not None else next_quarterly
        day = following(clock.month_day, as_of)
        return ClockOutcome(clock, day, day)
    asking = clock.asking
    if asking is None:
        return ClockOutcome(clock, None, None)
    event = dossier.get(asking)
    if not isinstance(event, Range):
        return ClockOutcome(clock, None, None, missing=(asking,))
    if not (isinstance(event.low, date) and isinstance(event.high, date)):
        raise TypeError(f"clock {clock.id}: {asking} is not a date")
    count = _Count(clock.duration, as_of, calendars)
    try:
        return _from_event(clock, event.low, event.high, count)
    except NoRow as no_row:
        return ClockOutcome(clock, None, None, no_row=str(no_row))


def _from_event(clock: Clock, low: date, high: date, count: "_Count") -> ClockOutcome:
    if clock.kind == "every":
        return ClockOutcome(clock, *count.next_between(low, high))
    if clock.kind == "lasts":
        last, guessed = count.barred(high) if clock.purpose == "bar" else count.run_from(high)
        return ClockOutcome(clock, low, last, provisional=guessed)
    move = count.after if clock.kind == "within" else count.before
    first, first_guessed = move(low)
    last, last_guessed = move(high)
    return ClockOutcome(clock, first, last, provisional=first_guessed or last_guessed)


@dataclass(frozen=True, slots=True)
class _Count:
    """Counts one duration; every answer comes with whether it is provisional."""

    span: Duration
    as_of: date
    calendars: Calendars

    def after(self, day: date) -> tuple[date, bool]:
        if self.span.span == "working_days":
            return self.calendars.add_working_days(day, self.span.count)
        return self.span.after(day), False

    def before(self, day: date) -> tuple[date, bool]:
        if self.span.span == "working_days":
            back, guessed = self.calendars.add_working_days(day, -self.span.count)
            if guessed:
                raise NoRow(f"calendars has no {day.year} yet: counted back, it would be too late.")
            return back, False
        return self.span.before(day), False

    def barred(self, day: date) -> tuple[date, bool]:
        """The last day of a bar; where two days go back to the event, the later one."""
        end, guessed = self.after(day)
        further = end + ONE_DAY
        again = self.span.span != "working_days" and self.span.before(further) == day
        return (further if again else end), guessed

    def run_from(self, day: date) -> tuple[date, bool]:
        """The last day of a span whose first day is the event's."""
        if self.span.span in {"days", "working_days"}:
            return self.after(day - ONE_DAY)
        end, _ = self.after(day)
        # Where the anniversary does not exist its month ends before it would come.
        return (end - ONE_DAY if end.day == day.day else end), False

    def next_between(self, low: date, high: date) -> tuple[date, date]:
        """The next multiples possible for an event between two days."""
        first, last = self._next(low), self._next(high)
        if first.times == last.times:
            return first.day, last.day
        # Some event in between falls due on the day itself, another one just before it.
        return self.as_of, max(first.day, last.day, self.span.after(self.as_of - ONE_DAY))

    def _next(self, event: date) -> "_Multiple":
        times = 1
        while (day := self._multiple(times).after(event)) < self.as_of:
            times += 1
        return _Multiple(times, day)

    def _multiple(self, times: int) -> Duration:
        return Duration(self.span.count * times, self.span.span)


@dataclass(frozen=True, slots=True)
class _Multiple:
    times: int
    day: date


def _duration(text: str) -> Duration:
    try:
        span = parse_duration(text)
    except QuantityRefused as error:
        raise ValueError(str(error)) from error
    if not 1 <= span.count <= _LONGEST[span.span]:
        raise ValueError(f"not a duration of 1 day to 100 years: {text!r}")
    return span
