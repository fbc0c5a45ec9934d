"""The expression language: what it says of known and half-known facts."""

from datetime import date
from textwrap import indent

import pytest

from knowledge.evaluation import evaluate
from tests.builders.knowledge import (
    a_criterion,
    a_programme_of,
    a_release,
    a_release_with_test,
    a_rich_release,
    files_with,
    given,
    range_of,
    refusals,
)

TODAY = date(2024, 6, 1)
OPEN = "ineligible..eligible"


def standing(test: str, as_of: date = TODAY, **known: object) -> str:
    """The standing of a programme whose only, hard criterion is the test."""
    base = a_release_with_test(test)
    return range_of(evaluate(base, "trial", given(base, **known), as_of).standing)


class TestCompare:
    @pytest.mark.parametrize(
        ("test", "below", "at", "above"),
        [
            ("staff >= 2 人", 0, 1, 1),
            ("staff > 2 人", 0, 0, 1),
            ("staff <= 2 人", 1, 1, 0),
            ("staff < 2 人", 1, 0, 0),
            ("staff == 2 人", 0, 1, 0),
            ("staff != 2 人", 1, 0, 1),
        ],
    )
    def test_both_sides_of_the_threshold(self, test: str, below: int, at: int, above: int) -> None:
        words = ("ineligible", "eligible")
        for staff, expected in (("1 人", below), ("2 人", at), ("3 人", above)):
            assert standing(test, staff=staff) == words[expected]

    def test_a_range_is_open_only_across_the_threshold(self) -> None:
        assert standing("staff >= 2 人", staff="1..3 人") == OPEN
        assert standing("staff >= 2 人", staff="2..3 人") == "eligible"
        assert standing("staff >= 2 人", staff="0..1 人") == "ineligible"

    def test_unequal_to_what_a_range_may_hold_is_open(self) -> None:
        assert standing("staff != 2 人", staff="1..3 人") == OPEN
        assert standing("staff != 2 人", staff="3..4 人") == "eligible"

    def test_missing_is_anything_within_the_bounds(self) -> None:
        assert standing("staff <= 4 人") == "eligible"
        assert standing("staff > 4 人") == "ineligible"
        assert standing("staff > 3 人") == OPEN

    def test_money_to_the_fen(self) -> None:
        assert standing("capital >= 100 万元", capital="999999.99 元") == "ineligible"
        assert standing("capital >= 100 万元", capital="1000000 元") == "eligible"
        assert standing("capital >= 0.01 亿元", capital="100 万元") == "eligible"

    def test_ratios_to_the_last_decimal(self) -> None:
        assert standing("share >= 30%", share="29.9999%") == "ineligible"
        assert standing("share >= 30%", share="30%") == "eligible"
        assert standing("share >= 0.3", share="30%") == "eligible"

    def test_units_that_are_the_same(self) -> None:
        assert standing("staff >= 2 名", staff="2 人") == "eligible"
        assert standing("shops >= 2 户", shops="2 家") == "eligible"

    def test_zero_needs_no_unit(self) -> None:
        assert standing("staff > 0", staff="1 人") == "eligible"
        assert standing("capital > 0", capital="0 元") == "ineligible"

    def test_negative_values(self) -> None:
        assert standing("profit > 0 元", profit="-0.01 元") == "ineligible"
        assert standing("profit + 1 元 > 0 元", profit="-0.01 元") == "eligible"


class TestChoose:
    @pytest.mark.parametrize("test", ["colour == red", "colour in [red]", "not colour != red"])
    def test_one_option(self, test: str) -> None:
        assert standing(test, colour="red") == "eligible"
        assert standing(test, colour="blue") == "ineligible"
        assert standing(test) == OPEN

    def test_all_options_leave_nothing_open(self) -> None:
        assert standing("colour in [red, green, blue]") == "eligible"
        assert standing("colour not in [red, green, blue]") == "ineligible"

    def test_a_list_and_its_subset(self) -> None:
        assert standing("town in list(near-towns)", town="luoyang") == "eligible"
        assert standing("town in list(near-towns)", town="kaifeng") == "ineligible"
        assert standing("town not in list(near-towns)", town="kaifeng") == "eligible"
        assert standing("town in list(towns)") == "eligible"

    def test_several_choices(self) -> None:
        assert standing("includes(founders, state)", founders=["state", "firm"]) == "eligible"
        assert standing("includes(founders, state)", founders="none") == "ineligible"
        assert standing("includes(founders, state)") == OPEN
        assert standing("count(founders) >= 2 类", founders=["state"]) == "ineligible"
        assert standing("count(founders) <= 2 类") == "eligible"


class TestCombine:
    def test_and_or_not(self) -> None:
        both = "listed and not honest"
        assert standing(both, listed="yes", honest="no") == "eligible"
        assert standing(both, listed="no") == "ineligible"
        assert standing("listed or honest", honest="yes") == "eligible"
        assert standing("not (listed or honest)", listed="no") == OPEN

    def test_and_binds_closer_than_or(self) -> None:
        assert standing("listed or honest and listed", listed="no", honest="yes") == "ineligible"
        assert standing("(listed or honest) and honest", honest="yes") == "eligible"

    def test_groups_inside_a_test(self) -> None:
        lines = ("any:", "  - all:", "      - listed", "      - staff >= 2 人", "  - not: honest")
        base = a_release(a_programme_of(a_criterion("\n" + indent("\n".join(lines), " " * 8))))
        for known, expected in (
            ({"listed": "yes", "staff": "2 人"}, "eligible"),
            ({"listed": "no", "honest": "no"}, "eligible"),
            ({"listed": "no", "honest": "yes"}, "ineligible"),
            ({"listed": "no"}, OPEN),
        ):
            assert (
                range_of(evaluate(base, "trial", given(base, **known), TODAY).standing) == expected
            )

    def test_if_takes_one_side(self) -> None:
        test = "if(listed, 3 人, 1 人) <= staff"
        assert standing(test, staff="2 人", listed="yes") == "ineligible"
        assert standing(test, staff="2 人", listed="no") == "eligible"
        assert standing(test, staff="2 人") == OPEN
        assert standing(test, staff="3 人") == "eligible"

    def test_if_inside_if(self) -> None:
        test = "staff >= if(listed, if(honest, 1 人, 2 人), 3 人)"
        assert standing(test, listed="yes", staff="2 人") == "eligible"
        assert standing(test, honest="yes", staff="2 人") == OPEN


class TestReckon:
    def test_sums_differences_products(self) -> None:
        assert standing("staff + rd_staff >= 4 人", staff="2 人", rd_staff="2 人") == "eligible"
        assert standing("staff - rd_staff >= 1 人", staff="2 人", rd_staff="2 人") == "ineligible"
        assert standing("capital * 30% >= 30 万元", capital="100 万元") == "eligible"
        assert standing("30% * capital >= 30 万元", capital="99.99 万元") == "ineligible"
        assert standing("staff * 2 >= 4 人", staff="2 人") == "eligible"
        assert standing("2 * 3 - 1 >= 5") == "eligible"

    def test_a_negative_difference_times_a_ratio(self) -> None:
        wide = "(profit - capital) * share + 5 万元 >= 0 元"
        assert standing(wide, profit="0 元", capital="10 万元") == OPEN
        assert standing(wide, profit="0 元", capital="5 万元") == "eligible"
        assert standing(wide, profit="0 元", capital="10 万元", share="51%") == "ineligible"

    def test_least_and_greatest(self) -> None:
        assert (
            standing("min(staff, rd_staff) >= 2 人", staff="4 人", rd_staff="1 人") == "ineligible"
        )
        assert standing("max(staff, rd_staff) >= 2 人", staff="4 人") == "eligible"
        assert standing("max(0, profit) == 0", profit="-5 元") == "eligible"

    def test_whole_steps(self) -> None:
        steps = "floor(capital / 100 万元) >= 2"
        assert standing(steps, capital="199.99 万元") == "ineligible"
        assert standing(steps, capital="200 万元") == "eligible"
        assert standing("ceil(capital / 100 万元) >= 2", capital="100.01 万元") == "eligible"
        assert standing("ceil(capital / 100 万元) >= 2", capital="100 万元") == "ineligible"
        assert standing("floor(2.5) == 2") == "eligible"

    def test_steps_below_zero_go_down(self) -> None:
        assert standing("floor(profit / 100 万元) < 0", profit="-1 元") == "eligible"
        assert standing("ceil(profit / 100 万元) == 0", profit="-1 元") == "eligible"


class TestDivide:
    def test_the_exact_share_is_met(self) -> None:
        test = "rd_staff / staff >= 50%"
        assert standing(test, rd_staff="2 人", staff="4 人") == "eligible"
        assert standing(test, rd_staff="1 人", staff="3 人") == "ineligible"

    def test_a_zero_denominator_leaves_it_to_the_authority(self) -> None:
        assert standing("rd_staff / staff >= 50%", staff="0 人") == "authority_decides"
        assert standing("not rd_staff / staff >= 50%", staff="0 人") == "authority_decides"

    def test_a_possible_zero_is_possible(self) -> None:
        test = "rd_staff / staff >= 50%"
        assert standing(test, rd_staff="4 人") == "authority_decides..eligible"
        assert standing(test, rd_staff="0 人") == OPEN
        assert standing(test, rd_staff="4 人", staff="1..4 人") == "eligible"

    def test_thirds_are_not_rounded(self) -> None:
        for test in ("rd_staff / staff > 33.333333%", "rd_staff / staff < 33.333334%"):
            assert standing(test, staff="3 人", rd_staff="1 人") == "eligible"

    def test_money_by_the_head(self) -> None:
        test = "capital / staff >= 10 万元"
        assert standing(test, capital="30 万元", staff="3 人") == "eligible"
        assert standing(test, capital="29.99 万元", staff="3 人") == "ineligible"

    def test_money_by_the_row(self) -> None:
        test = "capital / count(grants) >= 10 万元"
        rows = [{"own": "yes"}, {"own": "no"}]
        assert standing(test, capital="20 万元", grants=rows) == "eligible"
        assert standing(test, capital="19 万元", grants=rows) == "ineligible"

    def test_rows_by_the_head(self) -> None:
        test = "count(grants) / staff >= 50%"
        assert standing(test, staff="2 人", grants=[{"own": "yes"}]) == "eligible"


class TestDays:
    def test_a_year_ago_from_the_leap_day(self) -> None:
        leap = date(2024, 2, 29)
        assert standing("opened <= today - 1 年", leap, opened="2023-02-28") == "eligible"
        assert standing("opened <= today - 1 年", leap, opened="2023-03-01") == "ineligible"

    def test_four_years_ago_from_the_leap_day(self) -> None:
        leap = date(2024, 2, 29)
        assert standing("opened <= today - 4 年", leap, opened="2020-02-29") == "eligible"

    def test_months_and_days(self) -> None:
        day = date(2024, 3, 31)
        assert standing("opened == today - 1 个月", day, opened="2024-02-29") == "eligible"
        assert standing("opened + 30 天 == today", day, opened="2024-03-01") == "eligible"

    def test_the_year_of_a_day(self) -> None:
        assert standing("year(opened) == 2023", opened="2023-12-31") == "eligible"
        assert standing("year(today) - year(opened) >= 1", opened="2023-12-31") == "eligible"
        assert standing("year(opened) == 2023", opened="2023-01-01..2024-01-01") == OPEN

    def test_the_later_of_two_days(self) -> None:
        test = "max(founded, opened) <= today - 1 年"
        assert standing(test, founded="2020-01-02", opened="2023-06-02") == "ineligible"


class TestRows:
    def test_none_is_an_answer(self) -> None:
        assert standing("count(grants) >= 1 项", grants="none") == "ineligible"
        assert standing("count(grants) >= 1 项") == OPEN

    def test_at_least_these_may_be_more_up_to_the_most(self) -> None:
        one = {"rows": [{"own": "yes"}], "complete": "no"}
        assert standing("count(grants) >= 1 项", grants=one) == "eligible"
        assert standing("count(grants) >= 2 项", grants=one) == OPEN
        assert standing("count(grants) <= 5 项", grants=one) == "eligible"
        assert standing("count(grants) > 5 项", grants=one) == "ineligible"

    def test_rows_that_cannot_hold_are_never_counted(self) -> None:
        test = "count(grants where own and listed) >= 1 项"
        assert standing(test, listed="no") == "ineligible"
        assert standing(test, listed="no", grants={"rows": [], "complete": "no"}) == "ineligible"

    def test_a_missing_cell_may_hold_or_not(self) -> None:
        rows = [{"amount": "10 万元"}, {"own": "yes"}]
        assert standing("count(grants where own) >= 1 项", grants=rows) == "eligible"
        assert standing("count(grants where own) >= 2 项", grants=rows) == OPEN
        assert standing("exists(grants where includes(fields, bio))", grants=rows) == OPEN

    def test_rows_of_a_period(self) -> None:
        test = "count(grants where on > today - 3 年) >= 1 项"
        assert standing(test, grants=[{"on": "2021-06-01"}]) == "ineligible"
        assert standing(test, grants=[{"on": "2021-06-02"}]) == "eligible"

    def test_a_sum_over_rows(self) -> None:
        test = "sum(amount for grants where own) >= 30 万元"
        rows = [{"amount": "20 万元", "own": "yes"}, {"amount": "9 万元", "own": "yes"}]
        assert standing(test, grants=rows) == "ineligible"
        assert standing(test, grants=[*rows, {"own": "no"}]) == "ineligible"
        assert standing(test, grants=[*rows, {"own": "yes"}]) == OPEN
        assert standing(test, grants=[*rows, {"amount": "1 万元"}]) == OPEN
        assert standing(test, grants={"rows": rows, "complete": "no"}) == OPEN

    def test_a_sum_of_what_may_be_negative(self) -> None:
        test = "sum(amount - 50 万元 for grants) >= 0 元"
        assert standing(test, grants={"rows": [{"amount": "60 万元"}], "complete": "no"}) == OPEN
        assert standing(test, grants=[{"amount": "60 万元"}]) == "eligible"

    def test_an_item_cap_inside_a_sum(self) -> None:
        test = "sum(min(amount * 10%, 5 万元) for grants) >= 10 万元"
        assert standing(test, grants=[{"amount": "100 万元"}] * 2) == "eligible"
        assert standing(test, grants=[{"amount": "40 万元"}] * 2) == "ineligible"

    def test_another_list_inside_a_row(self) -> None:
        test = "count(grants where own and exists(prizes where kind == gold)) >= 1 项"
        rows = [{"own": "yes"}]
        assert standing(test, grants=rows, prizes=[{"kind": "gold"}]) == "eligible"
        assert standing(test, grants=rows, prizes="none") == "ineligible"


class TestRoles:
    def test_the_partner_is_another_subject(self) -> None:
        base = a_release_with_test("partner.staff >= 2 人")
        verdict = evaluate(base, "trial", given(base, staff="4 人"), TODAY)
        assert list(map(str, verdict.missing)) == ["partner.staff"]
        known = given(base, **{"partner.staff": "2 人"})
        assert evaluate(base, "trial", known, TODAY).standing.word == "eligible"


DEFINED = """
defines:
  small: {{cite: 第一条, quote: 小单位, says: {{zh: 小, en: is small}}, test: staff <= 2 人}}
  {name}: {{cite: 第一条, quote: 小而精, says: {{zh: 精, en: is fine}}, test: {test}}}
"""


class TestDefine:
    def test_a_name_stands_for_its_test(self) -> None:
        body = a_programme_of(a_criterion("not fine")) + DEFINED.format(
            name="fine", test="small and honest"
        )
        base = a_release(body)
        for known, expected in (
            ({"staff": "3 人"}, "eligible"),
            ({"staff": "2 人", "honest": "yes"}, "ineligible"),
            ({"staff": "2 人"}, OPEN),
        ):
            verdict = evaluate(base, "trial", given(base, **known), TODAY)
            assert range_of(verdict.standing) == expected
        open_ = evaluate(base, "trial", given(base, staff="2 人"), TODAY)
        assert list(map(str, open_.missing)) == ["honest"]

    def test_a_column_of_that_name_comes_first(self) -> None:
        body = a_programme_of(a_criterion("count(grants where own) >= 1 项"))
        base = a_rich_release(body + DEFINED.format(name="own", test="listed"))
        known = given(base, grants=[{"own": "yes"}], listed="no")
        assert evaluate(base, "trial", known, TODAY).standing.word == "eligible"

    @pytest.mark.parametrize(
        ("name", "test", "reason"),
        [
            ("listed", "honest", "a fact has this name already"),
            ("fine", "nothing", "there is no fact 'nothing'"),
            ("fine", "fine", "there is no fact 'fine'"),
        ],
    )
    def test_is_refused_with_the_reason(self, name: str, test: str, reason: str) -> None:
        body = a_programme_of(a_criterion("listed")) + DEFINED.format(name=name, test=test)
        assert reason in refusals(files_with(body))
