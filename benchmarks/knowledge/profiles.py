"""Random profiles of a release: every fact answered, or some. One seed always gives the same one.

Figures lie on a threshold of some test, one step beside it, or anywhere in between, so both sides
of every comparison are met. Amounts are whole 万元, ratios whole percents.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TypeAlias

from knowledge.base import KnowledgeBase
from knowledge.compiled import CompiledProgramme
from knowledge.expression import tree
from knowledge.expression.reads import parts_of, reads_of
from knowledge.fact import Column, Fact
from knowledge.profile import Cell, Dossier, Range, Records, Row, Scalar, Value

AS_OF = date(2024, 3, 1)
"""A day on which every built-in programme is in force."""
_YEARS_BACK = 6
_MOST_ROWS = 3
_NEAR_A_THRESHOLD = 0.5
_STEP = {"money": Decimal(10_000), "ratio": Decimal("0.01")}
_HIGHEST = {"money": Decimal(10) ** 9, "number": Decimal(10) ** 5}
"""A figure drawn freely stays below this, in 元 or in its unit: what applicants really have."""

Spec: TypeAlias = Fact | Column
Thresholds: TypeAlias = Mapping[str, tuple[Scalar, ...]]


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What can be answered in one release: facts by key (`staff`, `partner.city`), thresholds."""

    facts: Mapping[str, Fact]
    thresholds: Thresholds


def enquiry_of(base: KnowledgeBase) -> Enquiry:
    """Every fact of the release, and those the programmes ask of further roles."""
    facts = dict(base.facts)
    thresholds: dict[str, set[Scalar]] = {}
    for compiled in base.compiled.values():
        for node in _trees(compiled):
            for asking, fact in reads_of(node, AS_OF).items():
                facts[asking.key] = fact
            for kind, value in _constants(node):
                thresholds.setdefault(kind, set()).add(value)
    return Enquiry(facts, {kind: tuple(sorted(found)) for kind, found in thresholds.items()})


def _trees(compiled: CompiledProgramme) -> "Iterator[tree.Test | tree.Number]":
    for test in (*compiled.tests.values(), *compiled.other_readings.values()):
        yield test.tree
    for amount in compiled.amounts.values():
        yield from amount.trees
    for points in compiled.points.values():
        yield from (test.tree for test, _ in points)


def _constants(node: "tree.Test | tree.Number") -> Iterator[tuple[str, Scalar]]:
    if isinstance(node, tree.Constant):
        yield node.kind, node.value
    for part in parts_of(node):
        yield from _constants(part)


def full_profile(enquiry: Enquiry, seed: int) -> Dossier:
    """Every fact answered exactly."""
    random = Random(seed)
    drawn: dict[str, Value] = {
        key: _value(random, fact, enquiry.thresholds) for key, fact in enquiry.facts.items()
    }
    for key, fact in enquiry.facts.items():
        _keep_at_most(drawn, key, fact)
    return Dossier(drawn)


def partial_profile(enquiry: Enquiry, seed: int, known: float | None = None) -> Dossier:
    """Some facts answered: each with the chance `known`, by default drawn for the profile."""
    random = Random(seed)
    chance = random.random() if known is None else known
    full = full_profile(enquiry, seed).values
    return Dossier({key: value for key, value in full.items() if random.random() < chance})


def _keep_at_most(drawn: dict[str, Value], key: str, fact: Fact) -> None:
    if fact.at_most is None:
        return
    most = drawn[key.removesuffix(fact.id) + fact.at_most] if fact.at_most else None
    own = drawn[key]
    if isinstance(own, Range) and isinstance(most, Range) and own.low > most.low:  # type: ignore[operator]  # of one type
        drawn[key] = most


def _value(random: Random, fact: Fact, thresholds: Thresholds) -> Value:
    if fact.shape == "records":
        rows: list[Row] = [
            {name: _cell(random, column, thresholds) for name, column in fact.columns.items()}
            for _ in range(random.randint(0, min(_MOST_ROWS, fact.max_rows)))
        ]
        return Records(tuple(rows))
    if fact.shape == "yearly":
        years = range(AS_OF.year - _YEARS_BACK, AS_OF.year + 1)
        return {year: _cell(random, fact, thresholds) for year in years}
    return _cell(random, fact, thresholds)


def _cell(random: Random, spec: Spec, thresholds: Thresholds) -> Cell:
    match spec.type:
        case "yes_no":
            return random.random() < 0.5  # noqa: PLR2004  # as often yes as no
        case "choice":
            return random.choice(list(spec.options))
        case "choices":
            return frozenset(
                random.sample(list(spec.options), random.randint(0, len(spec.options)))
            )
        case "text":
            return "示例"
        case "date":
            day = _day(random, spec, thresholds.get("date", ()))
            return Range(day, day)
        case _:
            figure = _figure(random, spec, thresholds.get(spec.dimension, ()))
            return Range(figure, figure)


def _figure(random: Random, spec: Spec, thresholds: tuple[Scalar, ...]) -> Decimal:
    low, high = spec.low, spec.high
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        raise ValueError(f"{spec.title.en}: no bounds")
    step = _STEP.get(spec.type or "", Decimal(1))
    near = [one for one in thresholds if isinstance(one, Decimal)]
    if near and random.random() < _NEAR_A_THRESHOLD:
        drawn = random.choice(near) + random.choice((-step, Decimal(0), step))
        drawn = drawn // step * step
    else:
        top = min(high, _HIGHEST.get(spec.type or "", high)) / step
        drawn = Decimal(round(math.expm1(random.random() * math.log1p(float(top))))) * step
    return min(max(drawn, low), high)


def _day(random: Random, spec: Spec, thresholds: tuple[Scalar, ...]) -> date:
    low, high = spec.low, spec.high
    if not isinstance(low, date) or not isinstance(high, date):
        raise ValueError(f"{spec.title.en}: no bounds")
    near = [one for one in thresholds if isinstance(one, date)]
    near += [AS_OF.replace(year=AS_OF.year - back) for back in range(1, 6)]
    if random.random() < _NEAR_A_THRESHOLD:
        drawn = random.choice(near) + timedelta(days=random.choice((-1, 0, 1)))
    else:
        drawn = AS_OF - timedelta(days=random.randint(-365, 3650))
    return min(max(drawn, low), high)
