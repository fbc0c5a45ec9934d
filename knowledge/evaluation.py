"""Programme, known facts, day and windows to a verdict. Pure; day and windows are arguments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from knowledge.base import KnowledgeBase
from knowledge.clock import dates_of
from knowledge.compiled import CompiledProgramme
from knowledge.expression.env import Env
from knowledge.judging import Judge, missing_within
from knowledge.paying import benefit_outcomes, score_outcome
from knowledge.profile import Asking, Cell, Dossier
from knowledge.programme import Programme
from knowledge.routing import Routing, route_outcomes, weigh_routes
from knowledge.splitting import answers_left
from knowledge.standing import Standings, state_of_exception
from knowledge.truth import Standing, StandingRange, least, lifted, narrower
from knowledge.verdict import (
    Applicability,
    ExceptionOutcome,
    FilingWindow,
    Outcome,
    RouteOutcome,
    Timing,
    Verdict,
    WindowState,
)

Windows: TypeAlias = Sequence[FilingWindow]


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
    judge = Judge(compiled, Env(dossier.values, as_of), dossier, trace=trace)
    weighed = _sharpened(_weigh(compiled, judge), compiled, judge)
    return Verdict(
        programme=programme_id,
        release=base.release,
        as_of=as_of,
        timing=timing_of(base, programme, as_of),
        window=window_of(programme_id, as_of, windows),
        applicability=weighed.applicability,
        standing=weighed.standing,
        applies_to=weighed.applies_to,
        criteria=weighed.criteria,
        exclusions=weighed.exclusions,
        exceptions=weighed.exceptions,
        routes=weighed.routes,
        benefits=benefit_outcomes(compiled, judge, ruled_out=weighed.ruled_out) if trace else (),
        clocks=tuple(dates_of(clock, dossier, as_of, base.calendars) for clock in programme.clocks)
        if trace
        else (),
        score=score_outcome(compiled, judge) if trace else None,
        missing=weighed.missing(),
    )


def evaluate_all(
    base: KnowledgeBase, dossier: Dossier, as_of: date, windows: Windows = ()
) -> dict[str, Verdict]:
    """The verdicts of every programme, in the order of their ids."""
    return {
        programme: evaluate(base, programme, dossier, as_of, windows)
        for programme in sorted(base.programmes)
    }


def timing_of(base: KnowledgeBase, programme: Programme, as_of: date) -> Timing:
    """Whether the programme is in force: by its own term, else by its first document."""
    if programme.term is not None:
        starts, expires = programme.term.start, programme.term.until
    else:
        document = base.documents[programme.basis[0]]
        starts = document.effective if isinstance(document.effective, date) else document.issued
        if not isinstance(document.expires, date):
            return Timing.NOT_YET_IN_FORCE if as_of < starts else Timing.TERM_NOT_STATED
        expires = document.expires
    if as_of < starts:
        return Timing.NOT_YET_IN_FORCE
    return Timing.EXPIRED if as_of > expires else Timing.IN_FORCE


def window_of(programme_id: str, as_of: date, windows: Windows) -> WindowState:
    """The most useful state among the programme's windows: open, then announced, then shut."""
    own = [window for window in windows if window.programme == programme_id]
    if any(window.opens <= as_of <= window.closes for window in own):
        return WindowState.OPEN
    if any(as_of < window.opens for window in own):
        return WindowState.ANNOUNCED
    return WindowState.SHUT if own else WindowState.NOT_PUBLISHED


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Everything that decides, before timing and amounts."""

    applies_to: Outcome | None
    criteria: Outcome | None
    exclusions: tuple[Outcome, ...]
    exceptions: tuple[ExceptionOutcome, ...]
    routes: tuple[RouteOutcome, ...]
    routing: Routing
    standing: StandingRange

    @property
    def applicability(self) -> Applicability:
        """By the circle of applicants first, then by the routes."""
        if self.applies_to is None:
            return self.routing.applicability
        if self.applies_to.standing.best is Standing.INELIGIBLE:
            return Applicability.NOT_APPLICABLE
        if self.applies_to.standing.worst < Standing.ELIGIBLE:
            return Applicability.UNDETERMINED
        return self.routing.applicability

    @property
    def ruled_out(self) -> bool:
        """Best is ineligible, or the wrong kind of applicant."""
        not_applicable = self.applicability is Applicability.NOT_APPLICABLE
        return not_applicable or self.standing.best is Standing.INELIGIBLE

    def missing(self) -> tuple[Asking, ...]:
        """The facts that could still narrow the answer; none once the programme is ruled out."""
        if self.ruled_out:
            return ()
        found: dict[Asking, None] = {}
        if self.applies_to is not None and not self.applies_to.standing.decided:
            found.update(dict.fromkeys(self.applies_to.missing))
        found.update(dict.fromkeys(self.routing.missing))
        if self.routing.criteria_matter and not self.standing.decided:
            found.update(dict.fromkeys(self._missing_of_criteria()))
        return tuple(found)

    def _missing_of_criteria(self) -> Iterator[Asking]:
        written = [o for o in (self.criteria, *self.exclusions) if o is not None]
        whole = least([outcome.standing for outcome in written])
        for outcome in written:
            yield from missing_within(outcome, whole)
        if whole.worst < Standing.AUTHORITY_DECIDES:
            for exception in self.exceptions:
                if not exception.rule.lifts:
                    yield from exception.missing


def _weigh(compiled: CompiledProgramme, judge: Judge) -> _Weighed:
    programme = compiled.model
    exceptions = _exceptions(compiled, judge)
    criteria = None if programme.criteria is None else judge.node(programme.criteria)
    exclusions = tuple(judge.exclusion(criterion) for criterion in programme.exclusions)
    written = least([o.standing for o in (criteria, *exclusions) if o is not None])
    for outcome in exceptions:
        if not outcome.rule.lifts:
            written = lifted(written, outcome.state)
    routes = route_outcomes(compiled, judge)
    routing = weigh_routes(routes, written)
    return _Weighed(
        judge.applies_to(), criteria, exclusions, exceptions, routes, routing, routing.standing
    )


_FEW = 8
"""Open facts up to which answers are tried. Far from the end no answer of one fact decides, and
answers only ever take facts off the list, so what was narrowed once stays so."""


def _sharpened(weighed: _Weighed, compiled: CompiledProgramme, judge: Judge) -> _Weighed:
    """The standing narrowed by trying every answer of facts that stand in several tests."""
    # Facts of an exception count from the start, though they are asked only after a miss.
    open_ = {*weighed.missing(), *(a for each in weighed.exceptions for a in each.missing)}
    if weighed.standing.decided or len(open_) > _FEW:
        return weighed
    standing = weighed.standing
    for repeated in compiled.repeated:
        answers = answers_left(repeated, judge.dossier.get(repeated.asking))
        if answers and not standing.decided:
            standing = narrower(standing, _hull(repeated.asking, answers, compiled, judge))
    return weighed if standing == weighed.standing else replace(weighed, standing=standing)


def _hull(
    asking: Asking, answers: tuple[Cell, ...], compiled: CompiledProgramme, judge: Judge
) -> StandingRange:
    worst, best = Standing.ELIGIBLE, Standing.INELIGIBLE
    for answer in answers:
        dossier = judge.dossier.having(asking, answer)
        branch = Standings(compiled, Env(dossier.values, judge.env.today)).whole()
        worst, best = min(worst, branch.worst), max(best, branch.best)
    return StandingRange(worst, best)


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
