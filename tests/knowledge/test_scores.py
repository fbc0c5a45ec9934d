"""Score sheets: points only where the text states the scoring."""

from datetime import date
from decimal import Decimal

import pytest

from knowledge.evaluation import evaluate
from knowledge.verdict import ScoreOutcome
from tests.builders.knowledge import (
    a_criterion,
    a_programme_of,
    a_release,
    files_with,
    given,
    refusals,
)

TODAY = date(2024, 6, 1)
BODY = a_programme_of(a_criterion("listed"))
HEAD = "score_sheet:\n  cite: 附件2\n  scoring: {scoring}\n  total: 100 分\n  lines:\n"


def a_line(
    *bands: tuple[str, str], id_: str = "people", points: str = "5 分", more: str = ""
) -> str:
    text = f"    - id: {id_}\n      title: {{zh: 人员, en: people}}\n      points: {points}\n{more}"
    if bands:
        text += "      points_when:\n"
    return text + "".join(f"        - {{test: {test}, points: {worth}}}\n" for test, worth in bands)


def a_sheet(*lines: str, scoring: str = "stated") -> str:
    return BODY + HEAD.format(scoring=scoring) + "".join(lines)


def score(*lines: str, scoring: str = "stated", **known: object) -> ScoreOutcome:
    base = a_release(a_sheet(*lines, scoring=scoring))
    found = evaluate(base, "trial", given(base, **known), TODAY).score
    assert found is not None
    return found


BANDS = a_line(("staff >= 3 人", "5 分"), ("staff >= 2 人", "3 分"), ("staff >= 1 人", "1 分"))


class TestStated:
    @pytest.mark.parametrize(
        ("staff", "points"), [("4", 5), ("3", 5), ("2", 3), ("1", 1), ("0", 0)]
    )
    def test_the_first_band_that_holds(self, staff: str, points: int) -> None:
        line = score(BANDS, staff=staff).lines[0]
        assert [line.low, line.high] == [points, points]

    def test_an_open_fact_gives_the_points_still_possible(self) -> None:
        line = score(BANDS, staff="2..4 人").lines[0]
        assert [line.low, line.high] == [3, 5]
        assert list(map(str, line.missing)) == ["staff"]
        assert score(BANDS).lines[0].low == 0

    def test_never_more_than_the_line_yields(self) -> None:
        line = score(a_line(("listed", "9 分")), listed="yes").lines[0]
        assert line.high == 5

    def test_the_sum(self) -> None:
        found = score(BANDS, a_line(("honest", "2.5 分"), id_="honesty"), staff="2")
        assert [found.low, found.high] == [3, Decimal("5.5")]

    def test_a_line_without_bands_leaves_the_sum_open(self) -> None:
        found = score(BANDS, a_line(id_="ideas"), staff="2")
        assert [found.low, found.high] == [None, None]

    def test_a_zero_denominator_leaves_both_possible(self) -> None:
        bands = a_line(("rd_staff / staff >= 50%", "5 分"))
        line = score(bands, staff="0", rd_staff="0").lines[0]
        assert [line.low, line.high] == [0, 5]


class TestNotStated:
    def test_yields_no_points_for_anybody(self) -> None:
        found = score(a_line(), scoring="not_stated")
        assert (found.lines[0].low, found.lines[0].high, found.low) == (None, None, None)

    def test_a_programme_without_a_sheet_has_no_score(self) -> None:
        base = a_release(BODY)
        assert evaluate(base, "trial", given(base), TODAY).score is None


class TestRefuse:
    @pytest.mark.parametrize(
        ("line", "scoring", "reason"),
        [
            (a_line(("listed", "1 分")), "not_stated", "no scoring is stated"),
            (a_line(("listed", "many")), "stated", "not a quantity"),
            (a_line(("listed", "1 分"), points="many"), "stated", "not a quantity"),
            (a_line(("nothing", "1 分")), "stated", "there is no fact"),
            (a_line(("staff / (rd_staff - staff) > 1", "1 分")), "stated", "may not be negative"),
            (a_line(more="      fact: nothing\n"), "not_stated", "there is no fact"),
            (a_line() + a_line(), "not_stated", "the id stands twice"),
        ],
    )
    def test_with_the_reason(self, line: str, scoring: str, reason: str) -> None:
        assert reason in refusals(files_with(a_sheet(line, scoring=scoring)))
