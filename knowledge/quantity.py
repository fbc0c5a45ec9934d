"""Quantities as the texts write them: counts, money, ratios, dates, durations. Exact."""

import calendar as months_calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

COUNTING_UNITS = frozenset(
    [
        "人",
        "项",
        "家",
        "个",
        "次",
        "例",
        "类",
        "台",
        "名",
        "户",
        "件",
        "种",
        "场",
        "篇",
        "部",
        "辆",
        "座",
        "所",
        "处",
        "套",
        "代",
        "分",
        "平方米",
        "亩",
        "公里",
        "家次",
        "款",
        "批",
        "期",
        "人次",
        "倍",
        "天",
        "小时",
        "度",
        "册",
        "门",
        "公顷",
        "吨",
    ]
)
_SAME_UNIT = {"名": "人", "户": "家"}
_MONEY = {
    "元": ("CNY", 1),
    "万元": ("CNY", 10**4),
    "亿元": ("CNY", 10**8),
    "万亿元": ("CNY", 10**12),
}
_MONEY |= {"美元": ("USD", 1), "万美元": ("USD", 10**4), "亿美元": ("USD", 10**8)}
_SPANS: dict[str, Literal["years", "months", "days", "working_days"]] = {
    "年": "years",
    "个月": "months",
    "天": "days",
    "日": "days",
    "工作日": "working_days",
    "个工作日": "working_days",
}
_NUMBER = re.compile(r"^([+-]?\d+(?:\.\d+)?)\s*(.*)$")


class QuantityRefused(ValueError):
    """A text that is no quantity of the expected kind; the message says why."""


def same_unit(unit: str) -> str:
    """The unit under which equal things are compared: 名 is 人, 户 is 家."""
    return _SAME_UNIT.get(unit, unit)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its kind: a counting unit, a currency code, `ratio` or `` (a factor)."""

    number: Decimal
    unit: str

    @property
    def is_money(self) -> bool:
        """Whether the unit is a currency."""
        return self.unit in {"CNY", "USD"}


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of calendar time as a text states it."""

    count: int
    span: Literal["years", "months", "days", "working_days"]

    def after(self, day: date) -> date:
        """The day so much later; the last day of the month where the day does not exist."""
        return self._moved(day, 1)

    def before(self, day: date) -> date:
        """The day so much earlier."""
        return self._moved(day, -1)

    def _moved(self, day: date, sign: int) -> date:
        if self.span == "working_days":
            raise QuantityRefused("working days need a calendar")
        if self.span == "days":
            return day + timedelta(days=sign * self.count)
        months = self.count * (12 if self.span == "years" else 1) * sign
        index = day.year * 12 + day.month - 1 + months
        year, month = index // 12, index % 12 + 1
        return date(year, month, min(day.day, months_calendar.monthrange(year, month)[1]))

    def __str__(self) -> str:
        words = {"years": "年", "months": "个月", "days": "天", "working_days": "个工作日"}
        return f"{self.count} {words[self.span]}"


def parse_decimal(text: str) -> Decimal:
    """An exact plain decimal; exponents, NaN and infinity are refused."""
    stripped = text.strip().replace(",", "")
    if not re.fullmatch(r"[+-]?\d{1,20}(\.\d{1,8})?", stripped, re.ASCII):
        raise QuantityRefused(f"not a plain number: {text[:40]!r}")
    try:
        return Decimal(stripped)
    except InvalidOperation as error:  # pragma: no cover - the pattern admits only decimals
        raise QuantityRefused(str(error)) from error


def parse_quantity(text: str) -> Quantity:
    """Read `10 人`, `100 万元`, `1.5 亿元`, `1000 万美元`, `30%`, `3 万人`, `7`."""
    found = _NUMBER.match(text.strip())
    if not found:
        raise QuantityRefused(f"not a quantity: {text[:40]!r}")
    number, unit = parse_decimal(found[1]), found[2].strip()
    if unit == "":
        return Quantity(number, "")
    if unit == "%":
        return Quantity(number / 100, "ratio")
    if unit in _MONEY:
        currency, factor = _MONEY[unit]
        return Quantity(number * factor, currency)
    for prefix, factor in (("万", 10**4), ("亿", 10**8)):
        if unit.startswith(prefix) and unit[1:] in COUNTING_UNITS:
            return Quantity(number * factor, same_unit(unit[1:]))
    if unit in COUNTING_UNITS:
        return Quantity(number, same_unit(unit))
    raise QuantityRefused(f"unknown unit {unit[:40]!r}")


def parse_duration(text: str) -> Duration:
    """Read `3 年`, `2 个月`, `30 天`, `20 工作日`."""
    found = _NUMBER.match(text.strip())
    if not found or found[2].strip() not in _SPANS or not found[1].isdigit():
        raise QuantityRefused(f"not a duration: {text[:40]!r}")
    return Duration(int(found[1]), _SPANS[found[2].strip()])


def parse_date(text: str) -> date:
    """Read `2023-07-01`."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip(), re.ASCII):
        raise QuantityRefused(f"not a date (YYYY-MM-DD): {text[:40]!r}")
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise QuantityRefused(f"no such day: {text[:40]!r}") from error
