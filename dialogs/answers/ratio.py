"""Shares: 30% · 百分之三十 · 三成 · 5个点 · 12/40 · 三分之一."""

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from dialogs.answers.english import with_figures
from dialogs.answers.numerals import Numeral, scan
from dialogs.answers.outcome import Code, Refused
from dialogs.answers.phrase import Phrase, Side, peel
from dialogs.answers.quantity import (
    NOTHING,
    End,
    answered,
    bounded,
    end_of,
    refusal,
    signed,
    span_of,
)
from dialogs.answers.tidying import says_none
from knowledge.profile import Range
from knowledge.value import Spec

_PERCENT, _MILLE, _TENTH = Decimal("0.01"), Decimal("0.001"), Decimal("0.1")
_BEFORE = (("百分之", _PERCENT), ("千分之", _MILLE), ("万分之", Decimal("0.0001")))
_AFTER = (
    (re.compile(r"(?:%|percent|per cent|pct|个?百分点|个点)(?P<over>多)?"), _PERCENT),
    (re.compile(r"‰(?P<over>多)?"), _MILLE),
    (re.compile(r"成(?P<over>多)?(?P<half>半)?"), _TENTH),
)
_FRACTION = re.compile(r"([0-9]{1,12}) ?/ ?([0-9]{1,12})")
_SIX_PLACES = Decimal("0.000001")
_TENS = Decimal(10)


def read_ratio(said: str, spec: Spec) -> Range:
    """A share as a fraction of one from a tidied text; raises Refused.

    A bare figure (0.3, 30) is asked back. A fraction that does not come out even is the narrowest
    range of six places around it.
    """
    if says_none(said):
        return NOTHING
    phrase = peel(with_figures(said), spec)
    if phrase.core == "过半":
        phrase = Phrase("一半", phrase.about, "gt")
    span = span_of(phrase.core, _end)
    if span is None:
        raise refusal(said, phrase.core)
    if span.factor is not None:
        value = bounded(span.times(span.factor), phrase.side, spec)
        return answered(phrase, span, value)
    if span.high == 0:
        return NOTHING
    raise _which(span, phrase.side, spec)


def _which(span: End, side: Side | None, spec: Spec) -> Refused:
    """A bare figure: as a fraction, or as so many per cent?"""
    values: list[Range] = []
    for factor in (Decimal(1), _PERCENT):
        try:
            value = bounded(span.times(factor), side, spec)
        except Refused:
            continue
        least, most = spec.low, spec.high
        if least <= value.low and value.high <= most:  # type: ignore[operator]
            values.append(value)
    return Refused(Code.PERCENT, *values) if values else Refused(Code.OUT_OF_BOUNDS)


def _end(text: str) -> End | None:
    negative, unsigned = signed(text)
    if fraction := _fraction(unsigned):
        return fraction if not negative else None
    for word, factor in _BEFORE:
        if unsigned.startswith(word):
            numeral = _hundred(unsigned.removeprefix(word))
            return None if numeral is None or numeral.rest else end_of(numeral, factor)
    numeral = scan(unsigned)
    if numeral is None:
        return None
    if not numeral.rest:
        return end_of(numeral, None, negative=negative)
    for pattern, factor in _AFTER:
        if match := pattern.fullmatch(numeral.rest):
            return _marked(numeral, match, factor, negative=negative)
    return None


def _hundred(text: str) -> Numeral | None:
    return scan("一百" if text == "百" else text)


def _marked(
    numeral: Numeral, match: re.Match[str], factor: Decimal, *, negative: bool
) -> End | None:
    marks = match.groupdict()
    end = end_of(numeral, factor, negative=negative)
    if marks.get("half"):
        half = Decimal("0.5")
        return End(end.low + half, end.high + half, factor)
    if marks.get("over"):
        if end.low != end.high or negative:
            return None
        step = Decimal(1) if factor == _TENTH or end.low % _TENS else _TENS
        return End(end.low, end.low + step, factor, open_high=True)
    return end


def _fraction(text: str) -> End | None:
    if text in ("一半", "半数", "half", "a half"):
        return End(Decimal("0.5"), Decimal("0.5"), Decimal(1))
    if match := _FRACTION.fullmatch(text):
        return _divided(Decimal(match[1]), Decimal(match[2]))
    below, word, above = text.partition("分之")
    if not word or below in ("百", "千", "万"):
        return None
    divisor, dividend = scan(below), scan(above)
    if divisor is None or dividend is None or divisor.rest or dividend.rest:
        return None
    if divisor.low != divisor.high or dividend.low != dividend.high:
        return None
    return _divided(dividend.low, divisor.low)


def _divided(above: Decimal, below: Decimal) -> End | None:
    if below == 0:
        return None
    share = above / below
    if abs(share) > 10**6:
        return None
    low = share.quantize(_SIX_PLACES, rounding=ROUND_FLOOR)
    high = share.quantize(_SIX_PLACES, rounding=ROUND_CEILING)
    return End(low, high, Decimal(1))
