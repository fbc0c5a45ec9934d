"""Amounts: 100万元 · ¥1,000,000 · 三点五亿 · 壹佰万元整 · 100-200万 · 2 million yuan."""

import re
from decimal import Decimal

from dialogs.answers.english import with_figures
from dialogs.answers.numerals import scan
from dialogs.answers.outcome import Code, Refused
from dialogs.answers.phrase import Side, peel
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

_MARKS = {
    "CNY": r"元人民币|人民币元?|元(?:整|正)?|圆(?:整|正)?|块钱?|rmb|cny|yuan|¥",
    "USD": r"美元|美金|us dollars?|dollars?|usd|us\$|\$",
}
_TEN_THOUSAND = Decimal(10**4)
_JIAO = re.compile(
    r"^(?P<yuan>.+?)[元圆块](?:(?P<jiao>[^元角分]{1,2})角)?(?:(?P<fen>[^元角分]{1,2})分)?整?$"
)


def read_money(said: str, spec: Spec) -> Range:
    """An amount in the currency of the spec from a tidied text; raises Refused.

    A bare figure (300) is asked back: it may be 元 or 万元.
    """
    if says_none(said):
        return NOTHING
    phrase = peel(with_figures(said), spec)
    currency = spec.currency or "CNY"
    span = span_of(phrase.core, lambda text: _end(text, currency))
    if span is None:
        raise refusal(said, phrase.core)
    factors = [Decimal(1)]
    if span.factor is None and not span.scaled:
        factors.append(_TEN_THOUSAND)
    values = tuple(
        value for factor in factors if (value := _bounded(span.times(factor), phrase.side, spec))
    )
    if not values:
        raise Refused(Code.OUT_OF_BOUNDS)
    if len(factors) > 1 and span.high > 0:
        raise Refused(Code.WHICH_UNIT, *values)
    return answered(phrase, span, values[0])


def _bounded(span: End, side: Side | None, spec: Spec) -> Range | None:
    try:
        return bounded(span, side, spec)
    except Refused as refused:
        if refused.code is Code.OUT_OF_BOUNDS:
            return None
        raise


def _end(text: str, currency: str) -> End | None:
    negative, unsigned = signed(text)
    if end := _with_jiao(unsigned):
        return end if currency == "CNY" and not negative else None
    figure, marked = _unmarked(unsigned, currency)
    if figure is None:
        return None
    numeral = scan(figure)
    if numeral is None or numeral.rest:
        return None
    return end_of(numeral, Decimal(1) if marked else None, negative=negative)


def _unmarked(text: str, currency: str) -> tuple[str | None, bool]:
    """The figure without the words of its currency, and whether there were any."""
    marks = _MARKS[currency]
    figure = re.sub(rf"^(?:{marks})\s*", "", text)
    figure = re.sub(rf"\s*(?:{marks})$", "", figure)
    if figure in ("", text) and figure != text:
        return None, False
    return figure, figure != text


def _with_jiao(text: str) -> End | None:
    """三元五角, 壹佰元伍角贰分."""
    match = _JIAO.match(text)
    if match is None or not (match["jiao"] or match["fen"]):
        return None
    total = Decimal(0)
    for name, factor in (("yuan", "1"), ("jiao", "0.1"), ("fen", "0.01")):
        if match[name] is None:
            continue
        numeral = scan(re.sub(r"^(?:人民币|¥)", "", match[name].removeprefix("零") or "零"))
        if numeral is None or numeral.rest or numeral.low != numeral.high:
            return None
        if name != "yuan" and numeral.low >= 10:  # noqa: PLR2004 - ten 角 are one 元
            return None
        total += numeral.low * Decimal(factor)
    return End(total, total, Decimal(1))
