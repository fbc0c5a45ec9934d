"""The dates of clocks: boundaries, ends of months, ranges, working days."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.calendar import Calendars, YearCalendar
from knowledge.clock import Clock, ClockOutcome, dates_of
from knowledge.profile import Asking, Dossier, Range

YEAR_2024 = YearCalendar.model_validate(
    {
        "year": "2024",
        "published": "yes",
        "notice": "某号",
        "days_off": [{"name": "劳动节", "from": "2024-05-01", "to": "2024-05-05"}],
        "working_days": ["2024-05-11"],
    }
)
CALENDARS = Calendars({2024: YEAR_2024})
TEXT = {"zh": "某事", "en": "something"}
BASE: Mapping[str, object] = {
    "id": "a-clock",
    "title": TEXT,
    "who": "applicant",
    "purpose": "deadline",
    "cite": "第一条",
    "quote": "某句",
}
EVENT = {"event": TEXT, "event_fact": "changed_on"}


def a_clock(**keys: object) -> Clock:
    return Clock.model_validate({**BASE, **keys})


def known(low: str, high: str | None = None) -> Dossier:
    value = Range(date.fromisoformat(low), date.fromisoformat(high or low))
    return Dossier(MappingProxyType({"changed_on": value}))


def dates(outcome: ClockOutcome) -> str:
    return "..".join(str(day) for day in dict.fromkeys((outcome.first, outcome.last)))


def run(clock: Clock, dossier: Dossier, as_of: str = "2024-06-01") -> str:
    return dates(dates_of(clock, dossier, date.fromisoformat(as_of), CALENDARS))


class TestYearly:
    @pytest.mark.parametrize(
        ("yearly", "as_of", "expected"),
        [
            ("12-31", "2024-06-01", "2024-12-31"),
            ("12-31", "2024-12-31", "2024-12-31"),
            ("03-31", "2024-04-01", "2025-03-31"),
            ("02-29", "2024-02-10", "2024-02-29"),
            ("02-29", "2024-03-01", "2025-02-28"),
            ("02-29", "2025-02-28", "2025-02-28"),
            ("09-01..10-31", "2024-06-01", "2024-09-01..2024-10-31"),
            ("09-01..10-31", "2024-10-31", "2024-09-01..2024-10-31"),
            ("09-01..10-31", "2024-11-01", "2025-09-01..2025-10-31"),
            ("11-01..02-29", "2024-06-01", "2024-11-01..2025-02-28"),
            ("11-01..02-29", "2024-02-29", "2023-11-01..2024-02-29"),
            ("11-01..02-29", "2024-01-01", "2023-11-01..2024-02-29"),
        ],
    )
    def test_the_one_that_comes_next(self, yearly: str, as_of: str, expected: str) -> None:
        assert run(a_clock(yearly=yearly), Dossier(), as_of) == expected


class TestFromAnEvent:
    @pytest.mark.parametrize(
        ("keys", "event", "expected"),
        [
            ({"within": "2 个月"}, "2024-03-15", "2024-05-15"),
            ({"within": "2 个月"}, "2023-12-31", "2024-02-29"),
            ({"within": "30 天"}, "2024-03-01", "2024-03-31"),
            ({"within": "5 工作日"}, "2024-04-30", "2024-05-10"),
            ({"before": "30 天"}, "2024-03-31", "2024-03-01"),
            ({"before": "1 个月"}, "2024-03-31", "2024-02-29"),
            ({"before": "5 个工作日"}, "2024-05-10", "2024-04-30"),
            ({"lasts": "3 年"}, "2023-07-01", "2023-07-01..2026-06-30"),
            ({"lasts": "4 年"}, "2024-02-29", "2024-02-29..2028-02-28"),
            ({"lasts": "1 年"}, "2024-02-29", "2024-02-29..2025-02-28"),
            ({"lasts": "1 年"}, "2024-03-01", "2024-03-01..2025-02-28"),
            ({"lasts": "1 个月"}, "2024-01-31", "2024-01-31..2024-02-29"),
            ({"lasts": "7 天"}, "2024-01-31", "2024-01-31..2024-02-06"),
            ({"lasts": "5 工作日"}, "2024-05-06", "2024-05-06..2024-05-10"),
            ({"every": "3 年"}, "2018-06-01", "2024-06-01"),
            ({"every": "3 年"}, "2018-05-31", "2027-05-31"),
            ({"every": "3 年"}, "2030-05-31", "2033-05-31"),
            ({"every": "1 年"}, "2020-02-29", "2025-02-28"),
            ({"every": "4 年"}, "2016-02-29", "2028-02-29"),
        ],
    )
    def test_exact(self, keys: dict[str, str], event: str, expected: str) -> None:
        assert run(a_clock(**keys, **EVENT), known(event)) == expected

    @pytest.mark.parametrize(
        ("keys", "expected"),
        [
            ({"within": "2 个月"}, "2024-03-01..2024-04-15"),
            ({"before": "1 个月"}, "2023-12-01..2024-01-15"),
            ({"lasts": "1 年"}, "2024-01-01..2025-02-14"),
            ({"every": "3 年"}, "2027-01-01..2027-02-15"),
        ],
    )
    def test_a_range_gives_the_earliest_and_the_latest(
        self, keys: dict[str, str], expected: str
    ) -> None:
        assert run(a_clock(**keys, **EVENT), known("2024-01-01", "2024-02-15")) == expected

    def test_every_with_a_range_over_a_multiple_covers_both_rounds(self) -> None:
        clock = a_clock(every="3 年", **EVENT)
        span = run(clock, known("2021-01-01", "2021-12-31"), "2024-06-01")
        assert span == "2024-06-01..2027-05-31"

    def test_a_year_not_yet_published_is_provisional(self) -> None:
        clock = a_clock(within="20 工作日", **EVENT)
        outcome = dates_of(clock, known("2024-12-20"), date(2024, 12, 20), CALENDARS)
        assert outcome.provisional
        assert not dates_of(clock, known("2024-03-20"), date(2024, 3, 20), CALENDARS).provisional

    def test_back_over_a_year_not_yet_published_no_day_is_promised(self) -> None:
        clock = a_clock(before="20 工作日", **EVENT)
        outcome = dates_of(clock, known("2025-03-03"), date(2024, 6, 1), CALENDARS)
        assert (outcome.first, outcome.last, outcome.provisional) == (None, None, False)
        assert outcome.no_row.startswith("calendars has no 2025 yet")

    def test_a_year_before_the_first_calendar_has_no_date_and_says_why(self) -> None:
        clock = a_clock(before="20 工作日", **EVENT)
        outcome = dates_of(clock, known("2024-01-05"), date(2024, 1, 1), CALENDARS)
        assert (outcome.first, outcome.last, outcome.missing) == (None, None, ())
        assert outcome.no_row == "calendars has no year 2023; the years published are 2024."

    def test_a_missing_event_is_asked_for(self) -> None:
        clock = a_clock(within="2 个月", event=TEXT, event_fact="partner.changed_on")
        outcome = dates_of(clock, Dossier(), date(2024, 1, 1), CALENDARS)
        asked = (Asking("changed_on", "partner"),)
        assert outcome == ClockOutcome(clock, None, None, missing=asked)

    def test_an_event_without_a_fact_has_no_date_and_nothing_to_ask(self) -> None:
        clock = a_clock(within="2 个月", event=TEXT)
        outcome = dates_of(clock, known("2024-01-01"), date(2024, 1, 1), CALENDARS)
        assert outcome == ClockOutcome(clock, None, None)

    def test_a_fact_that_is_no_date_is_an_error(self) -> None:
        staff = Dossier(MappingProxyType({"changed_on": Range(3, 3)}))  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="changed_on is not a date"):
            run(a_clock(within="2 个月", **EVENT), staff)

    @given(
        st.dates(date(1950, 1, 1), date(2050, 1, 1)),
        st.integers(0, 800),
        st.dates(date(2000, 1, 1), date(2050, 1, 1)),
        st.sampled_from(["1 年", "3 年", "6 个月", "1 个月", "45 天"]),
        st.sampled_from(["within", "before", "lasts", "every"]),
        st.data(),
    )
    def test_a_range_is_sound(
        self, low: date, length: int, as_of: date, span: str, kind: str, data: st.DataObject
    ) -> None:
        clock = a_clock(**{kind: span}, **EVENT)
        event = low + timedelta(days=data.draw(st.integers(0, length)))
        ranged = known(str(low), str(low + timedelta(days=length)))
        whole = dates_of(clock, ranged, as_of, CALENDARS)
        exact = dates_of(clock, known(str(event)), as_of, CALENDARS)
        assert whole.first is not None
        assert whole.last is not None
        assert exact.first is not None
        assert exact.last is not None
        assert whole.first <= exact.first <= exact.last <= whole.last

    @given(st.dates(date(1950, 1, 1), date(2050, 1, 1)), st.integers(1, 5))
    def test_a_validity_ends_the_day_before_its_anniversary(self, event: date, years: int) -> None:
        clock = a_clock(lasts=f"{years} 年", purpose="validity", **EVENT)
        last = dates_of(clock, known(str(event)), event, CALENDARS).last
        assert last is not None
        assert event > clock.duration.before(last)
        assert event <= clock.duration.before(last + timedelta(days=1))

    @given(st.dates(date(1950, 1, 1), date(2050, 1, 1)), st.integers(1, 5))
    def test_a_bar_ends_with_the_last_day_on_which_its_exclusion_holds(
        self, event: date, years: int
    ) -> None:
        clock = a_clock(lasts=f"{years} 年", purpose="bar", **EVENT)
        last = dates_of(clock, known(str(event)), event, CALENDARS).last
        assert last is not None
        assert event >= clock.duration.before(last)
        assert event < clock.duration.before(last + timedelta(days=1))


class TestClock:
    def test_knows_its_kind_and_duration(self) -> None:
        clock = a_clock(within="2 个月", **EVENT)
        assert (clock.kind, str(clock.duration)) == ("within", "2 个月")
        assert clock.asking == Asking("changed_on")
        assert a_clock(within="2 个月", event=TEXT).asking is None

    def test_a_yearly_one_has_no_duration(self) -> None:
        with pytest.raises(ValueError, match="no duration"):
            _ = a_clock(yearly="12-31").duration

    def test_an_extension_is_read(self) -> None:
        clock = a_clock(within="20 工作日", event=TEXT, extends={"by": "10 工作日", "says": TEXT})
        assert clock.extends is not None
        assert clock.extends.by == "10 工作日"

    @pytest.mark.parametrize(
        ("keys", "reason"),
        [
            ({}, "exactly one of"),
            ({"yearly": "12-31", "within": "2 个月", **EVENT}, "exactly one of"),
            ({"yearly": "13-01"}, "not a day of the year"),
            ({"yearly": "02-30"}, "not a day of the year"),
            ({"yearly": "2024-02-01"}, "not a day of the year"),
            ({"yearly": "12-31", **EVENT}, "a yearly clock has no event"),
            ({"monthly": "25", **EVENT}, "a monthly clock has no event"),
            ({"monthly": "32"}, "1 to 31"),
            ({"quarterly": "the last"}, "1 to 31"),
            ({"monthly": "25", "quarterly": "25"}, "exactly one of"),
            ({"within": "2 个月"}, "event is required for `within`"),
            ({"within": "two months", **EVENT}, "not a duration"),
            ({"within": "0 天", **EVENT}, "not a duration of 1 day to 100 years"),
            ({"lasts": "101 年", **EVENT}, "not a duration of 1 day to 100 years"),
            ({"every": "20 工作日", **EVENT}, "`every` takes years, months or days"),
            ({"within": "2 个月", "event": TEXT, "event_fact": "Bad Name"}, "match pattern"),
            (
                {"within": "2 个月", **EVENT, "extends": {"by": "soon", "says": TEXT}},
                "not a duration",
            ),
        ],
    )
    def test_refused(self, keys: dict[str, object], reason: str) -> None:
        with pytest.raises(ValidationError, match=reason):
            a_clock(**keys)
