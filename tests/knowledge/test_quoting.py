"""Every number, unit and comparator of a test is looked for in its own quote."""

import pytest

from knowledge.criterion import TestGroup
from knowledge.quoting import (
    compare_amount,
    compare_cap,
    compare_duration,
    compare_test,
    compare_yearly,
)

TEAM = "研发人员不少于 10 人，占职工总人数比例达到 30%以上"


def shown(problems: object) -> list[str]:
    assert isinstance(problems, list)
    return [f"{problem.kind} {problem.what}" for problem in problems]


class TestCompareTest:
    @pytest.mark.parametrize(
        ("quote", "test"),
        [
            (TEAM, "rd_staff >= 10 人"),
            (TEAM, "rd_staff / staff >= 30%"),
            (TEAM, "10 人 <= rd_staff"),
            ("研发人员不少于 10 名", "rd_staff >= 10 人"),
            ("两类及以上", "count(investor_kinds) >= 2 类"),
            ("人数大于 3000 例", "people > 3000 例"),
            ("权益不足百分之五十", "share < 50%"),
            ("申请金额不高于合同金额的 50%", "asked / contract <= 50%"),
            ("注册后运营 1年以上", "registered_on <= today - 1 年"),
            ("注册满一年", "today - 1 年 >= registered_on"),
            ("运营超过两年", "registered_on < today - 2 年"),
            ("近三年的成果不少于 3项", "count(achievements where on >= today - 3 年) >= 3 项"),
            ("两年内不得再次申请", "revoked_on > today - 2 年"),
            ("2023年7月1日起设立的", "registered_on >= 2023-07-01"),
            ("2023年7月1日前设立的", "registered_on < 2023-07-01"),
            ("近三年研发费用合计不低于 100 万元", "sum_years(rd_expense, 3) >= 100 万元"),
            ("上年度获得的经费", "exists(grants where year(on) == year(today - 1 年))"),
            ("有研发费用支出", "kind in [a, b] and not blacklisted and title == x"),
            ("在有效期内", "expires_on >= today"),
            ("分别不低于 3、5、10 项", "a >= 3 项 and b >= 10 项"),
            ("占比低于 15%的不予受理", "not (rd / income >= 15%)"),
            ("合作期三年以上", "contract_months >= 3 年"),
        ],
    )
    def test_nothing_is_missing(self, quote: str, test: str) -> None:
        assert compare_test(quote, test) == []

    @pytest.mark.parametrize(
        ("quote", "test", "problems"),
        [
            (TEAM, "rd_staff >= 12 人", ["number 12 人"]),
            (TEAM, "rd_staff > 10 人", ["comparator > 10 人"]),
            (TEAM, "rd_staff >= 10 项", ["unit 10 项"]),
            (TEAM, "rd_staff / staff >= 10%", ["number 10 %"]),
            ("支出额不低于 100 万", "rd_expense >= 100 万元", ["unit 100 万元"]),
            ("支出额不低于 100 元", "rd_expense >= 100 万元", ["number 100 万元"]),
            ("有研发费用支出", "rd_expense > 0 元", ["comparator > 0 元", "number 0 元"]),
            ("设立的企业", "on <= today - 1 年", ["comparator <= today - 1 年", "number 1 年"]),
            (
                "运营一年",
                "on <= today - 12 个月",
                ["comparator <= today - 12 个月", "number 12 个月"],
            ),
            ("近三年", "on <= today - 3 年", ["comparator <= today - 3 年"]),
            ("2023年7月1日起", "on >= 2023-07-02", ["number 2023-07-02"]),
            ("本年获得的经费", "year(on) == year(today - 1 年)", ["number last year"]),
            ("近两年合计", "sum_years(x, 3) == y", ["number 3 年"]),
            ("占比低于 15%", "rd / income >= 15%", ["comparator >= 15 %"]),
            ("占比为 15%", "min(a, b) >= max(c, d)", ["comparator >= max(c, d)"]),
        ],
    )
    def test_what_is_missing_is_named(self, quote: str, test: str, problems: list[str]) -> None:
        assert shown(compare_test(quote, test)) == problems

    def test_a_group_is_every_line_of_it(self) -> None:
        group = TestGroup.model_validate(
            {"all": ["rd_staff >= 11 人", {"not": {"any": ["a < 30%", "b >= 10 人"]}}]}
        )
        assert shown(compare_test(TEAM, group)) == ["number 11 人", "comparator < 10 人"]

    def test_an_exclusion_may_quote_the_opposite(self) -> None:
        assert compare_test("同时申报不超过 3 项", "count(x) > 3 项", fails=True) == []
        assert shown(compare_test("同时申报不超过 3 项", "count(x) > 3 项")) == [
            "comparator > 3 项"
        ]


class TestCompareAmount:
    def test_numbers_of_every_line(self) -> None:
        quote = "按经费的 3%—5%奖励，单个项目不超过 60 万元"
        assert compare_amount(quote, "sum(min(received * 3%, 60 万元) for projects)") == []
        assert shown(compare_amount(quote, "a * 4%", "70 万元")) == ["number 4 %", "number 70 万元"]

    def test_a_cap_needs_its_word(self) -> None:
        assert compare_cap("最高不超过 500 万元", "500 万元") == []
        assert shown(compare_cap("奖励 500 万元", "500 万元")) == ["comparator at most 500 万元"]


class TestCompareClock:
    @pytest.mark.parametrize(
        ("quote", "span", "problems"),
        [
            ("事后两个月内报告", "2 个月", []),
            ("每年组织一次", "1 年", []),
            ("每三年组织一次", "3 年", []),
            ("二十个工作日内", "20 工作日", []),
            ("十个工作日内", "20 工作日", ["number 20 工作日"]),
            ("二十日内", "20 工作日", ["unit 20 工作日"]),
        ],
    )
    def test_durations(self, quote: str, span: str, problems: list[str]) -> None:
        assert shown(compare_duration(quote, span)) == problems

    @pytest.mark.parametrize(
        ("quote", "opens", "closes", "problems"),
        [
            ("每年 12 月底前", (12, 31), (12, 31), []),
            ("每年年底前", (12, 31), (12, 31), []),
            ("每年 12 月 30 日前", (12, 30), (12, 30), []),
            ("每年 1 月 31 日前", (1, 31), (1, 31), []),
            ("每年 9 月至 10 月", (9, 1), (10, 31), []),
            ("每年 9-10 月", (9, 1), (10, 31), []),
            ("每年 9 月 15 日至 10 月 20 日", (9, 15), (10, 20), []),
            ("每年 9 月至 10 月", (9, 15), (10, 31), ["number 15 日"]),
            ("每年 9 月至 10 月", (9, 1), (11, 30), ["number 11 月"]),
            ("每年 12 月", (12, 31), (12, 31), ["number 31 日"]),
            ("每年 9 月前", (9, 1), (9, 1), ["number 1 日"]),
        ],
    )
    def test_days_of_the_year(
        self, quote: str, opens: tuple[int, int], closes: tuple[int, int], problems: list[str]
    ) -> None:
        assert shown(compare_yearly(quote, opens, closes)) == problems
