"""English number words below a thousand as figures; thousand, million, billion stay units."""

import re

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: i for i, word in enumerate(_ONES)} | {
    word: 10 * i for i, word in enumerate(_TENS, start=2)
}
_WORD = "|".join(sorted(_VALUES, key=len, reverse=True))
_RUN = re.compile(rf"\b(?:{_WORD})\b(?:(?:[ -]| and )(?:{_WORD}|hundred)\b)*")


def with_figures(text: str) -> str:
    """The text with `twenty-five` as 25; a run that is no number stays as it is."""
    return _RUN.sub(lambda run: _figure(run.group()), text)


def _figure(run: str) -> str:
    words = re.split(r" and |[ -]", run)
    at = words.index("hundred") if "hundred" in words else -1
    hundreds = _below_hundred(words[:at]) if at >= 0 else 0
    rest = _below_hundred(words[at + 1 :])
    if hundreds is None or rest is None or (at >= 0 and not 0 < hundreds <= 9):  # noqa: PLR2004
        return run
    return str(hundreds * 100 + rest)


def _below_hundred(words: list[str]) -> int | None:
    match [_VALUES.get(word) for word in words]:
        case []:
            return 0
        case [int(value)]:
            return value
        case [int(tens), int(ones)] if tens >= 20 and 0 < ones < 10:  # noqa: PLR2004 - ninety-nine
            return tens + ones
        case _:
            return None
