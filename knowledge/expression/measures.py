"""Literals of the expression language, and which units fit each other."""

from decimal import Decimal

from knowledge.expression import tree
from knowledge.expression.parsing import Call, ExpressionRefused, Measure, Plain
from knowledge.quantity import (
    Duration,
    QuantityRefused,
    parse_date,
    parse_duration,
    parse_quantity,
)

NOT_COUNTED = frozenset({"CNY", "USD", "ratio", "date"})
"""Kinds that a number of rows or options is not comparable with."""
_LOOKS_BACK = range(1, 11)
"""Years; no text looks back further."""
_LONGEST = {"years": 200, "months": 2400, "days": 73_000}
"""So far a day may be moved: it then stays a day of the calendar on every day of evaluation."""


def no_day(number: tree.Number, done: str) -> tree.Number:
    """The number, unless it is a day; `done` says what may not be done to days."""
    if number.kind == "date":
        raise ExpressionRefused(f"days are not {done}")
    return number


def takes(plain: Call, arguments: int) -> None:
    """Refuse a call with more or fewer arguments."""
    if len(plain.parts) != arguments:
        raise ExpressionRefused(f"{plain.function} takes {arguments} argument(s)")


def literal(plain: Measure) -> tree.Constant:
    """A literal with its kind: `10 人`, `100 万元`, `30%`, `2023-07-01`."""
    try:
        if plain.is_date:
            return tree.Constant(parse_date(plain.text), "date", plain.text)
        quantity = parse_quantity(plain.text)
    except QuantityRefused as error:
        raise ExpressionRefused(str(error)) from error
    return tree.Constant(quantity.number, quantity.unit, plain.text)


def duration(plain: Plain) -> Duration | None:
    """The duration a day is moved by, or None where the text is none."""
    if not isinstance(plain, Measure) or plain.is_date:
        return None
    try:
        span = parse_duration(plain.text)
    except QuantityRefused:
        return None
    if span.span == "working_days":
        raise ExpressionRefused("working days belong in a clock, not in a test")
    if span.count > _LONGEST[span.span]:
        raise ExpressionRefused("a day is moved by at most 200 years")
    return span


def years(plain: Plain) -> int:
    """How many years a function of years goes back."""
    text = plain.text if isinstance(plain, Measure) else ""
    if not text.isdigit() or int(text) not in _LOOKS_BACK:
        raise ExpressionRefused("the number of years is 1 to 10")
    return int(text)


def same(left: tree.Number, right: tree.Number) -> str:
    """The common kind of two numbers; a count, and a bare zero, fit any counting unit."""
    if left.kind == right.kind:
        return left.kind
    for one, other in ((left, right), (right, left)):
        if one.kind == "count" and other.kind not in NOT_COUNTED:
            return other.kind
        zero = isinstance(one, tree.Constant) and one.kind == "" and one.value == Decimal(0)
        if zero and other.kind != "date":
            return other.kind
        if one.kind == "" and other.kind == "ratio":
            return "ratio"
        if one.kind == "年份" and other.kind == "":
            return "年份"
    raise ExpressionRefused(
        f"units do not fit: {left.kind or 'no unit'} and {right.kind or 'no unit'}"
    )
