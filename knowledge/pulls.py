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
from knowledge.evaluation import evaluate
from knowledge.expression.env import bounds_of
from knowledge.fact import Fact
from knowledge.profile import Asking, Cell, Dossier, Range, Records

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
    open_ = evaluate(base, programme, Dossier(), _A_DAY, trace=False).missing
    pulls = {}
    for asking in open_:
        fact = base.fact_of(asking)
        weighed = [
            (_weight(fact, answer), _left(base, programme, Dossier().having(asking, answer)))
            for answer in _answers(fact)
        ]
        left = sum(weight * count for weight, count in weighed) / sum(w for w, _ in weighed)
        likely = _LIKELY.get(fact.type or "", _LIKELY_RECORDS)
        pulls[asking] = (1 - left / len(open_)) * likely * (_OPENING if fact.opening else 1)
    return MappingProxyType(pulls)


def _left(base: KnowledgeBase, programme: str, dossier: Dossier) -> int:
    return len(evaluate(base, programme, dossier, _A_DAY, trace=False).missing)


def _weight(fact: Fact, answer: Cell | Records) -> int:
    """The usual answer counts nine times as much as the other one."""
    return 9 if fact.usual is not None and answer is (fact.usual == "yes") else 1


def _answers(fact: Fact) -> "Iterator[Cell | Records]":
    """A few answers that stand for all: each option, both ends of a range, no rows."""
    if fact.shape == "records":
        yield Records(())
        yield Records((), complete=False)
        return
    match fact.type:
        case "yes_no":
            yield from (True, False)
        case "choice":
            yield from fact.options
        case "choices":
            yield from (frozenset[str](), frozenset(fact.options))
        case _:
            yield from _ends(fact)


def _ends(fact: Fact) -> Iterator[Range]:
    for end in bounds_of(fact):
        yield Range(end, end)
