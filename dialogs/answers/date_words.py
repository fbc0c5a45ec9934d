"""One way of writing days: Chinese figures, English dates and slashes become 2023年5月10日."""

import re
from datetime import date

from dialogs.answers.outcome import Code, Refused, exactly

_DIGIT = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "○": "0",
    "两": "2",
}
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
_YEAR = re.compile(r"[零〇○一二三四五六七八九]{4}(?=年)")
_SMALL = re.compile(r"[一二三四五六七八九]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九]")
_BEFORE_WORD = re.compile(rf"(?:{_SMALL.pattern})(?=\s*(?:月|日|号|季度|天[前后]))")

_MONTHS = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"
]  # fmt: skip
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"([0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR4 = r"([0-9]{4})"
_WORDS = (
    (r"\blast year\b", "去年"), (r"\bthis year\b", "今年"), (r"\bnext year\b", "明年"),
    (r"\blast month\b", "上月"), (r"\bthis month\b", "本月"), (r"\bnext month\b", "下月"),
    (r"\btoday\b", "今天"), (r"\byesterday\b", "昨天"), (r"\btomorrow\b", "明天"),
    (r"\b([0-9]{1,4}) days? ago\b", r"\1天前"), (r"\bin ([0-9]{1,4}) days?\b", r"\1天后"),
    (r"^between (.+) and (.+)$", r"\1到\2"), (r"\s+(?:to|until)\s+", "到"),
    (r"^(.+) or later$", r"\1以后"), (r"^(.+) or earlier$", r"\1以前"),
    (r"^before (.+)$", r"\1之前"), (r"^(?:after|since) (.+)$", r"\1之后"),
    (r"^(?:no later than|by) (.+)$", r"不晚于\1"),
    (rf"^q([1-4]),? {_YEAR4}$", r"\2年\1季度"), (rf"^{_YEAR4}年?,? ?q([1-4])$", r"\1年\2季度"),
)  # fmt: skip
_SLASHED = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")


def chinese_figures(said: str) -> str:
    """二〇二三年五月十日 as 2023年5月10日; other figures stay."""
    text = said.translate(_FORMAL)
    text = _YEAR.sub(lambda m: "".join(_DIGIT[c] for c in m.group()), text)
    return _BEFORE_WORD.sub(lambda m: str(_small(m.group())), text)


def _small(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int(_DIGIT[text])
    return int(_DIGIT[tens] if tens else 1) * 10 + int(_DIGIT[ones] if ones else 0)


def from_english(said: str) -> str:
    """10 May 2023, last year, Q1 2023 in the Chinese form; other words stay."""
    text = re.sub(r"^(?:on|in|during|from) ", "", said)
    text = re.sub(rf"^{_MONTH}\s+(?:to|-)\s+{_MONTH},? {_YEAR4}$", _two_months, text)
    text = re.sub(rf"{_MONTH} {_DAY},? {_YEAR4}", lambda m: _ymd(m[3], m[1], m[2]), text)
    text = re.sub(rf"{_DAY}(?: of)? {_MONTH},? {_YEAR4}", lambda m: _ymd(m[3], m[2], m[1]), text)
    text = re.sub(rf"(?:the )?end of {_MONTH},? {_YEAR4}", _end_of_month, text)
    text = re.sub(rf"{_MONTH},? {_YEAR4}", lambda m: _ymd(m[2], m[1], ""), text)
    text = re.sub(rf"^{_MONTH} {_DAY}$", lambda m: _ymd("", m[1], m[2]), text)
    text = re.sub(rf"^{_DAY}(?: of)? {_MONTH}$", lambda m: _ymd("", m[2], m[1]), text)
    for pattern, chinese in _WORDS:
        text = re.sub(pattern, chinese, text)
    return text


def _ymd(year: str, month: str, day: str) -> str:
    number = _MONTHS.index(month[:3]) + 1
    return (f"{year}年" if year else "") + f"{number}月" + (f"{int(day)}日" if day else "")


def _end_of_month(match: re.Match[str]) -> str:
    return _ymd(match[2], match[1], "") + "底"


def _two_months(match: re.Match[str]) -> str:
    return f"{_ymd(match[3], match[1], '')}到{_ymd(match[3], match[2], '')}"


def slashed(said: str) -> str:
    """13/05/2023 as 2023年5月13日; raises Refused where day and month could be either."""
    match = _SLASHED.fullmatch(said)
    if match is None:
        return said
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    days = {day for d, m in ((first, second), (second, first)) if (day := _day(year, m, d))}
    if len(days) > 1:
        raise Refused(Code.WHICH_DAY, *(exactly(day) for day in _ordered(days, first)))
    if not days:
        raise Refused(Code.NO_SUCH_DAY)
    day = days.pop()
    return f"{day.year}年{day.month}月{day.day}日"


def _ordered(days: set[date], first: int) -> list[date]:
    """Day before month first, as most of the world writes it."""
    return sorted(days, key=lambda day: day.day != first)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
