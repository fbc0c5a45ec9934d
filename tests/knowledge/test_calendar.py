"""Working days against the notices, and what is said of years without one."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import knowledge
from knowledge.calendar import Calendars, NoRow, YearCalendar

FOLDER = Path(knowledge.__file__).parent / "calendars"
YEARS = (2023, 2024, 2025, 2026)


def a_year(file: Path) -> YearCalendar:
    raw = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - all text
    return YearCalendar.model_validate(raw)


def built_in() -> Calendars:
    years = {int(file.stem): a_year(file) for file in sorted(FOLDER.glob("*.yaml"))}
    return Calendars(years)


CALENDARS = built_in()
DAYS = st.dates(date(2023, 3, 1), date(2026, 10, 1))


class TestIsWorkingDay:
    def test_every_published_year_agrees_with_chinesecalendar(self) -> None:
        assert CALENDARS.published == YEARS
        day = date(YEARS[0], 1, 1)
        while day.year <= YEARS[-1]:
            works = chinese_calendar.is_workday(day)
            assert CALENDARS.is_working_day(day) == (works, False), day
            day += timedelta(days=1)

    def test_every_file_says_where_it_is_from_and_how_it_may_be_edited(self) -> None:
        for file in FOLDER.glob("*.yaml"):
            rows = a_year(file)
            first = file.read_text(encoding="utf-8").splitlines()[0]
            assert first.startswith("# ")
            assert rows.notice is not None
            assert rows.notice in first
            assert "never edit a past year" in first

    @pytest.mark.parametrize(
        ("day", "works"),
        [
            (date(2027, 1, 1), False),
            (date(2027, 1, 4), True),
            (date(2027, 5, 3), True),  # not known by rule: the notice may make it a day off
            (date(2027, 10, 2), False),
            (date(2027, 9, 15), True),  # 中秋节 follows the lunar calendar
            (date(2031, 6, 7), False),
        ],
    )
    def test_a_year_not_yet_published_is_provisional(self, day: date, *, works: bool) -> None:
        assert CALENDARS.is_working_day(day) == (works, True)

    def test_a_year_before_the_first_names_what_there_is(self) -> None:
        with pytest.raises(NoRow, match="no year 2022; the years published are 2023, 2024"):
            CALENDARS.is_working_day(date(2022, 12, 31))

    def test_a_gap_between_years_is_never_guessed(self) -> None:
        gap = Calendars({year: a_year(FOLDER / f"{year}.yaml") for year in (2023, 2025)})
        with pytest.raises(NoRow, match="2024"):
            gap.is_working_day(date(2024, 3, 1))

    def test_without_any_year_nothing_is_guessed(self) -> None:
        with pytest.raises(NoRow, match="no year is published"):
            Calendars({}).is_working_day(date(2026, 3, 2))

    def test_a_file_may_say_that_its_year_is_not_published(self) -> None:
        last = a_year(FOLDER / "2026.yaml")
        known = Calendars({2026: last, 2027: YearCalendar(year=2027, published="no")})
        assert known.is_working_day(date(2027, 3, 2)) == (True, True)


class TestAddWorkingDays:
    def test_counting_starts_the_next_day(self) -> None:
        assert CALENDARS.add_working_days(date(2024, 5, 6), 1) == (date(2024, 5, 7), False)

    def test_days_off_are_passed_and_make_up_days_counted(self) -> None:
        eve = date(2024, 4, 30)
        assert CALENDARS.add_working_days(eve, 5) == (date(2024, 5, 10), False)
        assert CALENDARS.add_working_days(eve, 6) == (date(2024, 5, 11), False)

    def test_backwards(self) -> None:
        assert CALENDARS.add_working_days(date(2024, 5, 6), -2) == (date(2024, 4, 29), False)

    def test_none_is_the_day_itself(self) -> None:
        assert CALENDARS.add_working_days(date(2024, 5, 4), 0) == (date(2024, 5, 4), False)

    def test_reaching_into_an_unpublished_year_is_provisional(self) -> None:
        assert CALENDARS.add_working_days(date(2026, 12, 31), 1) == (date(2027, 1, 4), True)
        assert CALENDARS.add_working_days(date(2026, 12, 30), 1) == (date(2026, 12, 31), False)

    def test_reaching_before_the_first_year_is_refused(self) -> None:
        with pytest.raises(NoRow):
            CALENDARS.add_working_days(date(2023, 1, 5), -10)

    @given(DAYS, st.integers(1, 40))
    def test_there_and_back_from_a_working_day(self, day: date, n: int) -> None:
        start, _ = CALENDARS.add_working_days(day, 1)
        there, _ = CALENDARS.add_working_days(start, n)
        assert CALENDARS.is_working_day(there) == (True, there.year > YEARS[-1])
        assert CALENDARS.add_working_days(there, -n)[0] == start


GOOD: Mapping[str, object] = {
    "year": "2030",
    "published": "yes",
    "notice": "某号",
    "days_off": [{"name": "元旦", "from": "2030-01-01", "to": "2030-01-01"}],
    "working_days": ["2030-01-05"],
}


class TestRefused:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"notice": None}, "names its notice"),
            ({"days_off": []}, "names its notice"),
            ({"published": "no"}, "names its notice"),
            ({"published": "no", "days_off": [], "notice": None}, "no working_days"),
            ({"working_days": ["2031-01-04"]}, "2031-01-04 is not in 2030"),
            ({"working_days": ["2030-01-07"]}, "no weekend day made a working day"),
            (
                {"days_off": [{"name": "春节", "from": "2030-02-03", "to": "2030-02-02"}]},
                "`to` is before",
            ),
        ],
    )
    def test_a_year_that_contradicts_itself(self, change: dict[str, object], reason: str) -> None:
        YearCalendar.model_validate(GOOD)
        with pytest.raises(ValidationError, match=reason):
            YearCalendar.model_validate({**GOOD, **change})

    def test_a_year_filed_under_another(self) -> None:
        with pytest.raises(ValueError, match="calendar of 2023 filed under 2024"):
            Calendars({2024: a_year(FOLDER / "2023.yaml")})
