"""Which fact to ask next: the one that decides most over all live programmes. Never stored."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from knowledge.base import KnowledgeBase
from knowledge.briefing import Windows, briefs
from knowledge.fact import Fact
from knowledge.profile import Asking, Dossier
from knowledge.pulls import pull_of
from knowledge.verdict import Brief

_EFFORT = {"yes_no": 1, "choice": 1, "choices": 2, "date": 2, "number": 3, "ratio": 3, "money": 3}
_EFFORT_OF_RECORDS = 4


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """The fact to ask, the programmes it helps to decide, and how many facts are open in all."""

    asking: Asking
    programmes: tuple[str, ...]
    remaining: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the programmes are decided, and at most how many questions are left."""

    decided: int
    total: int
    remaining: int


def next_question(
    base: KnowledgeBase,
    dossier: Dossier,
    as_of: date,
    windows: Windows = (),
    *,
    programmes: Collection[str] | None = None,
    leave: Collection[Asking] = (),
) -> NextQuestion | None:
    """The fact that decides most over the live programmes; None when nothing more can be.

    What decides most is what spares most further questions (`knowledge.pulls`). `leave` are facts
    not to be asked (skipped, not known). Among equals the easier answer wins, then the order of the
    texts, so the same facts always give the same question.
    """
    open_ = _open(_briefs(base, dossier, as_of, windows, programmes), leave)
    weight: dict[Asking, float] = {}
    helped: dict[Asking, list[str]] = {}
    for programme, missing in open_.items():
        for asking in missing:
            spared = 1 + pull_of(base, programme, asking, as_of) * len(missing)
            weight[asking] = weight.get(asking, 0.0) + spared
            helped.setdefault(asking, []).append(programme)
    if not weight:
        return None
    order = {asking: place for place, asking in enumerate(weight)}
    best = min(
        weight,
        key=lambda asking: (-weight[asking], _effort(base.fact_of(asking)), order[asking]),
    )
    return NextQuestion(best, tuple(helped[best]), len(weight))


def progress(
    base: KnowledgeBase,
    dossier: Dossier,
    as_of: date,
    windows: Windows = (),
    *,
    programmes: Collection[str] | None = None,
    leave: Collection[Asking] = (),
) -> Progress:
    """How far screening has come; a programme left undetermined only by `leave` counts as open."""
    found = _briefs(base, dossier, as_of, windows, programmes)
    decided = sum(each.decided or not each.live for each in found)
    left = {asking for missing in _open(found, leave).values() for asking in missing}
    return Progress(decided, len(found), len(left))


def _briefs(
    base: KnowledgeBase,
    dossier: Dossier,
    as_of: date,
    windows: Windows,
    programmes: Collection[str] | None,
) -> list[Brief]:
    """In the order of ids, however the programmes were handed in."""
    wanted = sorted(set(base.programmes if programmes is None else programmes))
    return list(briefs(base, dossier, as_of, windows, wanted).values())


def _open(found: list[Brief], leave: Collection[Asking]) -> dict[str, tuple[Asking, ...]]:
    left = frozenset(leave)
    return {
        each.programme: missing
        for each in found
        if each.live and (missing := tuple(a for a in each.missing if a not in left))
    }


def _effort(fact: Fact) -> int:
    return _EFFORT.get(fact.type or "", _EFFORT_OF_RECORDS)
