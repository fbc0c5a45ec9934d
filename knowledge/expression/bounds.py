"""What is refused before anything is known: results that could overflow, negative denominators."""

from datetime import date
from decimal import Decimal

from knowledge.expression import tree
from knowledge.expression.env import Env
from knowledge.expression.evaluating import compile_number
from knowledge.expression.parsing import ExpressionRefused
from knowledge.expression.reads import parts_of

_MOST = Decimal(10) ** 18
"""Values have at most 8 decimals after a product, so 10^18 keeps Decimal's 28 digits exact."""
_NUMBERS_OF_TESTS = (tree.Counted, tree.Exists, tree.Summed, tree.Choose)


def check_bounds(node: tree.Test | tree.Number, *, inside: bool = False) -> None:
    """Refuse what could overflow exact arithmetic, and denominators that could be negative.

    Inside a number made of tests (`count`, `if` …) a denominator may not even be zero: the number
    would stay open however much is known, and nobody could be asked.
    """
    if isinstance(node, tree.CompareRatio):
        low, _ = compile_number(node.below)(_NOTHING_KNOWN)
        if low < 0:
            raise ExpressionRefused("a denominator may not be negative within its bounds")
        if low == 0 and inside:
            raise ExpressionRefused(
                "a denominator inside count, exists, sum or if may not be zero within its bounds: "
                "multiply by it instead"
            )
        _fits(tree.Arithmetic("*", node.below, node.right, ""))
    if isinstance(node, tree.Number):
        _fits(node)
    for part in parts_of(node):
        check_bounds(part, inside=inside or isinstance(node, _NUMBERS_OF_TESTS))


_NOTHING_KNOWN = Env({}, date(2026, 1, 1))


def _fits(node: tree.Number) -> None:
    try:
        ends = compile_number(node)(_NOTHING_KNOWN)
    except (ValueError, OverflowError):
        raise ExpressionRefused("no such day within the bounds of its facts") from None
    for end in ends:
        if isinstance(end, Decimal) and abs(end) > _MOST:
            raise ExpressionRefused("the result may pass 10^18 within the bounds of its facts")
