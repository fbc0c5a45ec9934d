"""Random small programmes, and every completion of what is missing: the judge of the judge."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol, TypeVar

from hypothesis import strategies as st

from knowledge.base import KnowledgeBase
from knowledge.fact import Fact
from knowledge.profile import Asking, Cell, Dossier, Range, Records
from tests.builders.knowledge import a_criterion, a_release

T = TypeVar("T")
TODAY = date(2024, 6, 1)
LAST_YEAR = TODAY.year - 1
UNITS = (Decimal(0), Decimal(1_000_000), Decimal(2_000_000), Decimal(3_000_000))

LEAVES = (
    "staff >= 3 人",
    "rd_staff > 1 人",
    "rd_staff / staff >= 50%",
    "staff - rd_staff <= 2 人",
    "listed",
    "not honest",
    "listed or staff == 0 人",
    "colour == red",
    "colour in [green, blue]",
    "count(founders) >= 2 项",
    "includes(founders, state)",
    "founded <= 2020-01-02",
    "last_year(income) >= 200 万元",
    "count(prizes where kind == gold) >= 1 项",
    "not exists(prizes)",
    "min(staff, rd_staff) >= 2 人",
)
"""Tests as the texts have them; the share of needless questions is measured over these."""

TWISTED = (
    "staff != rd_staff",
    "staff > 1.5 人",
    "staff < 2.5 人",
    "colour in [red, green, blue]",
    "colour not in [red]",
    "not rd_staff / staff >= 50%",
    "rd_staff / staff != 50%",
    "(staff - rd_staff) * 50% >= 1 人",
    "floor((staff - rd_staff) / 2 人) == 0",
    "if(listed, staff, rd_staff) >= 2 人",
    "if(colour == red, if(honest, 1 人, 2 人), 3 人) <= staff",
    "count(founders) * 1 人 <= staff",
    "founded + 2 天 > 2020-01-04",
    "last_year(income) * 54% > 108 万元",
    "sum(if(kind == gold, 2, 1) for prizes) >= 3",
    "sum(staff - 2 人 for prizes where kind == tin) >= 0 人",
    "exists(prizes where kind != gold and listed)",
    "count(prizes where kind == gold) == count(prizes where kind == tin)",
)
"""Tests that strain the arithmetic: a fact twice, negative differences, broken thresholds."""

ROUTES = ("prohibited", "permit", "filing", "exempt")
FORCES = ("hard", "hard", "soft", "open_list")


class Pick(Protocol):
    """Chooses one of several: hypothesis in the properties, a seeded source in the measure."""

    def __call__(self, options: Sequence[T], /) -> T: ...


@st.composite
def programmes(draw: st.DrawFn) -> str:
    """The body of a programme: criteria in groups, exclusions and an exception."""
    return a_random_programme(lambda options: draw(st.sampled_from(options)), LEAVES + TWISTED)


@st.composite
def routes(draw: st.DrawFn) -> str:
    """The routes of a programme, some with two readings."""
    body = "routes:\n"
    for kind in draw(st.lists(st.sampled_from(ROUTES), min_size=1, max_size=4, unique=True)):
        test, other = (draw(st.sampled_from(LEAVES + TWISTED)) for _ in range(2))
        body += (
            f"  - id: {kind}\n    route: {kind}\n    cite: 第一条\n    quote: 按此办理\n"
            f"    says: {{zh: 办理, en: this way}}\n    test: {test}\n"
        )
        if draw(st.booleans()):
            body += f"    other_reading:\n      test: {other}\n      says: {{zh: 另一读法}}\n"
    return body


def a_random_programme(pick: Pick, leaves: Sequence[str] = LEAVES) -> str:
    """The body of a programme made by so many choices of these tests."""
    ids = (f"c{n}" for n in itertools.count())
    body = "criteria:\n  all:\n" + _group(pick, leaves, ids, depth=2)
    if pick((True, False)):
        body += "exclusions:\n" + _dedent(_leaf(pick, leaves, next(ids)))
    if pick((True, False)):
        body += (
            "exceptions:\n  - id: way-out\n    cite: 第一条\n    quote: 可以例外\n"
            f"    says: {{zh: 例外, en: exception}}\n    opened_by: {pick(leaves)}\n"
        )
        if pick((True, False)):
            body += "    lifts: [c0]\n"
    return body


def _leaf(pick: Pick, leaves: Sequence[str], id_: str) -> str:
    more = ""
    if pick((True, False, False, False)):
        more = f"other_reading:\n  test: {pick(leaves)}\n  says: {{zh: 另一读法}}"
    return a_criterion(pick(leaves), id_=id_, force=pick(FORCES), more=more) + "\n"


def _group(pick: Pick, leaves: Sequence[str], ids: Iterator[str], depth: int) -> str:
    parts = [_leaf(pick, leaves, next(ids)) for _ in range(pick((1, 2, 3)))]
    if depth and pick((True, False)):
        group = _group(pick, leaves, ids, depth - 1)
        inner = _indent(group, 2)
        word = pick(("all", "any", "at_least"))
        if word == "at_least":
            most = sum(line.startswith("    - ") for line in group.splitlines())
            n = pick(range(1, most + 1))
            parts.append(f"    - at_least:\n        n: {n}\n        of:\n{_indent(inner, 2)}")
        else:
            parts.append(f"    - {word}:\n{inner}")
    return "".join(parts)


def _indent(text: str, by: int) -> str:
    return "".join(" " * by + line + "\n" for line in text.splitlines())


def _dedent(text: str) -> str:
    return "".join(line[2:] + "\n" for line in text.splitlines())


def release_of(body: str) -> KnowledgeBase:
    """The release with one random programme."""
    return a_release(body)


def every_value(fact: Fact) -> "list[Cell | Records]":
    """Every value a fact of the small vocabulary can have."""
    match fact.type:
        case "yes_no":
            return [True, False]
        case "choice":
            return list(fact.options)
        case "choices":
            options = sorted(fact.options)
            return [frozenset(c) for n in range(3) for c in itertools.combinations(options, n)]
        case "date":
            days = [date(2020, 1, 1) + timedelta(days=n) for n in range(5)]
            return [Range(day, day) for day in days]
        case "money":
            return [Range(unit, unit) for unit in UNITS]
        case None:
            kinds = sorted(fact.columns["kind"].options)
            return [
                Records(tuple({"kind": kind} for kind in rows))
                for n in range(3)
                for rows in itertools.combinations_with_replacement(kinds, n)
            ]
        case _:
            return [Range(Decimal(n), Decimal(n)) for n in range(5)]


def askings(base: KnowledgeBase) -> list[Asking]:
    """Everything the small vocabulary lets be asked on the day of the tests."""
    return [
        Asking(fact.id, year=LAST_YEAR if fact.shape == "yearly" else None)
        for fact in base.facts.values()
    ]


def completions(base: KnowledgeBase, dossier: Dossier, needed: list[Asking]) -> Iterator[Dossier]:
    """The dossier with every combination of values for what is still needed."""
    open_ = [asking for asking in needed if dossier.get(asking) is None]
    values = [every_value(base.fact_of(asking)) for asking in open_]
    for combination in itertools.product(*values):
        full = dossier
        for asking, value in zip(open_, combination, strict=True):
            full = full.having(asking, value)
        yield full


@st.composite
def dossiers(draw: st.DrawFn, base: KnowledgeBase, *, most_missing: int) -> Dossier:
    """Random answers, with at most so many facts left open."""
    everything = askings(base)
    missing = draw(st.sets(st.sampled_from(everything), max_size=most_missing))
    dossier = Dossier()
    for asking in everything:
        if asking not in missing:
            value = draw(st.sampled_from(every_value(base.fact_of(asking))))
            dossier = dossier.having(asking, value)
    return dossier
