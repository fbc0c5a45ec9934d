"""The nearest changes: after one of them the criterion is met, and one step less is not enough."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from knowledge.base import KnowledgeBase
from knowledge.evaluation import evaluate
from knowledge.profile import Cell, Dossier, Range, Records
from knowledge.truth import Standing
from knowledge.verdict import Change, Outcome
from tests.builders.knowledge import (
    a_criterion,
    a_programme_of,
    a_release,
    a_release_with_test,
    a_rich_release,
    given,
)
from tests.knowledge.completions import LEAVES, TWISTED, askings, every_value

TODAY = date(2024, 6, 1)


def outcome(base: KnowledgeBase, dossier: Dossier) -> Outcome:
    return evaluate(base, "trial", dossier, TODAY).outcomes()[0]


def changes(test: str, **known: object) -> list[dict[str, Cell]]:
    """The alternatives, each by asking; every one is applied and must meet the criterion."""
    base = a_release_with_test(test)
    return checked(base, given(base, **known))


def checked(base: KnowledgeBase, dossier: Dossier) -> list[dict[str, Cell]]:
    found = outcome(base, dossier).changes
    for alternative in found:
        if not any(isinstance(change.now, Records) for change in alternative):
            assert outcome(base, changed(dossier, alternative)).standing.worst is Standing.ELIGIBLE
            for change in alternative:
                assert change.now == dossier.get(change.asking)
    return [{str(c.asking): c.needed for c in alternative} for alternative in found]


def changed(dossier: Dossier, alternative: tuple[Change, ...]) -> Dossier:
    for change in alternative:
        dossier = dossier.having(change.asking, change.needed)
    return dossier


def exactly(number: str | date) -> Range:
    value = number if isinstance(number, date) else Decimal(number)
    return Range(value, value)


class TestOneFact:
    @pytest.mark.parametrize(
        ("test", "known", "needed"),
        [
            ("staff >= 3 人", {"staff": "1 人"}, {"staff": exactly("3")}),
            ("staff > 2 人", {"staff": "1 人"}, {"staff": exactly("3")}),
            ("staff <= 2 人", {"staff": "4 人"}, {"staff": exactly("2")}),
            ("staff == 2 人", {"staff": "4 人"}, None),
            ("capital >= 100 万元", {"capital": "1 元"}, {"capital": exactly("1000000")}),
            ("capital > 100 万元", {"capital": "1 元"}, {"capital": exactly("1000000.01")}),
            ("share >= 30%", {"share": "29.999%"}, {"share": exactly("0.3")}),
            ("share < 30%", {"share": "30.001%"}, {"share": exactly("0.2999")}),
            ("area >= 100.5 平方米", {"area": "0 平方米"}, {"area": exactly("100.5")}),
            (
                "opened <= today - 3 年",
                {"opened": "2023-01-01"},
                {"opened": exactly(date(2021, 6, 1))},
            ),
            ("listed", {"listed": "no"}, {"listed": True}),
            ("not listed", {"listed": "yes"}, {"listed": False}),
            ("colour in [green, blue]", {"colour": "red"}, {"colour": "green"}),
            ("includes(founders, firm)", {"founders": ["state"]}, None),
            ("count(founders) <= 0 类", {"founders": ["state"]}, {"founders": frozenset()}),
            (
                "last_year(income) >= 2 万元",
                {"income": {"2023": "1 元"}},
                {"income@2023": exactly("20000")},
            ),
            ("last_year(audited)", {"audited": {"2023": "no"}}, {"audited@2023": True}),
            ("staff > 4 人", {"staff": "4 人"}, None),
            ("staff >= 3 人", {"staff": "1..2 人"}, None),
        ],
    )
    def test_the_nearest_that_will_do(
        self, test: str, known: dict[str, object], needed: dict[str, Cell] | None
    ) -> None:
        found = changes(test, **known)
        if test == "includes(founders, firm)":
            assert found == [{"founders": frozenset({"state", "firm"})}]
        else:
            assert found == ([] if needed is None else [needed])

    def test_the_nearer_side_wins(self) -> None:
        test = "staff <= 1 人 or staff >= 4 人"
        assert changes(test, staff="2 人") == [{"staff": exactly("1")}]
        assert changes(test, staff="3 人") == [{"staff": exactly("4")}]

    def test_each_fact_alone_is_an_alternative(self) -> None:
        assert changes("rd_staff - staff >= 0 人", rd_staff="1 人", staff="4 人") == [
            {"rd_staff": exactly("4")}, {"staff": exactly("1")},
        ]  # fmt: skip

    def test_a_share_is_met_by_its_numerator(self) -> None:
        assert changes("rd_staff / staff >= 50%", rd_staff="1 人", staff="4 人") == [
            {"rd_staff": exactly("2")}
        ]

    def test_what_is_met_needs_no_change(self) -> None:
        assert changes("staff >= 1 人", staff="1 人") == []

    def test_what_is_open_shows_none(self) -> None:
        assert changes("staff >= 3 人") == []

    def test_where_one_is_cannot_be_changed_among_many(self) -> None:
        towns = "".join(f"  t{n}: {{zh: 城{n}, en: town {n}}}\n" for n in range(13))
        entries = "title: {zh: 城市, en: towns}\nentries:\n" + towns
        more = {
            "lists/towns.yaml": entries,
            "lists/near-towns.yaml": "title: {zh: 近, en: near}\nof: towns\nmembers: [t0]\n",
        }
        base = a_rich_release(a_programme_of(a_criterion("town == t0")), more)
        assert checked(base, given(base, town="t1")) == []

    def test_an_exclusion_is_left(self) -> None:
        base = a_release(
            a_programme_of(a_criterion("honest"))
            + "exclusions:\n  - {id: bars, cite: 第一条, quote: 不得超过, test: staff > 2 人}\n"
        )
        verdict = evaluate(base, "trial", given(base, honest="yes", staff="4 人"), TODAY)
        assert [c.needed for c in verdict.exclusions[0].changes[0]] == [exactly("2")]


class TestSeveralTogether:
    def test_one_for_each_missed_part(self) -> None:
        assert changes("staff >= 3 人 and listed", staff="1 人", listed="no") == [
            {"staff": exactly("3"), "listed": True}
        ]

    def test_a_part_that_is_met_stays(self) -> None:
        found = changes("staff >= 3 人 and listed and honest", staff="1", listed="no", honest="yes")
        assert found == [{"staff": exactly("3"), "listed": True}]

    def test_one_change_per_fact(self) -> None:
        test = "rd_staff >= 2 人 and rd_staff / staff > 50% and listed"
        found = changes(test, rd_staff="0 人", staff="4 人", listed="no")
        assert found == [{"rd_staff": exactly("3"), "listed": True}]

    def test_none_where_a_part_cannot_be_met(self) -> None:
        assert changes("staff > 4 人 and listed", staff="1 人", listed="no") == []
        assert changes("staff >= 3 人 and listed", staff="1 人") == []

    def test_none_where_the_parts_undo_each_other(self) -> None:
        test = "staff >= 3 人 and staff <= 1 人 and listed"
        assert changes(test, staff="2 人", listed="no") == []

    def test_an_exclusion_of_either_kind_is_left_by_both(self) -> None:
        base = a_release(
            a_programme_of(a_criterion("honest"))
            + "exclusions:\n"
            + "  - {id: bars, cite: 第一条, quote: 不得, test: listed or staff > 2 人}\n"
        )
        known = given(base, honest="yes", staff="4 人", listed="yes")
        alternative = evaluate(base, "trial", known, TODAY).exclusions[0].changes[0]
        assert {str(c.asking): c.needed for c in alternative} == {
            "listed": False, "staff": exactly("2"),
        }  # fmt: skip


OTHER = "other_reading:\n  test: {}\n  says: {{zh: 另一读法}}"


class TestReadings:
    def test_a_change_meets_both(self) -> None:
        more = OTHER.format("staff > 2 人")
        base = a_release_with_test("staff >= 2 人", more=more)
        for staff in ("1 人", "2 人"):
            assert checked(base, given(base, staff=staff)) == [{"staff": exactly("3")}]

    def test_each_reading_may_need_its_own(self) -> None:
        base = a_release_with_test("listed", more=OTHER.format("staff >= 2 人"))
        assert checked(base, given(base, listed="no", staff="1 人")) == [
            {"listed": True, "staff": exactly("2")}
        ]

    def test_an_exclusion_is_left_in_both(self) -> None:
        base = a_release(
            a_programme_of(a_criterion("honest"))
            + "exclusions:\n"
            + "  - id: bars\n    cite: 第一条\n    quote: 不得\n    test: staff > 2 人\n"
            + "    other_reading:\n      test: staff >= 2 人\n      says: {zh: 含本数}\n"
        )
        for staff in ("4 人", "2 人"):
            known = given(base, honest="yes", staff=staff)
            found = evaluate(base, "trial", known, TODAY).exclusions[0].changes
            assert [c.needed for c in found[0]] == [exactly("1")]


class TestRows:
    @pytest.mark.parametrize(
        ("limit", "rows"),
        [(">= 2 项", "2"), ("> 2 项", "3"), (">= 2.5 项", "3"), ("> 2.5 项", "3")],
    )
    def test_how_many_rows_are_needed(self, limit: str, rows: str) -> None:
        test = f"count(grants where own) {limit}"
        assert changes(test, grants=[{"own": "yes"}]) == [{"grants": exactly(rows)}]

    def test_never_more_than_there_can_be(self) -> None:
        assert changes("count(grants) >= 6 项", grants="none") == []

    def test_none_where_rows_would_not_count(self) -> None:
        test = "count(grants where own and listed) >= 1 项"
        assert changes(test, grants="none", listed="no") == []

    @pytest.mark.parametrize(
        "test",
        [
            "count(grants) <= 1 项",
            "count(grants) - 1 项 >= 2 项",
            "count(grants) >= if(listed, 3 项, 3 项)",
            "exists(grants where own)",
            "not exists(grants)",
        ],
    )
    def test_none_where_rows_are_not_simply_counted(self, test: str) -> None:
        assert changes(test, grants=[{"own": "no"}, {"own": "no"}], listed="yes") == []

    def test_rows_beside_another_miss_show_none(self) -> None:
        assert changes("count(grants) >= 1 项 and listed", grants="none", listed="no") == []


@drawn(st.data())
@settings(max_examples=60)
def test_every_change_meets_its_criterion(data: st.DataObject) -> None:
    leaves = [data.draw(st.sampled_from(LEAVES + TWISTED)) for _ in range(3)]
    more = f"other_reading:\n  test: {leaves[2]}\n  says: {{zh: 另一读法}}"
    test = f"({leaves[0]}) {data.draw(st.sampled_from(['and', 'or']))} ({leaves[1]})"
    base = a_release(a_programme_of(a_criterion(test, more=data.draw(st.sampled_from(["", more])))))
    dossier = Dossier()
    for asking in askings(base):
        dossier = dossier.having(
            asking, data.draw(st.sampled_from(every_value(base.fact_of(asking))))
        )
    checked(base, dossier)


@drawn(st.integers(0, 100_000_000), st.sampled_from([">=", ">"]), st.integers(0, 100_000_000))
def test_one_fen_less_is_not_enough(limit: int, sign: str, now: int) -> None:
    fen = Decimal("0.01")
    base = a_release_with_test(f"capital {sign} {limit * fen} 元")
    dossier = given(base, capital=f"{now * fen} 元")
    for alternative in checked(base, dossier):
        needed = alternative["capital"]
        assert isinstance(needed, Range)
        assert isinstance(needed.low, Decimal)
        less = given(base, capital=f"{needed.low - fen} 元")
        assert outcome(base, less).standing.best is Standing.INELIGIBLE


@drawn(st.integers(0, 20_000))
@settings(max_examples=30)
def test_one_day_later_is_too_late(shift: int) -> None:
    base = a_release_with_test("opened <= today - 1 年")
    now = date(2023, 6, 2) + timedelta(days=shift)
    assert checked(base, given(base, opened=now.isoformat())) == [
        {"opened": exactly(date(2023, 6, 1))}
    ]
