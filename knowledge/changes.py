"""The nearest changes that would meet a missed criterion: one fact, else several together."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from knowledge.compiled_test import CompiledTest
from knowledge.expression import tree
from knowledge.expression.env import Env, bounds_of
from knowledge.expression.reads import reads_of
from knowledge.fact import Fact
from knowledge.profile import Asking, Cell, Dossier, Range, Records, Scalar
from knowledge.truth import FALSE, TRUE, Truth
from knowledge.verdict import Change

_STEP = {"money": Decimal("0.01"), "ratio": Decimal("0.0001"), "date": Decimal(1)}
_MOST_OPTIONS = 12


def changes_of(
    test: CompiledTest, env: Env, dossier: Dossier, wanted: int
) -> tuple[tuple[Change, ...], ...]:
    """Alternatives, each verified: after its changes and nothing else the test is `wanted`.

    `wanted` is TRUE for a criterion, FALSE for an exclusion. Empty where no change of the facts
    known would do, as when the answer hangs on rows of records that cannot be undone.
    """
    search = _Search(test, env, dossier, wanted)
    alone = tuple((change,) for change in search.single())
    return alone or search.together()


class _Search:
    """One search over the facts of one test."""

    def __init__(self, test: CompiledTest, env: Env, dossier: Dossier, wanted: int) -> None:
        self._test = test
        self._today = env.today
        self._dossier = dossier
        self._wanted = wanted
        self._facts = reads_of(test.tree, env.today)

    def single(self) -> list[Change]:
        """Every single change that suffices."""
        found = []
        for asking in self._facts:
            change = self._change(asking, self._test, self._dossier)
            if change is not None:
                found.append(change)
        return found

    def together(self) -> tuple[tuple[Change, ...], ...]:
        """One change for each missed part of an `all`, made together; one for each fact."""
        changed, made = self._dossier, dict[Asking, Change]()
        for part in self._conjuncts(self._test):
            if self._holds(part, changed):
                continue
            change = next(self._changes(part, changed), None)
            if change is None:
                return ()
            changed = _with(changed, change)
            made[change.asking] = replace(change, now=self._dossier.get(change.asking))
        return (tuple(made.values()),) if self._holds(self._test, changed) else ()

    def _conjuncts(self, test: CompiledTest) -> Iterator[CompiledTest]:
        """The tests that must all come out as wanted, however they are nested."""
        node = test.tree
        both = isinstance(node, tree.Both) and (node.word == "all") == (self._wanted == TRUE)
        if not both and not isinstance(node, tree.Defined):
            yield test
            return
        for part in test.parts:
            yield from self._conjuncts(part)

    def _changes(self, part: CompiledTest, dossier: Dossier) -> Iterator[Change]:
        for asking in reads_of(part.tree, self._today):
            change = self._change(asking, part, dossier)
            if change is not None:
                yield change

    def _holds(self, test: CompiledTest, dossier: Dossier) -> bool:
        truth: Truth = test.run(Env(dossier.values, self._today))
        return truth == (self._wanted, self._wanted)

    def _change(self, asking: Asking, test: CompiledTest, dossier: Dossier) -> Change | None:
        fact = self._facts[asking]
        now = dossier.get(asking)
        needed: Cell | None = None
        if fact.shape == "records":
            needed = self._rows_needed(asking, test, now)
        elif isinstance(now, bool):
            needed = self._first((not now,), asking, test, dossier)
        elif isinstance(now, str) and fact.type == "choice":
            needed = self._option(fact, asking, test, dossier)
        elif isinstance(now, frozenset):
            needed = self._first(_one_more(fact, now), asking, test, dossier)
        elif isinstance(now, Range) and now.exact:
            needed = self._nearest(now, fact, asking, test, dossier)
        return None if needed is None else Change(asking, now, needed)

    def _first(
        self, cells: "tuple[Cell, ...]", asking: Asking, test: CompiledTest, dossier: Dossier
    ) -> Cell | None:
        for cell in cells:
            if self._holds(test, dossier.having(asking, cell)):
                return cell
        return None

    def _option(
        self, fact: Fact, asking: Asking, test: CompiledTest, dossier: Dossier
    ) -> Cell | None:
        """An option only where the choice is among few: who one is cannot be changed at will."""
        if len(fact.options) > _MOST_OPTIONS:
            return None
        return self._first(tuple(fact.options), asking, test, dossier)

    def _rows_needed(
        self, asking: Asking, test: CompiledTest, now: Cell | Records | None
    ) -> Range | None:
        """`count(…) >= n`: how many rows must hold, where further rows could hold at all."""
        compare = test.tree
        if self._wanted == FALSE or not isinstance(now, Records) or not now.complete:
            return None
        if not isinstance(compare, tree.Compare) or not isinstance(compare.left, tree.Counted):
            return None
        limit = compare.right
        more = compare.operator == ">"
        if (
            not (more or compare.operator == ">=")
            or not isinstance(limit, tree.Constant)
            or not isinstance(limit.value, Decimal)
        ):
            return None
        longer = self._dossier.having(asking, Records(now.rows, complete=False))
        if test.run(Env(longer.values, self._today))[1] != TRUE:
            return None
        count = limit.value.to_integral_value(ROUND_FLOOR if more else ROUND_CEILING) + more
        return Range(count, count)

    def _nearest(
        self, now: Range, fact: Fact, asking: Asking, test: CompiledTest, dossier: Dossier
    ) -> Range | None:
        """By bisection between the value now and each end of the bounds; the nearer one wins."""
        scale = _Scale(fact)
        place = scale.place(now.low)
        found = []
        for end in map(scale.place, bounds_of(fact)):
            nearest = _bisect(
                place,
                end,
                lambda at: self._holds(test, dossier.having(asking, scale.range_at(at))),
            )
            if nearest is not None:
                found.append(nearest)
        if not found:
            return None
        return scale.range_at(min(found, key=lambda at: abs(at - place)))


class _Scale:
    """The values of a fact as whole steps: people, fen, hundredths of a percent, days."""

    def __init__(self, fact: Fact) -> None:
        self._is_date = fact.type == "date"
        fine = fact.type == "number" and fact.whole == "no"
        self._step = Decimal("0.01") if fine else _STEP.get(fact.type or "", Decimal(1))
        self._low = fact.low

    def place(self, value: Scalar) -> int:
        if isinstance(value, date):
            return value.toordinal()
        rounding = ROUND_CEILING if value == self._low else ROUND_FLOOR
        return int((value / self._step).to_integral_value(rounding))

    def range_at(self, place: int) -> Range:
        value: Scalar = (
            date.min + timedelta(days=place - 1) if self._is_date else place * self._step
        )
        return Range(value, value)


def _bisect(now: int, end: int, holds: Callable[[int], bool]) -> int | None:
    """The place nearest to `now` at which it holds, on the way to `end`; None if not even there."""
    if now == end or not holds(end):
        return None
    missed, met = now, end
    while abs(met - missed) > 1:
        middle = (met + missed) // 2
        if holds(middle):
            met = middle
        else:
            missed = middle
    return met


def _one_more(fact: Fact, now: frozenset[str]) -> "tuple[Cell, ...]":
    """The options with one more, and with one less."""
    more = [now | {option} for option in fact.options if option not in now]
    return (*more, *(now - {option} for option in sorted(now)))


def _with(dossier: Dossier, change: Change) -> Dossier:
    """The dossier after a change; rows yet to come cannot be shown, so records stay as they are."""
    if isinstance(change.now, Records):
        return dossier
    return dossier.having(change.asking, change.needed)
