"""Numbers, amounts, shares, days and spans as people write them; always exact, never rounded."""

from datetime import date
from decimal import Decimal

from babel.numbers import format_decimal

from dialogs.catalogue import LOCALES, counted, marked_count, text
from knowledge.model import Language
from knowledge.profile import Scalar
from knowledge.quantity import Duration, QuantityRefused, parse_quantity

_TEN_THOUSAND = Decimal(10**4)
_HUNDRED_MILLION = Decimal(10**8)
_SHORT = 2
"""Decimals up to which 1.25 万 is easier to read than 12,500."""
_WHOLE_SCALE = 4
"""Decimals of 万元 that still say each 元."""

_UNITS = {
    "人": marked_count("{n} 人"),
    "项": marked_count("{n} 项"),
    "家": marked_count("{n} 家"),
    "个": marked_count("{n} 个"),
    "次": marked_count("{n} 次"),
    "例": marked_count("{n} 例"),
    "类": marked_count("{n} 类"),
    "台": marked_count("{n} 台"),
    "件": marked_count("{n} 件"),
    "种": marked_count("{n} 种"),
    "场": marked_count("{n} 场"),
    "篇": marked_count("{n} 篇"),
    "部": marked_count("{n} 部"),
    "辆": marked_count("{n} 辆"),
    "座": marked_count("{n} 座"),
    "所": marked_count("{n} 所"),
    "处": marked_count("{n} 处"),
    "套": marked_count("{n} 套"),
    "代": marked_count("{n} 代"),
    "分": marked_count("{n} 分"),
    "平方米": marked_count("{n} 平方米"),
    "亩": marked_count("{n} 亩"),
    "公里": marked_count("{n} 公里"),
    "家次": marked_count("{n} 家次"),
    "款": marked_count("{n} 款"),
    "批": marked_count("{n} 批"),
    "期": marked_count("{n} 期"),
    "人次": marked_count("{n} 人次"),
    "倍": marked_count("{n} 倍"),
    "天": marked_count("{n} 天"),
    "小时": marked_count("{n} 小时"),
    "度": marked_count("{n} 度"),
    "册": marked_count("{n} 册"),
    "门": marked_count("{n} 门"),
    "公顷": marked_count("{n} 公顷"),
    "吨": marked_count("{n} 吨"),
}
_SPANS = {
    "years": marked_count("{n} 年"),
    "months": marked_count("{n} 个月"),
    "days": marked_count("{n} 天"),
    "working_days": marked_count("{n} 个工作日"),
}


def number(value: Decimal, language: Language) -> str:
    """A plain number with separators of thousands."""
    places = max(0, -_exponent(value))
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return str(format_decimal(value, pattern, locale=LOCALES[language], decimal_quantization=False))


def count(value: Decimal, unit: str, language: Language) -> str:
    """A number of something: `12 人`, `1.2 万人`, `12 people`; a bare one without a unit."""
    few = 1 if value == 1 else 2
    message = _UNITS.get(unit)
    if message is None:
        return f"{number(value, language)} {unit}".strip() if language == "zh" else _bare(value)
    if language == "zh" and abs(value) >= _TEN_THOUSAND and _fits(value, _TEN_THOUSAND, _SHORT):
        return f"{number(value / _TEN_THOUSAND, language)} 万{unit}"
    return counted(message, language, few, n=number(value, language))


def unit(name: str, language: Language) -> str:
    """The word of a counting unit after a number; empty where the language uses none."""
    message = _UNITS.get(name)
    return name if message is None else counted(message, language, 2, n="").strip()


def money(value: Decimal, currency: str, language: Language) -> str:
    """An amount: `100 万元`, `1.5 亿元`, `CNY 1,000,000`."""
    dollars = currency == "USD"
    if language == "zh":
        if abs(value) >= _HUNDRED_MILLION and _fits(value, _HUNDRED_MILLION, _WHOLE_SCALE):
            amount = number(value / _HUNDRED_MILLION, language)
            return f"{amount} 亿美元" if dollars else f"{amount} 亿元"
        if abs(value) >= _TEN_THOUSAND and _fits(value, _TEN_THOUSAND, _WHOLE_SCALE):
            amount = number(value / _TEN_THOUSAND, language)
            return f"{amount} 万美元" if dollars else f"{amount} 万元"
    amount = number(value, language)
    if dollars:
        return text("{amount} 美元", language, amount=amount)
    return text("{amount} 元", language, amount=amount)


def ratio(value: Decimal, language: Language) -> str:
    """A share: `30%`."""
    return f"{number(value * 100, language)}%"


def day(value: date, language: Language) -> str:
    """A day: `2023年5月10日`, `10 May 2023`."""
    return text(
        "{year}年{month}月{day}日",
        language,
        year=f"{value.year:04}",
        month=month(value.month, language),
        day=value.day,
    )


def year_day(month_: int, day_: int, language: Language) -> str:
    """A day of every year: `9月1日`, `1 September`."""
    return text("{month}月{day}日", language, month=month(month_, language), day=day_)


def days(low: date, high: date, language: Language) -> str:
    """The days from one to the other: a whole year or month by its name, else both ends."""
    if low == high:
        return day(low, language)
    first_and_last = (low.month, low.day, high.month, high.day) == (1, 1, 12, 31)
    if first_and_last and low.year == high.year:
        return text("{year} 年", language, year=low.year)
    if low.day == 1 and (low.year, low.month) == (high.year, high.month) and _ends_month(high):
        name = month(low.month, language)
        return text("{year}年{month}月", language, year=low.year, month=name)
    return between(day(low, language), day(high, language), language)


def duration(value: Duration, language: Language) -> str:
    """A span of calendar time: `3 年`, `20 working days`."""
    return counted(_SPANS[value.span], language, value.count)


def between(low: str, high: str, language: Language) -> str:
    """Two ends that are words already."""
    return text("{low} 至 {high}", language, low=low, high=high)


def quantity(written: str, language: Language) -> str:
    """A figure of the format (`500 万元`, `5 分`) in the words of a language."""
    try:
        read = parse_quantity(written)
    except QuantityRefused:
        return written
    if read.is_money:
        return money(read.number, read.unit, language)
    return count(read.number, read.unit, language)


def scalar(value: Scalar, kind: str, language: Language) -> str:
    """A value of a dimension: a counting unit, CNY, USD, ratio, date, or none."""
    if isinstance(value, date):
        return day(value, language)
    if kind in ("CNY", "USD"):
        return money(value, kind, language)
    if kind == "ratio":
        return ratio(value, language)
    if kind in ("", "count", "年份"):
        return _bare(value)
    return count(value, kind, language)


def _bare(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _fits(value: Decimal, scale: Decimal, places: int) -> bool:
    return -_exponent(value / scale) <= places


def _ends_month(last: date) -> bool:
    return last == date.max or (last.replace(day=28) != last and _next_is_first(last))


def _next_is_first(last: date) -> bool:
    return date.fromordinal(last.toordinal() + 1).day == 1


_MONTHS = "January February March April May June July August September October November December"


def month(of_year: int, language: Language) -> str:
    """The month of a day as it stands in one: `12`, `December`."""
    return str(of_year) if language == "zh" else _MONTHS.split()[of_year - 1]
