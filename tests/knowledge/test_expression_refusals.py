"""What is no expression, or does not fit its names and units, is refused with the reason."""

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from knowledge.expression.parsing import ExpressionRefused, parse
from knowledge.yaml_text import Refused
from tests.builders.knowledge import (
    a_criterion,
    a_programme_of,
    a_release_with_test,
    refusals,
    rich_files_with,
)


def refusal(test: str) -> str:
    try:
        a_release_with_test(test)
    except Refused as refused:
        return str(refused)
    raise AssertionError("it loads")


REFUSED = {
    "(profit - capital) * share >= 1": "units do not fit",
    "": "expected ( before",
    "😀": "cannot read",
    "staff >= 1e999 人": "cannot read",
    "staff >= 10 项": "units do not fit",
    "staff >= 3": "units do not fit",
    "capital >= 10 万美元": "units do not fit",
    "max(0, 1 万元, 1 美元) >= 1 美元": "units do not fit",
    "staff >= 10 金": "unknown unit",
    "staff >= 2 人 人": "cannot read",
    "(listed": "expected )",
    "listed)": "did not expect",
    "listed honest": "did not expect",
    "staff >=": "expected (",
    "1 人 <= staff <= 3 人": "did not expect",
    "staff": "is not a yes/no fact",
    "1 人": "is not a test",
    "staff + 1 人": "is not a test",
    "audited": "is yearly: write last_year(audited)",
    "last_year(income)": "takes a yearly yes/no fact",
    "last_year(audited, 3)": "takes 1 argument",
    "last_year(staff) >= 1 人": "takes a yearly",
    "last_year(audited) >= 1": "takes a yearly number",
    "last_year(income, 2) >= 1 元": "takes 1 argument",
    "sum_years(income) >= 1 元": "takes 2 argument",
    "sum_years(income, 0) >= 1 元": "1 to 10",
    "sum_years(income, 11) >= 1 元": "1 to 10",
    "sum_years(income, staff) >= 1 元": "1 to 10",
    "income >= 1 元": "use a function of years",
    "staff >= 1 人 / 2": "division stands on the left",
    "rd_staff / staff / 2 >= 10%": "division stands on the left",
    "rd_staff / staff >= 2 人": "compared with a ratio",
    "capital / staff >= 30%": "a quotient in CNY is compared with CNY",
    "capital / count(grants) >= 30%": "a quotient in CNY is compared with CNY",
    "founded / founded >= 50%": "days are not divided",
    "founded / staff >= 2020-01-01": "days are not divided",
    "staff / founded >= 1": "days are not divided",
    "profit / profit >= 10%": "may not be negative",
    "founded >= 0": "units do not fit",
    "max(founded, 0) >= 2020-01-01": "units do not fit",
    "if(listed, founded, 0) >= 2020-01-01": "units do not fit",
    "founded + opened >= today": "days are moved by a duration",
    "founded * 2 >= today": "one side of * is",
    "staff * capital >= 1 元": "one side of * is",
    "founded + 9999 年 >= today": "at most 200 years",
    "founded >= today - 3000 个月": "at most 200 years",
    "founded >= today - 99999999999999999999 天": "at most 200 years",
    "founded + 3 工作日 >= today": "working days belong in a clock",
    "founded >= 2023-02-30": "no such day",
    "floor(founded) >= 1": "days are not divided",
    "floor(founded / 2020-01-01) >= 1": "days are not divided",
    "floor(staff / 0 人) >= 1": "divides by a literal that is not zero",
    "floor(staff / rd_staff) >= 1": "divides by a literal",
    "floor(staff / 2 人, 3) >= 1": "takes 1 argument",
    "year(founded, opened) >= 2020": "takes 1 argument",
    "year(staff) >= 2020": "takes a day",
    "if(listed, 1 人) >= 1 人": "takes 3 argument",
    "count(nothing) >= 1 项": "there is no fact",
    "count(listed) >= 1 项": "is not a records fact",
    "count(1) >= 1 项": "goes over records",
    "count(founders where listed) >= 1": "is not a records fact",
    "exists(founders)": "is not a records fact",
    "sum(founded for grants) >= 2020-01-01": "days are not summed",
    "sum(own for grants) >= 1": "is not a number",
    "sum(amount) >= 1 元": "expected for",
    "exists >= 1": "there is no fact",
    "grants": "is not a yes/no fact",
    "colour > red": "compared by == or !=",
    "colour == purple": "no such option",
    "colour == 1 人": "an option is a bare word",
    "colour in red": "`in` takes",
    "colour in []": "expected (",
    "colour in [1 人]": "an option is a bare word",
    "colour in list(1 人)": "`in` takes",
    "colour in list(nowhere)": "there is no list",
    "town in list(towns, towns)": "`in` takes",
    "colour not [red]": "expected in",
    "staff in [red]": "is not a fact of type choice",
    "1 人 in [red]": "an option is a bare word",
    "includes(founders)": "takes 2 argument",
    "includes(colour, red)": "is not a fact of type choices",
    "includes(founders, nobody)": "no such option",
    "nobody.staff >= 1 人": "there is no role",
    "platform.staff >= 1 人": "there is no role",
    "frobnicate(staff) >= 1": "is not a number or an amount",
    "frobnicate(staff)": "is not a test",
    "capital * 1000000 * 1000000 * 1000000 >= 0": "may pass 10^18",
    "count(grants where amount / capital >= 50%) >= 1": "may not be zero",
    "if(rd_staff / staff >= 50%, 1 人, 2 人) >= 1 人": "may not be zero",
    "*".join(["1"] * 200) + " >= 1": "at most 100 operators",
    "+".join(["staff"] * 200) + " >= 1 人": "at most 100 operators",
    "(" * 41 + "listed" + ")" * 41: "nested at most 40 deep",
    "not " * 41 + "listed": "nested at most 40 deep",
    "listed" + " or listed" * 400: "at most 2000 characters",
    "staff >= 123456789012345678901 人": "not a plain number",
}


WORDS = (
    *("staff", "capital", "founded", "listed", "colour", "red", "founders", "grants", "income"),
    *("today", "1", "0", "30%", "2 人", "3 年", "1 万元", "2020-01-01", "(", ")", "[", "]", ","),
    *("+", "-", "*", "/", ">=", "==", "in", "not", "and", "or", "count", "sum", "for", "where"),
    *("exists", "year", "floor", "if", "min", "last_year", "mean_years", "includes", "list"),
)


class TestRefuse:
    @pytest.mark.parametrize("test", REFUSED, ids=[test[:40] for test in REFUSED])
    def test_with_the_reason(self, test: str) -> None:
        if not test:
            with pytest.raises(ExpressionRefused, match=r"expected \( before"):
                parse(test)
            return
        assert REFUSED[test] in refusal(test)

    @drawn(st.text(max_size=60))
    def test_any_text_without_another_error(self, text: str) -> None:
        try:
            parse(text)
        except ExpressionRefused:
            return

    words = st.sampled_from(WORDS)

    @drawn(st.lists(words, min_size=1, max_size=12))
    @settings(max_examples=150)
    def test_any_words_without_another_error(self, words: list[str]) -> None:
        body = a_programme_of(a_criterion('"' + " ".join(words) + '"'))
        try:
            refusals(rich_files_with(body))
        except AssertionError:
            return  # it happens to be a test

    def test_long_nonsense_is_refused_quickly(self) -> None:
        with pytest.raises(ExpressionRefused):
            parse("x" * 50_000)
