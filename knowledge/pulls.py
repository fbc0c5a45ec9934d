"""How much each question of a programme decides, seen before anything is known.

The pull of a fact is the share of a programme's open questions that its answer spares, taken over
its possible answers: "is there such a site at all" spares most, one document among many spares
least. It orders the questions; it never decides a standing.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from weakref import WeakKeyDictionary

from knowledge.base import KnowledgeBase
from knowledge.briefing import weigh
from knowledge.expression import tree
from knowledge.expression.env import bounds_of
from knowledge.fact import Fact
from knowledge.profile import Asking, Cell, Dossier, Range, Records
from knowledge.splitting import options_told_apart

_A_DAY = date(2024, 7, 1)
"""Any day will do: pulls hold for every year, so no caller makes us weigh one after another."""
_LIKELY = {"yes_no": 1.0, "choice": 1.0, "choices": 0.8, "date": 0.5}
"""Whoever asks rarely has nothing at all, so the low end of a figure is an unlikely answer."""
_LIKELY_RECORDS = 0.4
_OPENING = 5
"""Who one is, is answered without looking anything up: worth so many times what it spares."""


def pull_of(base: KnowledgeBase, programme: str, asking: Asking, today: date) -> float:
    """The pull of a fact in a programme; 0 decides nothing."""
    back = asking.year if asking.year is None else asking.year - today.year + _A_DAY.year
    return _pulls(base, programme).get(Asking(asking.fact, asking.role, back), 0.0)


_KEPT: WeakKeyDictionary[KnowledgeBase, dict[str, Mapping[Asking, float]]] = WeakKeyDictionary()
"""Weighed once for each release, and forgotten with it."""


def _pulls(base: KnowledgeBase, programme: str) -> Mapping[Asking, float]:
    """The pull of every fact a programme may ask."""
    kept = _KEPT.setdefault(base, {})
    if programme not in kept:
        kept[programme] = _weighed(base, programme)
    return kept[programme]


def _weighed(base: KnowledgeBase, programme: str) -> Mapping[Asking, float]:
    open_ = weigh(base.compiled[programme], Dossier(), _A_DAY).missing
    pulls = {}
    tests = [test.tree for test in base.compiled[programme].plan.tests()]
    for asking in open_:
        fact = base.fact_of(asking)
        weighed = [
            (weight, _left(base, programme, Dossier().having(asking, answer)))
            for answer, weight in _answers(fact, asking, tests)
        ]
        left = sum(weight * count for weight, count in weighed) / sum(w for w, _ in weighed)
        likely = _LIKELY.get(fact.type or "", _LIKELY_RECORDS)
        pulls[asking] = (1 - left / len(open_)) * likely * (_OPENING if fact.opening else 1)
    return MappingProxyType(pulls)


def _left(base: KnowledgeBase, programme: str, dossier: Dossier) -> int:
    return len(weigh(base.compiled[programme], dossier, _A_DAY).missing)


def _answers(
    fact: Fact, asking: Asking, tests: list[tree.Test]
) -> "Iterator[tuple[Cell | Records, int]]":
    """A few answers that stand for all, weighted: each option, both ends of a range, no rows."""
    if fact.shape == "records":
        yield Records(()), 1
        yield Records((), complete=False), 1
        return
    match fact.type:
        case "yes_no":
            # The usual answer counts nine times as much as the other one.
            yield True, 9 if fact.usual == "yes" else 1
            yield False, 9 if fact.usual == "no" else 1
        case "choice":
            yield from options_told_apart(tests, asking, fact.options).items()
        case "choices":
            yield frozenset[str](), 1
            yield frozenset(fact.options), 1
        case _:
            yield from ((end, 1) for end in _ends(fact))


def _ends(fact: Fact) -> Iterator[Range]:
    for end in bounds_of(fact):
        yield Range(end, end)
