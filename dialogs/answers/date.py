"""Days and periods: 2023年5月10日 · 20230510 · 2023年6月底 · 去年 · 5月到7月 · May 2023."""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice

from dialogs.answers.date_words import chinese_figures, from_english, slashed
from dialogs.answers.outcome import Code, Refused
from dialogs.answers.phrase import peel
from knowledge.profile import Range
from knowledge.value import Spec

_RELATIVE_YEARS = {
    "大前年": -3, "前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2,
}  # fmt: skip
_RELATIVE_MONTHS = {"上个月": -1, "上月": -1, "本月": 0, "这个月": 0, "下个月": 1, "下月": 1}
_RELATIVE_DAYS = {"前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2}
_PERIOD = re.compile(
    r"(?:(?P<year>[0-9]{4})\s*年?度?|(?P<short>[0-9]{2})年|"
    rf"(?P<then>{'|'.join(_RELATIVE_YEARS)})度?)?"
    r"(?:(?P<half>上半年|下半年)|第?(?P<quarter>[0-9])季度|年?(?P<time>底|末|初|中)|"
    rf"(?:\s*(?P<month>[0-9]{{1,2}})\s*月份?|(?P<moon>{'|'.join(_RELATIVE_MONTHS)}))"
    r"(?:\s*(?P<day>[0-9]{1,2})\s*[日号]?|(?P<part>底|末|初|上旬|中旬|下旬|中))?)?"
)
_WRITTEN = re.compile(r"(?P<year>[0-9]{4})([-./ ])(?P<month>[0-9]{1,2})(?:\2(?P<day>[0-9]{1,2}))?")
_COMPACT = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?")
_AWAY = re.compile(r"([0-9]{1,4})天(前|后)")
_ONLY_DAY = re.compile(r"([0-9]{1,2})[日号]")
_MOST_SPLITS = 8
"""Places a range is looked for at; a text with more of them is none."""
_TO = re.compile(r"\s*(?:到|至|~|-+|\.\.)\s*")
_VAGUE = re.compile(
    r"(?:年|月|周|星期)[前后]$|几|最近|近期|刚|以前|很久|\b(?:years?|months?|weeks?) ago|\brecent"
)
_SIDES = (
    ("not_before", re.compile(r"^不早于(.+)$")),
    ("not_after", re.compile(r"^不晚于(.+)$")),
    ("strictly_before", re.compile(r"^(.+)之前$")),
    ("not_after", re.compile(r"^(.+?)或?以前$")),
    ("not_before", re.compile(r"^(.+?)或?(?:之后|以后|以来|起)$")),
)
_AROUND = re.compile(r"^(?:成立于|注册于|设立于|成立|注册|设立|于|在)\s*|(?:成立|注册|设立)的?$")
_PARTS = {"初": (1, 10), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "底": (25, 31)}
_CENTURY = 100
_BACK = 80
"""A year of two figures is looked for in the hundred years from so many years ago."""


@dataclass(frozen=True, slots=True)
class _Period:
    """First and last day, and what of it was said: for the other end of a range to take over."""

    low: date
    high: date
    year: int
    month: int | None = None
    vague: bool = False


@dataclass(frozen=True, slots=True)
class _Scope:
    today: date
    year: int | None = None
    month: int | None = None


def read_date(said: str, spec: Spec, today: date) -> Range:
    """A day or a period from a tidied text, seen from `today`; raises Refused."""
    phrase = peel(slashed(from_english(_bare(said, spec))), spec)
    text = _AROUND.sub("", chinese_figures(phrase.core)).strip()
    if phrase.side is not None:
        raise Refused(Code.NOT_UNDERSTOOD)
    value = _sided(text, spec, _Scope(today))
    if value is None:
        raise Refused(Code.VAGUE if _VAGUE.search(text) else Code.NOT_UNDERSTOOD)
    if phrase.about:
        raise Refused(Code.ABOUT, value)
    return value


def _bare(said: str, spec: Spec) -> str:
    title = spec.title.en.lower()
    return said.removeprefix(title).lstrip(" :,") if said != title else said


def _sided(text: str, spec: Spec, scope: _Scope) -> Range | None:
    for side, pattern in _SIDES:
        if match := pattern.match(text):
            period = _either(match[1], scope)
            return None if period is None else _on_side(side, period, spec)
    period = _either(text, scope)
    if period is None:
        return None
    if period.vague:
        raise Refused(Code.VAGUE, Range(period.low, period.high))
    return Range(period.low, period.high)


def _on_side(side: str, period: _Period, spec: Spec) -> Range:
    least, most = spec.low, spec.high
    if not isinstance(least, date) or not isinstance(most, date):
        raise AssertionError(f"{spec.title.zh}: a date has bounds")
    if period.low < least or period.high > most:
        raise Refused(Code.OUT_OF_BOUNDS)
    match side:
        case "not_before":
            return Range(period.low, most)
        case "not_after":
            return Range(least, period.high)
        case _:
            return Range(least, max(least, period.low - timedelta(days=1)))


def _either(text: str, scope: _Scope) -> _Period | None:
    """A period, or two that a range joins."""
    if period := _period(text, scope):
        return period
    for match in islice(_TO.finditer(text), _MOST_SPLITS):
        if match.start() == 0 or match.end() == len(text):
            continue
        if joined := _joined(text[: match.start()], text[match.end() :], scope):
            return joined
    return None


def _joined(left: str, right: str, scope: _Scope) -> _Period | None:
    first = _period(left.strip(), scope)
    if first is None:
        return None
    inside = replace(scope, year=first.year, month=first.month)
    last = _period(right.strip(), inside)
    if last is None:
        return None
    if first.low > last.high:
        raise Refused(Code.RANGE_REVERSED)
    return replace(first, high=last.high, vague=first.vague or last.vague)


def _period(text: str, scope: _Scope) -> _Period | None:
    if text in _RELATIVE_DAYS:
        return _days_away(scope.today, _RELATIVE_DAYS[text])
    if match := _AWAY.fullmatch(text):
        return _days_away(scope.today, int(match[1]) * (-1 if match[2] == "前" else 1))
    if match := _ONLY_DAY.fullmatch(text):
        return _day_inside(int(match[1]), scope)
    for pattern in (_WRITTEN, _COMPACT):
        if match := pattern.fullmatch(text):
            day = match["day"]
            return _month(int(match["year"]), int(match["month"]), int(day) if day else None)
    match = _PERIOD.fullmatch(text)
    return _said(match, scope) if match and text else None


def _days_away(today: date, days: int) -> _Period:
    day = today + timedelta(days=days)
    return _Period(day, day, day.year, day.month)


def _day_inside(day: int, scope: _Scope) -> _Period | None:
    if scope.year is None or scope.month is None:
        return None
    return _month(scope.year, scope.month, day)


def _said(match: re.Match[str], scope: _Scope) -> _Period | None:
    if match["short"]:
        raise _which_year(match, [_century(int(match["short"]), scope.today)])
    if match["moon"]:
        if match["year"] or match["then"]:
            return None
        index = scope.today.year * 12 + scope.today.month - 1 + _RELATIVE_MONTHS[match["moon"]]
        return _inside_month(match, index // 12, index % 12 + 1)
    year = _year(match, scope)
    if year is None:
        raise _which_year(match, [scope.today.year, scope.today.year - 1])
    return _in_year(match, year)


def _year(match: re.Match[str], scope: _Scope) -> int | None:
    if match["year"]:
        return int(match["year"])
    if match["then"]:
        return scope.today.year + _RELATIVE_YEARS[match["then"]]
    return scope.year


def _century(two: int, today: date) -> int:
    first = today.year - _BACK
    return first + (two - first) % _CENTURY


def _which_year(match: re.Match[str], years: list[int]) -> Refused:
    """5月10日, 98年: the years it may be of, those that have such a day."""
    found: list[Range] = []
    for year in years:
        try:
            period = _in_year(match, year)
        except Refused:
            continue
        found.append(Range(period.low, period.high))
    return Refused(Code.WHICH_YEAR, *found) if found else Refused(Code.NO_SUCH_DAY)


def _in_year(match: re.Match[str], year: int) -> _Period:
    if not 1 <= year <= 9999:  # noqa: PLR2004 - the calendar
        raise Refused(Code.NO_SUCH_DAY)
    if match["half"]:
        return _months(year, *((1, 6) if match["half"] == "上半年" else (7, 12)))
    if match["quarter"]:
        quarter = int(match["quarter"])
        if not 1 <= quarter <= 4:  # noqa: PLR2004 - quarters of a year
            raise Refused(Code.NO_SUCH_DAY)
        return _months(year, quarter * 3 - 2, quarter * 3)
    if match["time"]:
        months = {"初": (1, 2), "中": (1, 12)}.get(match["time"], (11, 12))
        return replace(_months(year, *months), vague=match["time"] == "中")
    if match["month"]:
        return _inside_month(match, year, int(match["month"]))
    return _months(year, 1, 12)


def _inside_month(match: re.Match[str], year: int, month: int) -> _Period:
    if match["day"]:
        return _month(year, month, int(match["day"]))
    whole = _month(year, month, None)
    part = match["part"]
    if part is None or part == "中":
        return replace(whole, vague=part is not None)
    first, last = _PARTS["底" if part == "末" else part]
    return replace(
        whole, low=whole.low.replace(day=first), high=min(whole.high, _upto(whole.high, last))
    )


def _upto(end: date, day: int) -> date:
    return end.replace(day=min(day, end.day))


def _months(year: int, first: int, last: int) -> _Period:
    end = calendar.monthrange(year, last)[1]
    return _Period(date(year, first, 1), date(year, last, end), year)


def _month(year: int, month: int, day: int | None) -> _Period:
    try:
        if day is not None:
            on = date(year, month, day)
            return _Period(on, on, year, month)
        end = calendar.monthrange(year, month)[1]
        return _Period(date(year, month, 1), date(year, month, end), year, month)
    except (ValueError, IndexError) as error:
        raise Refused(Code.NO_SUCH_DAY) from error
