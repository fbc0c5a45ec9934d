"""What numbers, money and ratios share: ends, ranges, sides, and what to say when none fits."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import TypeAlias

from dialogs.answers.numeral_tokens import has_numeral
from dialogs.answers.numerals import Numeral, scan
from dialogs.answers.outcome import Code, Refused, exactly
from dialogs.answers.phrase import Phrase, Side
from dialogs.answers.units import is_unit
from knowledge.profile import Range
from knowledge.value import Spec

_EXPONENT = re.compile(r"[0-9]e[+-]?[0-9]|\b(?:nan|inf|infinity)\b|∞")
_VAGUE = re.compile(
    r"几|若干|很多|许多|好多|不少|[数上成][十百千万亿]|大半|大部分|多数|少数|"
    r"\b(?:some|many|several|a few|few|dozens?|hundreds|thousands|lots|most)\b"
)
_CURRENCY = re.compile(
    r"(?:us\$|hk\$|\$|€|£|¥|人民币|美元|rmb|cny|usd|eur)\s*[0-9一二两三四五六七八九十]"
)
_MOST_SPLITS = 8
"""Places a range is looked for at; a text with more of them is none."""
_TO = re.compile(r"\s*(?:到|至|~|-+|\.\.+|\bto\b)\s*")


@dataclass(frozen=True, slots=True)
class End:
    """One end of what was said. `factor` None: no word of the unit stands with it."""

    low: Decimal
    high: Decimal
    factor: Decimal | None
    numeral: Numeral | None = None
    open_high: bool = False
    near: bool = False

    @property
    def scaled(self) -> bool:
        """Whether 万 or more was said."""
        return self.numeral is not None and self.numeral.scaled

    def times(self, factor: Decimal) -> "End":
        """The end in another unit."""
        return replace(self, low=self.low * factor, high=self.high * factor)


ReadEnd: TypeAlias = Callable[[str], End | None]


def end_of(numeral: Numeral, factor: Decimal | None, *, negative: bool = False) -> End:
    """An end from its numeral."""
    low, high = (-numeral.high, -numeral.low) if negative else (numeral.low, numeral.high)
    return End(low, high, factor, numeral, numeral.open_high, numeral.near)


def signed(text: str) -> tuple[bool, str]:
    """Whether a minus stands before the figure, and the rest."""
    match = re.match(r"(?:-|负|minus )\s*", text)
    return match is not None, text[match.end() :] if match else text


def span_of(core: str, read: ReadEnd) -> End | None:
    """What was said as one span, from a single figure or from two ends; None when it is neither.

    An end without a unit takes that of the other (30-50%), and its 万 (100-200万) unless the
    range then runs backwards (800到1万).
    """
    if single := read(core):
        return single
    for match in islice(_TO.finditer(core), _MOST_SPLITS):
        left, right = read(core[: match.start()]), read(core[match.end() :])
        if left is not None and right is not None:
            return _joined(left, right)
    return None


def _joined(left: End, right: End) -> End:
    if left.factor is None and left.numeral is not None and right.numeral is not None:
        left = _sharing(left, left.numeral, right, right.numeral)
    factor = left.factor if right.factor is None else right.factor
    if left.factor is not None and right.factor is not None and left.factor != right.factor:
        left = left.times(left.factor / right.factor)
    if left.low > right.high:
        raise Refused(Code.RANGE_REVERSED)
    return End(
        left.low,
        right.high,
        factor,
        right.numeral,
        open_high=right.open_high,
        near=left.near or right.near,
    )


def _sharing(left: End, first: Numeral, right: End, last: Numeral) -> End:
    """The left end with the units that stand only behind the right one."""
    if first.scaled or last.plain:
        return left
    shared = last.scale
    if first.plain:
        if last.shared is None and left.high < right.high and left.high < 10:  # noqa: PLR2004
            raise Refused(Code.VAGUE)
        shared = last.scale if last.shared is None else last.shared
    scaled = left.times(shared)
    return scaled if scaled.low <= right.high else left


def bounded(span: End, side: Side | None, spec: Spec) -> Range:
    """The range a span stands for: itself, or everything on one side of it within the bounds."""
    whole = spec.type == "number" and spec.whole == "yes"
    least, most = spec.low, spec.high
    if not isinstance(least, Decimal) or not isinstance(most, Decimal):
        raise AssertionError(f"{spec.title.zh}: a quantity has bounds")
    if side is None:
        high = span.high - 1 if whole and span.open_high else span.high
        return Range(span.low, high)
    if span.low != span.high:
        raise Refused(Code.NOT_UNDERSTOOD)
    if not least <= span.low <= most:
        raise Refused(Code.OUT_OF_BOUNDS)
    step = Decimal(1) if whole and span.low == span.low.to_integral_value() else Decimal(0)
    match side:
        case "ge":
            return Range(span.low, most)
        case "gt":
            return Range(min(span.low + step, most), most)
        case "le":
            return Range(least, span.low)
        case _:
            return Range(least, max(span.low - step, least))


def answered(phrase: Phrase, span: End, value: Range) -> Range:
    """The value that was said; raises Refused where it is said to be rough."""
    if phrase.about or span.near:
        raise Refused(Code.ABOUT, value)
    return value


def refusal(said: str, core: str) -> Refused:
    """Why something is no quantity, as far as one can tell."""
    if _EXPONENT.search(said):
        return Refused(Code.NOT_PLAIN)
    _, unsigned = signed(core)
    numeral = scan(unsigned)
    if _CURRENCY.match(unsigned):
        return Refused(Code.WRONG_UNIT)
    if numeral is not None and is_unit(numeral.rest):
        return Refused(Code.WRONG_UNIT)
    if numeral is not None and has_numeral(numeral.rest):
        return Refused(Code.SEVERAL_NUMBERS)
    if numeral is None and _VAGUE.search(said):
        return Refused(Code.VAGUE)
    return Refused(Code.NOT_UNDERSTOOD)


NOTHING = exactly(Decimal(0))
"""没有, where a number is due."""
