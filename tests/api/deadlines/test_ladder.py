"""The ladder for every cut-off and every moment: never in the past, never twice, never late."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.deadlines.ladder import DAYS, steps, tomorrow
from api.foundation.now import CHINA

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
SPANS = st.timedeltas(timedelta(days=-5), timedelta(days=60))


@given(now=MOMENTS, span=SPANS)
def test_no_step_is_in_the_past_or_after_the_cut_off_or_said_twice(
    now: datetime, span: timedelta
) -> None:
    planned = list(steps(now + span, now))
    assert all(now < at < now + span for _, at in planned)
    assert len({step for step, _ in planned}) == len(planned)
    assert [at for _, at in planned] == sorted({at for _, at in planned})


@given(now=MOMENTS, span=SPANS)
def test_each_step_is_at_nine_in_china_so_many_days_before(now: datetime, span: timedelta) -> None:
    closing = (now + span).astimezone(CHINA).date()
    for step, at in steps(now + span, now):
        here = at.astimezone(CHINA)
        assert here.time() == time(9)
        assert (closing - here.date()).days == int(step.removesuffix("d"))


@given(now=MOMENTS)
def test_a_far_cut_off_has_the_whole_ladder(now: datetime) -> None:
    cutoff = datetime.combine(now.date() + timedelta(days=40), time(17), CHINA)
    assert [step for step, _ in steps(cutoff, now)] == [f"{days}d" for days in DAYS]


def test_a_cut_off_before_nine_has_no_step_on_its_day() -> None:
    now = datetime(2026, 3, 2, 2, tzinfo=UTC)
    midnight = datetime(2026, 3, 5, 0, 0, tzinfo=CHINA)
    assert [step for step, _ in steps(midnight, now)] == ["1d"]


@given(now=MOMENTS)
def test_tomorrow_is_the_next_morning_in_china(now: datetime) -> None:
    at = tomorrow(now)
    assert timedelta() < at - now <= timedelta(hours=33)
    assert at.astimezone(CHINA).time() == time(9)
