"""Routes: which ways the text sends a case, and what they do to the standing.

For a case whose facts are complete: a proven prohibition is ineligible; where a route to apply by
(permit, filing, report, review) is proven the criteria decide; an exemption needs its own proof;
and where the text names no way at all, the authority decides. Everything else is intervals of that.
"""

from dataclasses import dataclass

from knowledge.compiled import CompiledProgramme
from knowledge.judging import Judge
from knowledge.profile import Asking
from knowledge.standing import (
    APPLIED_FOR,
    PROHIBITED,
    greatest,
    through_routes,
    truth_of_two_readings,
)
from knowledge.truth import TRUE, StandingRange, Truth
from knowledge.verdict import Applicability, RouteOutcome


@dataclass(frozen=True, slots=True)
class Routing:
    """What the routes leave of standing and applicability, and the facts that would narrow them."""

    standing: StandingRange
    applicability: Applicability
    criteria_matter: bool
    missing: tuple[Asking, ...]


def route_outcomes(compiled: CompiledProgramme, judge: Judge) -> tuple[RouteOutcome, ...]:
    """Each route with its truth; two readings that differ leave a route possible, not proven."""
    outcomes = []
    for route in compiled.model.routes:
        test = compiled.tests[route.id]
        truth = judge.truth(test)
        missing = list(judge.missing_of(test))
        other = compiled.other_readings.get(route.id)
        if other is not None:
            truth = truth_of_two_readings(truth, judge.truth(other))
            missing.extend(judge.missing_of(other))
        decided = truth[0] == truth[1]
        outcomes.append(
            RouteOutcome(
                route,
                test.tree,
                truth,
                judge.given_of(test.tree) if judge.trace else (),
                () if decided else tuple(dict.fromkeys(missing)),
            )
        )
    return tuple(outcomes)


def weigh_routes(routes: tuple[RouteOutcome, ...], written: StandingRange) -> Routing:
    """The standing of the criteria, as the routes leave it."""
    if not routes:
        return Routing(written, Applicability.APPLICABLE, criteria_matter=True, missing=())
    prohibited = _any(routes, PROHIBITED)
    applied = _any(routes, APPLIED_FOR)
    exempt = _any(routes, frozenset({"exempt"}))
    missing = dict.fromkeys(asking for route in routes for asking in route.missing)
    return Routing(
        through_routes(prohibited, applied, written),
        _applicability(prohibited, applied, exempt),
        criteria_matter=applied[1] == TRUE and prohibited[0] != TRUE,
        missing=tuple(missing),
    )


def _any(routes: tuple[RouteOutcome, ...], kinds: frozenset[str]) -> Truth:
    return greatest([route.truth for route in routes if route.rule.route in kinds])


def _applicability(prohibited: Truth, applied: Truth, exempt: Truth) -> Applicability:
    """Nothing to apply for only where an exemption is proven and no other way is possible."""
    if prohibited[0] == TRUE or applied[0] == TRUE or exempt[1] == 0:
        return Applicability.APPLICABLE
    if exempt[0] == TRUE and applied[1] == 0 and prohibited[1] == 0:
        return Applicability.NOT_APPLICABLE
    return Applicability.UNDETERMINED
