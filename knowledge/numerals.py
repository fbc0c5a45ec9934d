"""Chinese numerals in official texts: 二十五, 一百二十, 两, 千 (in 千万)."""

import re

PATTERN = "[〇零一二两三四五六七八九十百千]+"
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_GROUP = re.compile("([一二两三四五六七八九])?([千百十])")
_LAST = re.compile("(?:[零〇]?[一二两三四五六七八九])?")


def chinese_number(text: str) -> int:
    """The number a run of numerals means; ValueError when it means none (`十百`, `二三十`)."""
    if not re.fullmatch(PATTERN, text):
        raise ValueError(f"not a numeral: {text!r}")
    if not set(text) & set(_PLACES):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, place, below = 0, 0, 10**4
    while found := _GROUP.match(text, place):
        if _PLACES[found[2]] >= below:
            break
        below = _PLACES[found[2]]
        total += (_DIGITS[found[1]] if found[1] else 1) * below
        place = found.end()
        place += text.startswith(("零", "〇"), place) and place + 1 < len(text)
    rest = text[place:]
    if not _LAST.fullmatch(rest):
        raise ValueError(f"not a numeral: {text!r}")
    return total + (_DIGITS[rest[-1]] if rest else 0)
