"""Facts that stand in several tests: each of their possible answers tried in turn.

Tests are judged one by one, so "red" and "green" may both look possible at once. Trying the answers
of a repeated fact one after the other sees that they are not, and spares a needless question.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from knowledge.expression import tree
from knowledge.expression.reads import parts_of
from knowledge.fact import Fact
from knowledge.profile import Asking, Cell, Range, Records, Scalar

_MOST_ANSWERS = 24


@dataclass(frozen=True, slots=True)
class Repeated:
    """A once-fact that stands in at least two tests, and answers that together cover all."""

    asking: Asking
    answers: tuple[Cell, ...]


@dataclass
class _Seen:
    fact: Fact
    role: str
    tests: set[int] = field(default_factory=set)
    cuts: set[Scalar] = field(default_factory=set)


def repeated_facts(tests: Mapping[str, tree.Test]) -> tuple[Repeated, ...]:
    """The repeated facts of a programme whose answers can be tried one by one."""
    seen: dict[Asking, _Seen] = {}
    for place, test in enumerate(tests.values()):
        for fact, role in _once_facts(test):
            entry = seen.setdefault(Asking(fact.id, role), _Seen(fact, role))
            entry.tests.add(place)
    cuts, picks = _cuts(tests), _picks(tests.values())
    found = []
    for asking, entry in seen.items():
        answers = tuple(_answers(entry.fact, cuts[asking], picks[asking]))
        if len(entry.tests) > 1 and 1 < len(answers) <= _MOST_ANSWERS:
            found.append(Repeated(asking, answers))
    return tuple(found)


def answers_left(repeated: Repeated, known: Cell | Records | None) -> tuple[Cell, ...]:
    """The answers that what is known leaves open; none where it leaves nothing to try."""
    if known is None:
        return repeated.answers
    if not isinstance(known, Range) or known.exact:
        return ()
    # All ends are of the fact's own type, so they compare.
    ends = [
        (max(answer.low, known.low), min(answer.high, known.high))
        for answer in repeated.answers
        if isinstance(answer, Range)
    ]
    return tuple(Range(low, high) for low, high in ends if low <= high)  # type: ignore[operator]


def _once_facts(node: tree.Test | tree.Number) -> Iterator[tuple[Fact, str]]:
    match node:
        case tree.FactValue():
            yield node.fact, node.role
        case tree.OneOf() | tree.Includes() | tree.YesNo() if node.column is None:
            if node.fact.shape == "once":
                yield node.fact, node.role
        case _:
            pass
    for part in parts_of(node):
        yield from _once_facts(part)


def _cuts(tests: Mapping[str, tree.Test]) -> Mapping[Asking, set[Scalar]]:
    """The literals each fact is compared with."""
    cuts: dict[Asking, set[Scalar]] = defaultdict(set)
    for test in tests.values():
        for node in _below(test):
            if not isinstance(node, tree.Compare):
                continue
            for fact, literal in ((node.left, node.right), (node.right, node.left)):
                if isinstance(fact, tree.FactValue) and isinstance(literal, tree.Constant):
                    cuts[Asking(fact.fact.id, fact.role)].add(literal.value)
    return cuts


def _below(node: tree.Test | tree.Number) -> Iterator[tree.Test | tree.Number]:
    """A node and everything below it."""
    yield node
    for part in parts_of(node):
        yield from _below(part)


def _picks(tests: Iterable[tree.Test]) -> Mapping[Asking, set[frozenset[str]]]:
    """The sets of options each choice is held against."""
    picks: dict[Asking, set[frozenset[str]]] = defaultdict(set)
    for test in tests:
        for node in _below(test):
            if isinstance(node, tree.OneOf) and node.column is None:
                picks[Asking(node.fact.id, node.role)].add(node.options)
    return picks


def options_told_apart(
    tests: Iterable[tree.Test], asking: Asking, options: Iterable[str]
) -> Mapping[str, int]:
    """One option for all that no test tells apart, with how many it stands for."""
    return _one_of_each(options, _picks(tests)[asking])


def _one_of_each(options: Iterable[str], picks: set[frozenset[str]]) -> Mapping[str, int]:
    counted: dict[frozenset[frozenset[str]], int] = defaultdict(int)
    first: dict[frozenset[frozenset[str]], str] = {}
    for option in options:
        kind = frozenset(pick for pick in picks if option in pick)
        counted[kind] += 1
        first.setdefault(kind, option)
    return {option: counted[kind] for kind, option in first.items()}


def _answers(fact: Fact, cuts: set[Scalar], picks: set[frozenset[str]]) -> Iterator[Cell]:
    match fact.type:
        case "yes_no":
            yield from (True, False)
        case "choice":
            yield from _one_of_each(fact.options, picks)
        case "number" | "date" if fact.low is not None and fact.high is not None:
            if fact.type == "date" or fact.whole == "yes":
                yield from _pieces(_whole(fact.low)[1], _whole(fact.high)[0], cuts)
        case _:
            return


def _pieces(low: Scalar, high: Scalar, cuts: set[Scalar]) -> Iterator[Range]:
    """The whole span in pieces: below, at, between and above the cuts."""
    start = low
    whole = {end for cut in cuts for end in _whole(cut)}
    for cut in sorted(c for c in whole if low <= c <= high):  # type: ignore[operator]  # all of one type
        if start < cut:  # type: ignore[operator]
            yield Range(start, _next(cut, -1))
        yield Range(cut, cut)
        if cut == high:
            return
        start = _next(cut, 1)
    yield Range(start, high)


def _whole(value: Scalar) -> tuple[Scalar, Scalar]:
    """The whole numbers on both sides of a broken one; of others, and of days, the value itself."""
    if isinstance(value, date):
        return value, value
    return value.to_integral_value(ROUND_FLOOR), value.to_integral_value(ROUND_CEILING)


def _next(value: Scalar, step: int) -> Scalar:
    if isinstance(value, date):
        return value + timedelta(days=step)
    return value + Decimal(step)
