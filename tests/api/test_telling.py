"""What clients are told is what the engine found, on every policy case."""

from collections.abc import Iterator

import pytest

from api.library.outcomes import OutcomeOut, VerdictOut
from api.library.telling import Teller
from knowledge.cases import read_cases
from knowledge.evaluation import evaluate
from knowledge.loading import BUILTIN_FOLDER, builtin
from knowledge.value import read_dossier
from knowledge.verdict import Outcome, Verdict

BASE = builtin()


def told(programme: str) -> Iterator[tuple[Verdict, VerdictOut]]:
    """Every case of a programme: as found, and as told."""
    file = BUILTIN_FOLDER / "programmes" / f"{programme}.cases.yaml"
    for _, case in read_cases(file.name, file.read_text("utf-8")):
        dossier = read_dossier(BASE.facts, case.given)
        verdict = evaluate(BASE, programme, dossier, case.as_of)
        yield verdict, Teller(BASE, BASE.programmes[programme]).verdict(verdict, None)


def leaves(outcome: OutcomeOut | None) -> Iterator[OutcomeOut]:
    """The criteria below, in the order of the text."""
    if outcome is None:
        return
    if not outcome.children:
        yield outcome
    for child in outcome.children:
        yield from leaves(child)


def as_found(outcome: Outcome) -> tuple[object, ...]:
    changes = [[str(change.asking) for change in together] for together in outcome.changes]
    missing = tuple(map(str, outcome.missing))
    return outcome.node.id, outcome.standing.word, outcome.reasons, missing, changes


def as_told(outcome: OutcomeOut) -> tuple[object, ...]:
    changes = [[change.asking for change in together] for together in outcome.changes]
    return outcome.id, outcome.standing.word, outcome.reasons, outcome.missing, changes


@pytest.mark.parametrize("programme", sorted(BASE.programmes))
class TestTold:
    def test_each_criterion(self, programme: str) -> None:
        for verdict, out in told(programme):
            written = [*leaves(out.applies_to), *leaves(out.criteria), *out.exclusions]
            assert list(map(as_told, written)) == list(map(as_found, verdict.outcomes()))

    def test_routes_exceptions_benefits_and_clocks(self, programme: str) -> None:
        for verdict, out in told(programme):
            assert [(r.id, r.possible, r.proven) for r in out.routes] == [
                (r.rule.id, r.possible, r.proven) for r in verdict.routes
            ]
            assert [e.state for e in out.exceptions] == [e.state for e in verdict.exceptions]
            assert [(b.due, b.capped_by, b.payment is None) for b in out.benefits] == [
                (b.due, b.capped_by, b.payment is None) for b in verdict.benefits
            ]
            assert [(c.first, c.last, c.provisional, c.no_row or "") for c in out.clocks] == [
                (c.first, c.last, c.provisional, c.no_row) for c in verdict.clocks
            ]

    def test_what_the_programme_says(self, programme: str) -> None:
        model = BASE.programmes[programme]
        _, out = next(told(programme))
        for name in ("award", "excludes", "materials", "steps", "duties", "revocation", "ranking"):
            assert getattr(out, name) == getattr(model, name), name
        assert [route.other_reading for route in out.routes] == [
            None if route.other_reading is None else route.other_reading.says
            for route in model.routes
        ]
