"""Functions of years: last year, this year, sums, means, each of several, the one before."""

from datetime import date

import pytest

from tests.knowledge.test_expressions import OPEN, standing


class TestYears:
    @pytest.mark.parametrize("as_of", [date(2024, 1, 1), date(2024, 12, 31)])
    def test_last_year_is_the_calendar_year_before(self, as_of: date) -> None:
        test = "last_year(income) >= 200 万元"
        assert standing(test, as_of, income={"2023": "200 万元"}) == "eligible"
        assert standing(test, as_of, income={"2022": "300 万元", "2024": "300 万元"}) == OPEN

    def test_this_year(self) -> None:
        test = "this_year(income) >= 200 万元"
        assert standing(test, income={"2024": "199 万元"}) == "ineligible"

    def test_sums_and_means_of_the_complete_years(self) -> None:
        known = {"2021": "10 万元", "2022": "20 万元", "2023": "60 万元", "2024": "300 万元"}
        assert standing("sum_years(income, 3) == 90 万元", income=known) == "eligible"
        assert standing("mean_years(income, 3) == 30 万元", income=known) == "eligible"

    def test_each_of_several_years(self) -> None:
        known = {"2020": "1 万元", "2021": "10 万元", "2022": "20 万元", "2023": "60 万元"}
        assert standing("min_years(income, 3) >= 10 万元", income=known) == "eligible"
        assert standing("min_years(income, 3) > 10 万元", income=known) == "ineligible"
        assert standing("max_years(income, 3) <= 60 万元", income=known) == "eligible"
        assert standing("max_years(income, 3) < 60 万元", income=known) == "ineligible"

    def test_one_low_year_decides_and_one_missing_leaves_it_open(self) -> None:
        assert (
            standing("min_years(income, 3) >= 10 万元", income={"2022": "9 万元"}) == "ineligible"
        )
        known = {"2022": "20 万元", "2023": "60 万元"}
        assert standing("min_years(income, 3) >= 10 万元", income=known) == OPEN
        assert standing("max_years(income, 3) >= 60 万元", income=known) == "eligible"

    def test_the_year_before_the_last(self) -> None:
        known = {"2022": "20 万元", "2023": "22 万元"}
        growth = "last_year(income) >= years_ago(income, 2) * 110%"
        assert standing(growth, income=known) == "eligible"
        assert standing(growth, income={**known, "2023": "21.99 万元"}) == "ineligible"
        assert standing(growth, income={"2023": "22 万元"}) == OPEN

    def test_a_missing_year_is_anything(self) -> None:
        known = {"2022": "100 万元", "2023": "100 万元"}
        assert standing("sum_years(income, 3) >= 200 万元", income=known) == "eligible"
        assert standing("sum_years(income, 3) >= 201 万元", income=known) == OPEN
        assert standing("sum_years(income, 3) > 500 万元", income=known) == "ineligible"

    def test_a_mean_that_does_not_end_meets_its_exact_share(self) -> None:
        spending = {"2021": "27 元", "2022": "0 元", "2023": "0 元"}
        income = {"2021": "50 元", "2022": "0 元", "2023": "0 元"}
        test = "mean_years(spending, 3) / mean_years(income, 3) {} 54%"
        for sign, expected in ((">=", "eligible"), ("<=", "eligible"), (">", "ineligible")):
            known = standing(test.format(sign), spending=spending, income=income)
            assert known == expected, sign

    def test_a_mean_that_does_not_end_times_a_share(self) -> None:
        income = {"2021": "50 元", "2022": "0 元", "2023": "0 元"}
        assert standing("mean_years(income, 3) * 54% <= 9 元", income=income) == "eligible"
        assert (
            standing("ceil(mean_years(income, 3) * 54% / 9 元) == 1", income=income) == "eligible"
        )

    def test_yes_or_no_by_year(self) -> None:
        new_year = date(2024, 1, 1)
        assert standing("last_year(audited)", new_year, audited={"2023": "yes"}) == "eligible"
        assert standing("last_year(audited)", new_year, audited={"2023": "no"}) == "ineligible"
        assert standing("last_year(audited)", new_year, audited={"2024": "yes"}) == OPEN
        assert standing("not last_year(audited)") == OPEN
