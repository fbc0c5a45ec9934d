"""The standing of a programme on what is known, and nothing else: no outcomes, no explanations.

`Standings` holds the arithmetic of criteria, readings, exceptions and routes once. The judge builds
its outcomes on it; trying the answers of a repeated fact uses it bare, for it is done often.
"""

from knowledge.compiled import CompiledProgramme, CompiledTest
from knowledge.criterion import UNTESTED, Criterion, Force, Group
from knowledge.expression.env import Env
from knowledge.truth import (
    CERTAIN,
    FALSE,
    TRUE,
    UNDEFINED,
    Standing,
    StandingRange,
    Truth,
    least,
    lifted,
    negate,
    nth_greatest,
)

APPLIED_FOR = frozenset({"permit", "filing", "report", "review"})
"""Routes by which one applies; the criteria then decide."""
PROHIBITED = frozenset({"prohibited"})
_BY_FORCE: dict[Force, tuple[Standing, Standing, Standing]] = {
    "hard": (Standing.INELIGIBLE, Standing.AUTHORITY_DECIDES, Standing.ELIGIBLE),
    "soft": (Standing.AUTHORITY_DECIDES, Standing.AUTHORITY_DECIDES, Standing.ELIGIBLE),
    "open_list": (Standing.AUTHORITY_DECIDES, Standing.AUTHORITY_DECIDES, Standing.ELIGIBLE),
    "evidence": (Standing.TO_BE_EVIDENCED,) * 3,
    "not_stated": (Standing.AUTHORITY_DECIDES,) * 3,
}
_RANGES: dict[tuple[Standing, Standing], StandingRange] = {
    (worst, best): StandingRange(worst, best)
    for worst in Standing
    for best in Standing
    if worst <= best
}


def untested(force: Force) -> StandingRange:
    """The standing of a clause without a test, whatever is known."""
    return by_force(force, CERTAIN)


def by_force(force: Force, truth: Truth) -> StandingRange:
    """What a test's truth makes of a criterion of that force."""
    row = _BY_FORCE[force]
    return _RANGES[row[truth[0]], row[truth[1]]]


def of_two_readings(one: StandingRange, other: StandingRange) -> StandingRange:
    """What both readings say, else the authority decides. Monotone, so each end by itself."""
    floor = Standing.AUTHORITY_DECIDES
    return StandingRange(
        sorted((one.worst, other.worst, floor))[1], sorted((one.best, other.best, floor))[1]
    )


def truth_of_two_readings(one: Truth, other: Truth) -> Truth:
    """The same for a route: what both readings say, else undefined."""
    return sorted((one[0], other[0], UNDEFINED))[1], sorted((one[1], other[1], UNDEFINED))[1]


def state_of_exception(truth: Truth) -> str:
    """`open`, `shut` or `undetermined`. A test without an answer opens: the authority decides."""
    if truth[0] > FALSE:
        return "open"
    return "shut" if truth[1] == FALSE else "undetermined"


def through_routes(prohibited: Truth, applied: Truth, written: StandingRange) -> StandingRange:
    """The standing of the criteria, as the routes leave it."""
    points = [
        _point(barred, way, standing)
        for barred in range(prohibited[0], prohibited[1] + 1)
        for way in range(applied[0], applied[1] + 1)
        for standing in (written.worst, written.best)
    ]
    return StandingRange(min(points), max(points))


def _point(prohibited: int, applied: int, written: Standing) -> Standing:
    """The standing of a case whose facts are complete; what the text leaves open is undefined."""
    if prohibited == TRUE:
        return Standing.INELIGIBLE
    standing = written if applied == TRUE else Standing.AUTHORITY_DECIDES
    return min(standing, Standing.AUTHORITY_DECIDES) if prohibited == UNDEFINED else standing


def greatest(truths: list[Truth]) -> Truth:
    """Whether at least one holds; nothing holds where there is none."""
    return max((t[0] for t in truths), default=FALSE), max((t[1] for t in truths), default=FALSE)


class Standings:
    """The standings of one programme on one set of facts."""

    def __init__(self, compiled: CompiledProgramme, env: Env) -> None:
        self._compiled = compiled
        self._env = env
        self._states = {
            rule.id: state_of_exception(compiled.tests[rule.id].run(env))
            for rule in compiled.model.exceptions
            if rule.id in compiled.tests
        }

    def whole(self) -> StandingRange:
        """Criteria and exclusions, past the exceptions, along the routes."""
        model = self._compiled.model
        ranges = [self.criterion(each, excludes=True) for each in model.exclusions]
        if model.criteria is not None:
            ranges.append(self.node(model.criteria))
        written = self._past(least(ranges), "")
        if not model.routes:
            return written
        return through_routes(self._any(PROHIBITED), self._any(APPLIED_FOR), written)

    def node(self, node: Criterion | Group) -> StandingRange:
        """The standing of a criterion or a group."""
        if isinstance(node, Criterion):
            return self.criterion(node, excludes=False)
        return nth_greatest([self.node(part) for part in node.parts], node.needed)

    def criterion(self, criterion: Criterion, *, excludes: bool) -> StandingRange:
        """The standing of a criterion or an exclusion, in every reading, past its exceptions."""
        if criterion.force in UNTESTED:
            return untested(criterion.force)
        standing = self._read(criterion.force, self._compiled.tests[criterion.id], excludes)
        other = self._compiled.other_readings.get(criterion.id)
        if other is not None:
            standing = of_two_readings(standing, self._read(criterion.force, other, excludes))
        return self._past(standing, criterion.id)

    def _read(self, force: Force, test: CompiledTest, excludes: bool) -> StandingRange:  # noqa: FBT001 - private
        truth = test.run(self._env)
        return by_force(force, negate(truth) if excludes else truth)

    def _past(self, standing: StandingRange, criterion: str) -> StandingRange:
        """Past the exceptions that lift this criterion, or the whole programme for ``."""
        for rule in self._compiled.model.exceptions:
            state = self._states.get(rule.id)
            if state is not None and (criterion in rule.lifts if criterion else not rule.lifts):
                standing = lifted(standing, state)
        return standing

    def _any(self, kinds: frozenset[str]) -> Truth:
        return greatest(
            [self._route(route.id) for route in self._compiled.model.routes if route.route in kinds]
        )

    def _route(self, route: str) -> Truth:
        truth = self._compiled.tests[route].run(self._env)
        other = self._compiled.other_readings.get(route)
        return truth if other is None else truth_of_two_readings(truth, other.run(self._env))
