"""Numbers, units and comparing words as official texts write them."""

from decimal import Decimal

import pytest

from knowledge.figures import comparators_in, days_in, figures_in


def shown(text: str) -> set[str]:
    return {f"{figure.number.normalize():f} {figure.unit}".strip() for figure in figures_in(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("不少于 10 人", {"10 人"}),
        ("占比达到 30%以上", {"0.3 ratio"}),
        ("占比 30％", {"0.3 ratio"}),
        ("百分之五十", {"0.5 ratio"}),
        ("四分之一", {"0.25 ratio"}),
        ("三成", {"0.3 ratio"}),
        ("零分之一", set()),
        ("二三十分之一", set()),
        ("一半", {"0.5 ratio"}),
        ("100 万", {"1000000"}),
        ("1.5 亿元人民币", {"150000000 CNY"}),
        ("1000 万美元", {"10000000 USD"}),
        ("千万元以上", {"10000000 CNY"}),
        ("10 万、20 万、30 万元", {"100000", "200000", "300000 CNY"}),
        ("3 万人次", {"30000 人次"}),
        ("100 余名", {"100 人"}),
        ("两类及以上", {"2 类"}),
        ("三个月内", {"3 个月"}),
        ("二十个工作日", {"20 工作日"}),
        ("三十日", {"30 日"}),
        ("30 天", {"30 日"}),
        ("满三周年", {"3 年"}),
        ("半年", {"6 个月"}),
        ("12 月 31 日前", {"12 月", "31 日"}),
        ("一定比例、二三十", set()),
        ("第三年、第 3 个", set()),
    ],
)
def test_figures(text: str, expected: set[str]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("不低于 10 人", {">="}), ("不得少于 10 人", {">="}), ("30%以上", {">="}),
        ("两类及以上", {">="}), ("达到 30%", {">="}), ("达 30%", {">="}), ("至少 3 项", {">="}),
        ("注册满三年", {">="}), ("超过 10 亿", {">"}), ("大于 3000 例", {">"}),
        ("不超过 20%", {"<="}), ("不得高于 5", {"<="}), ("3 人以下", {"<="}), ("两年内", {"<="}),
        ("最高 500 万元", {"<="}), ("低于 3", {"<"}), ("不足百分之五十", {"<"}),
        ("未满 1 年", {"<"}), ("未达到 60 分", {"<"}), ("达不到 60 分", {"<"}),
        ("具备以下条件，满足要求，群众满意", set()), ("有效期满", set()), ("境内 10 人", set()),
        ("不少于 5 人，最高不超过 20%", {">=", "<="}),
    ],
)  # fmt: skip
def test_comparing_words(text: str, expected: set[str]) -> None:
    assert comparators_in(text) == expected


def test_days_written_out() -> None:
    assert days_in("自 2023 年 7 月\n1日起，至 2026年6月30日") == {(2023, 7, 1), (2026, 6, 30)}


def test_a_number_is_exact() -> None:
    assert next(iter(figures_in("0.1 万元"))).number == Decimal(1000)
