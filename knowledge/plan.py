"""A programme as a plan: its criteria, exceptions and routes in the shape that weighs fastest.

The arithmetic of standings is here, once: screening weighs every programme at every answer, so a
plan is compiled with the programme and holds nothing a person reads.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from knowledge.compiled_test import CompiledTest
from knowledge.criterion import UNTESTED, Criterion, Force, Group
from knowledge.expression.env import Env
from knowledge.profile import Asking
from knowledge.programme import Programme, RouteKind
from knowledge.truth import (
    CERTAIN,
    FALSE,
    INELIGIBLE,
    TRUE,
    UNDEFINED,
    Standing,
    StandingRange,
    Truth,
    between,
    lifted,
    matters,
    narrower,
    negate,
    nth_greatest,
)

_BY_FORCE: dict[Force, tuple[Standing, Standing, Standing]] = {
    "hard": (Standing.INELIGIBLE, Standing.AUTHORITY_DECIDES, Standing.ELIGIBLE),
    "soft": (Standing.AUTHORITY_DECIDES, Standing.AUTHORITY_DECIDES, Standing.ELIGIBLE),
    "open_list": (Standing.AUTHORITY_DECIDES, Standing.AUTHORITY_DECIDES, Standing.ELIGIBLE),
    "evidence": (Standing.TO_BE_EVIDENCED,) * 3,
    "not_stated": (Standing.AUTHORITY_DECIDES,) * 3,
}


def by_force(force: Force, truth: Truth) -> StandingRange:
    """What a test's truth makes of a criterion of that force."""
    row = _BY_FORCE[force]
    return between(row[truth[0]], row[truth[1]])


def untested(force: Force) -> StandingRange:
    """The standing of a clause without a test, whatever is known."""
    return by_force(force, CERTAIN)


def of_two_readings(one: StandingRange, other: StandingRange) -> StandingRange:
    """What both readings say, else the authority decides. Monotone, so each end by itself."""
    floor = Standing.AUTHORITY_DECIDES
    return between(
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


@dataclass(slots=True)
class Weighing:
    """One programme on one set of facts: the states of its exceptions, and what was weighed."""

    env: Env
    states: Mapping[str, str]
    """By id, of the exceptions that facts open."""
    standings: list[StandingRange]
    """By place in the plan, of every leaf and branch weighed so far."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A criterion, an exclusion (`negated`) or the circle of applicants, and what lifts it."""

    place: int
    ranges: tuple[StandingRange, ...]
    """The standing by truth, at 3 × worst + best; negated already."""
    test: CompiledTest | None
    other: CompiledTest | None
    lifts: tuple[tuple[str, CompiledTest], ...] = ()

    def tests(self) -> "Iterator[CompiledTest]":
        """Its test in every reading."""
        yield from (test for test in (self.test, self.other) if test is not None)

    def weigh(self, weighing: Weighing) -> StandingRange:
        """In every reading, past its exceptions."""
        if self.test is None:
            standing = self.ranges[0]
        else:
            standing = self._read(self.test, weighing.env)
            if self.other is not None:
                standing = of_two_readings(standing, self._read(self.other, weighing.env))
            for rule, _ in self.lifts:
                standing = lifted(standing, weighing.states[rule])
        weighing.standings[self.place] = standing
        return standing

    def missing(self, weighing: Weighing, within: StandingRange, found: dict[Asking, None]) -> None:
        """Add the facts that could still move the range this counts towards."""
        before = weighing.standings[self.place]
        if self.test is None or not matters(before, within):
            return
        env = weighing.env
        if self.other is None and not self.lifts:
            found.update(dict.fromkeys(self.test.lacking(env)))
            return
        standing = self._read(self.test, env)
        if not standing.decided:
            found.update(dict.fromkeys(self.test.missing(env)))
        if self.other is not None:
            other = self._read(self.other, env)
            if not other.decided:
                found.update(dict.fromkeys(self.other.missing(env)))
            standing = of_two_readings(standing, other)
        for rule, test in self.lifts:
            raised = lifted(standing, weighing.states[rule])
            if raised != standing and weighing.states[rule] == "undetermined":
                found.update(dict.fromkeys(test.missing(env)))
            standing = raised

    def _read(self, test: CompiledTest, env: Env) -> StandingRange:
        worst, best = test.run(env)
        return self.ranges[3 * worst + best]


@dataclass(frozen=True, slots=True)
class Branch:
    """A group: so many of its parts are needed."""

    place: int
    parts: "tuple[Leaf | Branch, ...]"
    needed: int

    def tests(self) -> "Iterator[CompiledTest]":
        """Those of its parts."""
        for part in self.parts:
            yield from part.tests()

    def weigh(self, weighing: Weighing) -> StandingRange:
        """The n-th greatest of its parts, on both ends."""
        ranges = [part.weigh(weighing) for part in self.parts]
        if self.needed == len(ranges):
            standing = weakest(ranges)
        else:
            standing = nth_greatest(ranges, self.needed)
        weighing.standings[self.place] = standing
        return standing

    def missing(self, weighing: Weighing, within: StandingRange, found: dict[Asking, None]) -> None:
        """Add the facts below that could still move the range this counts towards."""
        standing = weighing.standings[self.place]
        if matters(standing, within):
            inner = narrower(standing, within)
            for part in self.parts:
                part.missing(weighing, inner, found)


def weakest(ranges: Iterable[StandingRange]) -> StandingRange:
    """`all`: the least on both ends; eligible when there is nothing to meet."""
    worst = best = Standing.ELIGIBLE
    for each in ranges:
        if each.worst < worst:  # noqa: PLR1730 - min() costs three times as much
            worst = each.worst
        if each.best < best:  # noqa: PLR1730
            best = each.best
    return between(worst, best)


@dataclass(frozen=True, slots=True)
class Way:
    """A route with its test, and the other reading where there is one."""

    kind: RouteKind
    test: CompiledTest
    other: CompiledTest | None

    def truth(self, env: Env) -> Truth:
        """Whether the case goes this way, in both readings."""
        truth = self.test.run(env)
        return truth if self.other is None else truth_of_two_readings(truth, self.other.run(env))

    def missing(self, env: Env) -> list[Asking]:
        """The facts that could still change it."""
        worst, best = self.truth(env)
        if worst == best:
            return []
        other = [] if self.other is None else self.other.missing(env)
        return [*self.test.missing(env), *other]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything of a programme that decides."""

    size: int
    """How many leaves and branches there are."""
    applies_to: Leaf | None
    written: tuple[Leaf | Branch, ...]
    """The root of the criteria, then the exclusions."""
    ways: tuple[Way, ...]
    exceptions: Mapping[str, CompiledTest]
    """Those that facts open."""
    past_all: tuple[str, ...]
    """The exceptions that lift the whole programme."""

    def tests(self) -> Iterator[CompiledTest]:
        """Every test that decides."""
        if self.applies_to is not None:
            yield from self.applies_to.tests()
        for each in self.written:
            yield from each.tests()
        for way in self.ways:
            yield from (way.test,) if way.other is None else (way.test, way.other)
        yield from self.exceptions.values()

    def weighing(self, env: Env) -> Weighing:
        """A beginning: the states of the exceptions."""
        states = {rule: state_of_exception(test.run(env)) for rule, test in self.exceptions.items()}
        return Weighing(env, states, [INELIGIBLE] * self.size)

    def weigh(self, weighing: Weighing) -> StandingRange:
        """Criteria and exclusions, past the exceptions of the whole programme."""
        standing = weakest([each.weigh(weighing) for each in self.written])
        for rule in self.past_all:
            standing = lifted(standing, weighing.states[rule])
        return standing


NOTHING = Plan(0, None, (), (), {}, ())
"""The plan of what does not compile."""


def plan_of(
    model: Programme, tests: Mapping[str, CompiledTest], others: Mapping[str, CompiledTest]
) -> Plan:
    """The plan of a programme whose tests are compiled."""
    return _Planner(model, tests, others).plan()


class _Planner:
    def __init__(
        self,
        model: Programme,
        tests: Mapping[str, CompiledTest],
        others: Mapping[str, CompiledTest],
    ) -> None:
        self._model = model
        self._tests = tests
        self._others = others
        self._exceptions = {
            rule.id: tests[rule.id] for rule in model.exceptions if rule.id in tests
        }
        self._size = 0

    def plan(self) -> Plan:
        model = self._model
        applies = None
        if model.applies_to is not None:
            applies = self._leaf(model.applies_to.id, "hard", negated=False)
        written: list[Leaf | Branch] = []
        if model.criteria is not None:
            written.append(self._node(model.criteria))
        written.extend(self._leaf(each.id, each.force, negated=True) for each in model.exclusions)
        ways = tuple(
            Way(route.route, self._tests[route.id], self._others.get(route.id))
            for route in model.routes
        )
        past_all = tuple(
            rule.id for rule in model.exceptions if not rule.lifts and rule.id in self._exceptions
        )
        return Plan(self._size, applies, tuple(written), ways, self._exceptions, past_all)

    def _place(self) -> int:
        self._size += 1
        return self._size - 1

    def _node(self, node: Criterion | Group) -> Leaf | Branch:
        if isinstance(node, Criterion):
            return self._leaf(node.id, node.force, negated=False)
        place = self._place()
        return Branch(place, tuple(self._node(part) for part in node.parts), node.needed)

    def _leaf(self, id_: str, force: Force, *, negated: bool) -> Leaf:
        if force in UNTESTED:
            return Leaf(self._place(), (untested(force),), None, None)
        lifts = tuple(
            (rule.id, self._exceptions[rule.id])
            for rule in self._model.exceptions
            if id_ in rule.lifts and rule.id in self._exceptions
        )
        ranges = tuple(_range(force, (worst, best), negated) for worst, best in _TRUTHS)
        return Leaf(self._place(), ranges, self._tests[id_], self._others.get(id_), lifts)


_TRUTHS = tuple((worst, best) for worst in range(TRUE + 1) for best in range(TRUE + 1))


def _range(force: Force, truth: Truth, negated: bool) -> StandingRange:  # noqa: FBT001 - private
    """No truth has its worst above its best: those places of the table are never read."""
    if truth[0] > truth[1]:
        return INELIGIBLE
    return by_force(force, negate(truth) if negated else truth)
