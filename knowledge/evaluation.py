"""Programme, known facts, day and windows to a verdict. Pure; day and windows are arguments."""

from datetime import date

from knowledge.base import KnowledgeBase
from knowledge.briefing import Windows, brief
from knowledge.clock import dates_of
from knowledge.compiled import CompiledProgramme
from knowledge.expression.env import Env
from knowledge.judging import Judge
from knowledge.paying import benefit_outcomes, score_outcome
from knowledge.plan import state_of_exception, truth_of_two_readings
from knowledge.profile import Dossier
from knowledge.verdict import ExceptionOutcome, RouteOutcome, Verdict

EARLIEST, LATEST = date(1949, 10, 1), date(2100, 12, 31)
"""The days on which anything can be judged."""


def evaluate(
    base: KnowledgeBase,
    programme_id: str,
    dossier: Dossier,
    as_of: date,
    windows: Windows = (),
    *,
    trace: bool = True,
) -> Verdict:
    """The whole answer for one programme; raises KeyError for an unknown programme.

    `trace=False` leaves out what only people read: values given, nearest changes, benefits, clocks
    and scores.
    """
    compiled = base.compiled[programme_id]
    programme = compiled.model
    short = brief(base, programme_id, dossier, as_of, windows)
    judge = Judge(compiled, Env(dossier.values, as_of), dossier, trace=trace)
    exceptions = _exceptions(compiled, judge)
    return Verdict(
        programme=programme_id,
        timing=short.timing,
        window=short.window,
        applicability=short.applicability,
        standing=short.standing,
        missing=short.missing,
        release=base.release,
        as_of=as_of,
        applies_to=judge.applies_to(),
        criteria=None if programme.criteria is None else judge.node(programme.criteria),
        exclusions=tuple(judge.exclusion(criterion) for criterion in programme.exclusions),
        exceptions=exceptions,
        routes=_routes(compiled, judge),
        benefits=benefit_outcomes(compiled, judge, ruled_out=short.ruled_out) if trace else (),
        clocks=tuple(dates_of(clock, dossier, as_of, base.calendars) for clock in programme.clocks)
        if trace
        else (),
        score=score_outcome(compiled, judge) if trace else None,
    )


def evaluate_all(
    base: KnowledgeBase, dossier: Dossier, as_of: date, windows: Windows = ()
) -> dict[str, Verdict]:
    """The verdicts of every programme, in the order of their ids."""
    return {
        programme: evaluate(base, programme, dossier, as_of, windows)
        for programme in sorted(base.programmes)
    }


def _exceptions(compiled: CompiledProgramme, judge: Judge) -> tuple[ExceptionOutcome, ...]:
    """The state of each exception; the judge is told of those opened by facts, and lifts by them.

    One whose test has no answer (a zero denominator) is open: the authority decides, either way.
    """
    outcomes = []
    for rule in compiled.model.exceptions:
        test = compiled.tests.get(rule.id)
        if test is None:
            outcomes.append(ExceptionOutcome(rule, "authority"))
            continue
        state = state_of_exception(judge.truth(test))
        missing = judge.missing_of(test) if state == "undetermined" else ()
        outcomes.append(ExceptionOutcome(rule, state, missing))
        judge.lift(rule.lifts, state, missing)
    return tuple(outcomes)


def _routes(compiled: CompiledProgramme, judge: Judge) -> tuple[RouteOutcome, ...]:
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
