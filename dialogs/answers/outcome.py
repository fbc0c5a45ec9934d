"""What became of something typed: understood, or unclear and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from knowledge.profile import Cell, Range, Records, Scalar

Answer: TypeAlias = Cell | Records
"""The value of a once-fact, of one year of a yearly one, of a column, or the rows of records."""


class Code(StrEnum):
    """Why something typed is not taken as it stands. `dialogs.answers.explain` says it kindly."""

    NOTHING_SAID = "nothing_said"
    TOO_LONG = "too_long"
    NOT_UNDERSTOOD = "not_understood"
    ABOUT = "about"
    """“About 1 million”: exact, or a range? `offers` holds the exact value."""
    VAGUE = "vague"
    """“A few dozen”, “around New Year”: no bounds anybody could agree on."""
    UNSURE = "unsure"
    """“Probably yes”."""
    WHICH_UNIT = "which_unit"
    """A bare number for money: 元 or 万元?"""
    PERCENT = "percent"
    """A bare 0.3 or 30 for a ratio."""
    WRONG_UNIT = "wrong_unit"
    OUT_OF_BOUNDS = "out_of_bounds"
    RANGE_REVERSED = "range_reversed"
    NOT_WHOLE = "not_whole"
    TOO_MANY_DECIMALS = "too_many_decimals"
    SEVERAL_NUMBERS = "several_numbers"
    NOT_PLAIN = "not_plain"
    """1e999, NaN: not a number people write down."""
    NO_SUCH_DAY = "no_such_day"
    WHICH_YEAR = "which_year"
    WHICH_DAY = "which_day"
    """10/05/2023: May or October?"""
    NEGATIVE_QUESTION = "negative_question"
    """“No” to a question that itself says “no”."""
    DID_YOU_MEAN = "did_you_mean"
    NO_SUCH_OPTION = "no_such_option"
    SEVERAL_OPTIONS = "several_options"
    """Several options for a question that takes one."""
    WHICH_ROWS = "which_rows"
    """“Yes, there are” to records: which ones?"""
    NOT_A_ROW = "not_a_row"
    TOO_MANY_ROWS = "too_many_rows"


@dataclass(frozen=True, slots=True)
class Offer:
    """A value that can be taken with one tap, and how it reads in the language of the answer."""

    value: Answer
    label: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What was typed as a value that fits the fact, and how it reads.

    A row of records comes as `Records(rows, complete=False)`: at least these.
    """

    value: Answer
    echo: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why it is not taken. `context` holds what the sentence needs, in the language of the answer.

    `offers` are values it may have meant; taking one is an answer like any other.
    """

    code: Code
    context: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    offers: tuple[Offer, ...] = ()


Read: TypeAlias = Understood | Unclear


class Refused(ValueError):
    """Raised inside a parser to end it; `read_answer` turns it into Unclear."""

    def __init__(self, code: Code, *values: Cell, **context: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
        self.context = context


def exactly(value: Scalar) -> Range:
    """A value known to the last digit."""
    return Range(value, value)
