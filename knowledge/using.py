"""Which facts a release uses, and for what; one that nothing reads has no place in it."""

from collections.abc import Iterator

from knowledge.base import KnowledgeBase
from knowledge.compiled import CompiledProgramme
from knowledge.expression import tree
from knowledge.expression.reads import parts_of


def unused_facts(base: KnowledgeBase) -> list[str]:
    """The facts that no test, amount, clock, score line or view of one's own reads."""
    used = {fact for compiled in base.compiled.values() for fact in _used_by(compiled)}
    used |= {fact.at_most for fact in base.facts.values() if fact.at_most is not None}
    return sorted(base.facts.keys() - used)


def _used_by(compiled: CompiledProgramme) -> Iterator[str]:
    model = compiled.model
    for node in _trees(compiled):
        yield from _facts_in(node)
    yield from (each.self_view for each in model.all_criteria if each.self_view is not None)
    yield from (clock.asking.fact for clock in model.clocks if clock.asking is not None)
    lines = () if model.score_sheet is None else model.score_sheet.lines
    yield from (line.fact for line in lines if line.fact is not None)


def _trees(compiled: CompiledProgramme) -> Iterator[tree.Test | tree.Number]:
    yield from (test.tree for test in compiled.tests.values())
    yield from (test.tree for test in compiled.other_readings.values())
    yield from (number for amount in compiled.amounts.values() for number in amount.trees)
    yield from (band.tree for bands in compiled.points.values() for band, _ in bands)


def _facts_in(node: tree.Test | tree.Number) -> Iterator[str]:
    fact = getattr(node, "fact", None)
    if fact is not None:
        yield fact.id
    for part in parts_of(node):
        yield from _facts_in(part)
