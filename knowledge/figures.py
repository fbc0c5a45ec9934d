"""The figures an official text states: numbers with their units, and words that compare."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from knowledge.numerals import PATTERN, chinese_number
from knowledge.official_text import bare
from knowledge.quantity import COUNTING_UNITS, same_unit


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit, empty where none follows; money in 元 or dollars, 30% is 0.3.

    Spans of time have the units 年, 个月, 日, 工作日; a month of the calendar is 月.
    """

    number: Decimal
    unit: str


_FACTORS = {"万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_UNITS = {unit: same_unit(unit) for unit in COUNTING_UNITS} | {
    "元": "CNY", "美元": "USD", "年": "年", "周年": "年", "月": "月", "个月": "个月",
    "日": "日", "天": "日", "号": "日", "自然日": "日", "个自然日": "日",
    "工作日": "工作日", "个工作日": "工作日",
}  # fmt: skip


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_FIGURE = re.compile(
    rf"(?<!第)(?P<number>\d+(?:\.\d+)?|{PATTERN})"
    rf"(?:(?P<share>[%％成])|分之(?P<above>\d+|{PATTERN})"
    rf"|余?(?P<factor>{_either(_FACTORS)})?余?(?P<unit>{_either(_UNITS)})?)"
)
_SHARES = {"%": 100, "％": 100, "成": 10}
_HALF = re.compile("一半|半数|过半")
_HALF_YEAR = Figure(Decimal(6), "个月")
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")

_NOT = "不(?:得|应|能|宜)?"
_WORDS = {
    ">=": rf"{_NOT}(?:低于|少于|小于|短于|早于)|以上(?!条件|情形|规定|要求)|达到|至少|最低"
    rf"|达(?=\d|{PATTERN})|(?<![期届圆])满(?![意足])",
    ">": "超过|大于|高于|多于|超出",
    "<=": rf"{_NOT}(?:超过|高于|大于|多于|超出|长于|晚于|迟于)|未超过|以内|之内|最高|最多|至多|上限"
    r"|封顶|以下(?!条件|情形|规定|要求|简称|程序|材料|资料|内容)|(?<=[年月日天时])内",
    "<": "低于|少于|小于|短于|不足|不满|未满|不到|未达到?|达不到",
}
_NAMES = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
# The first place wins, so 不低于 is read before 低于, 未达到 before 达到, 不满 before 满.
_COMPARING = re.compile("|".join(f"(?P<{name}>{_WORDS[sign]})" for name, sign in _NAMES.items()))


def figures_in(text: str) -> frozenset[Figure]:
    """Every number of a text with its unit; white space is no matter.

    A Chinese numeral counts only with a unit, a factor or 分之 after it (so 一次性 does, 一定 does
    not); an ordinal (第三年) does not count.
    """
    quote = bare(text)
    found = set(_figures(quote))
    if _HALF.search(quote):
        found.add(Figure(Decimal("0.5"), "ratio"))
    if "半年" in quote:
        found.add(_HALF_YEAR)
    return frozenset(found)


def _figures(quote: str) -> Iterator[Figure]:
    for found in _FIGURE.finditer(quote):
        number = _number(found["number"])
        if number is None:
            continue
        if found["share"]:
            yield Figure(number / _SHARES[found["share"]], "ratio")
        elif found["above"]:
            above = _number(found["above"])
            if above is not None and number:
                yield Figure(above / number, "ratio")
        elif found["factor"] or found["unit"] or found["number"][0].isascii():
            unit = _UNITS[found["unit"]] if found["unit"] else ""
            yield Figure(number * _FACTORS.get(found["factor"] or "", 1), unit)


def _number(text: str) -> Decimal | None:
    if text[0].isascii():
        return Decimal(text)
    try:
        return Decimal(chinese_number(text))
    except ValueError:
        return None


def days_in(text: str) -> frozenset[tuple[int, int, int]]:
    """The days a text writes out (2023年7月1日), as year, month, day."""
    return frozenset(
        (int(year), int(month), int(day)) for year, month, day in _DAY.findall(bare(text))
    )


def comparators_in(text: str) -> frozenset[str]:
    """The comparisons a text's words make: any of `>=`, `>`, `<=`, `<`."""
    return frozenset(
        _NAMES[found.lastgroup]
        for found in _COMPARING.finditer(bare(text))
        if found.lastgroup is not None
    )
