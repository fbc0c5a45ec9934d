"""Counts and measures: 12人 · 三十到五十人 · 1.2万 · 不到30人 · 500 m²."""

import re
from decimal import Decimal

from dialogs.answers import units
from dialogs.answers.english import with_figures
from dialogs.answers.numerals import scan
from dialogs.answers.phrase import peel
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

_METRES = re.compile(r"[0-9] ?m(?![a-z0-9])")


def read_number(said: str, spec: Spec) -> Range:
    """A count in the unit of the spec from a tidied text; raises Refused."""
    if says_none(said):
        return NOTHING
    phrase = peel(with_figures(said), spec)
    unit = spec.unit or ""

    def read(text: str) -> End | None:
        negative, unsigned = signed(text)
        numeral = None if _METRES.search(text) else scan(unsigned)
        if numeral is None or not units.fits(numeral.rest, unit):
            return None
        return end_of(numeral, Decimal(1) if numeral.rest else None, negative=negative)

    span = span_of(phrase.core, read)
    if span is None:
        raise refusal(said, phrase.core)
    return answered(phrase, span, bounded(span, phrase.side, spec))
