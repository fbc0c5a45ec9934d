"""A programme with its tests and amounts checked against the vocabulary and compiled once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from knowledge.benefit import Benefit
from knowledge.compiled_test import CompiledTest, compile_source
from knowledge.criterion import Criterion, TestGroup
from knowledge.expression import tree
from knowledge.expression.bounds import check_bounds
from knowledge.expression.checking import Vocabulary, check_amount
from knowledge.expression.env import NumberRun
from knowledge.expression.evaluating import compile_number
from knowledge.expression.parsing import ExpressionRefused
from knowledge.plan import NOTHING, Plan, plan_of
from knowledge.programme import Programme
from knowledge.quantity import QuantityRefused, parse_quantity
from knowledge.splitting import Repeated, repeated_facts

Report = Callable[[str, str], None]
"""Called with the place in the file (`criteria rd-team`) and the reason."""


@dataclass(frozen=True, slots=True)
class CompiledAmount:
    """The ends of an amount, with the currency; None where the text gives no figure."""

    low: NumberRun | None
    high: NumberRun | None
    trees: tuple[tree.Number, ...]
    caps: tuple[tuple[int, Decimal], ...]
    """The caps on the whole amount, each with its place among the benefit's caps."""
    currency: str


@dataclass(frozen=True, slots=True)
class CompiledProgramme:
    """A programme ready to be evaluated. Tests by id of their criterion, route, exception …"""

    model: Programme
    definitions: Mapping[str, tree.Defined]
    tests: Mapping[str, CompiledTest]
    other_readings: Mapping[str, CompiledTest]
    amounts: Mapping[str, CompiledAmount]
    points: Mapping[str, tuple[tuple[CompiledTest, Decimal], ...]]
    repeated: tuple[Repeated, ...]
    """Facts that stand in several tests of who qualifies."""
    plan: Plan
    """What weighs it; empty where a test does not compile: the release is refused then."""


def compile_programme(model: Programme, words: Vocabulary, report: Report) -> CompiledProgramme:
    """Compile everything of a programme; what does not fit is reported, and the rest goes on."""
    words = _with_definitions(model, words, report)
    compiler = _Compiler(words, report)
    for id_, source in _tests_of(model):
        compiler.test(id_, source)
    deciding = {id_: test.tree for id_, test in compiler.tests.items()}
    conditions = {benefit.id: benefit.when for benefit in model.benefits}
    conditions |= {material.id: material.when for material in model.materials}
    for id_, when in conditions.items():
        if when is not None:
            compiler.test(id_, when)
    for criterion in model.all_criteria:
        if criterion.other_reading is not None:
            compiler.other(criterion.id, criterion.other_reading.test)
        compiler.self_view(criterion)
    for route in model.routes:
        if route.other_reading is not None:
            compiler.other(route.id, route.other_reading.test)
    for benefit in model.benefits:
        compiler.amount(benefit)
    compiler.sheet(model)
    deciding |= {f"{id_} (other)": test.tree for id_, test in compiler.others.items()}
    return CompiledProgramme(
        model,
        words.defined,
        compiler.tests,
        compiler.others,
        compiler.amounts,
        compiler.points,
        repeated_facts(deciding),
        NOTHING if compiler.refused else plan_of(model, compiler.tests, compiler.others),
    )


def _with_definitions(model: Programme, words: Vocabulary, report: Report) -> Vocabulary:
    """The vocabulary with the programme's own named tests, each of which may use earlier ones."""
    for name, definition in model.defines.items():
        if name in words.facts:
            report(name, "a fact has this name already")
            continue
        try:
            test = compile_source(definition.test, words).tree
        except ExpressionRefused as refused:
            report(name, str(refused))
            continue
        defined = {**words.defined, name: tree.Defined(name, definition.says, test)}
        words = replace(words, defined=defined)
    return words


def _tests_of(model: Programme) -> Iterator[tuple[str, str | TestGroup]]:
    """The tests of who qualifies and how; those of benefits and materials come beside them."""
    if model.applies_to is not None:
        yield model.applies_to.id, model.applies_to.test
    for criterion in model.all_criteria:
        if criterion.test is not None:
            yield criterion.id, criterion.test
    for rule in model.exceptions:
        if rule.opened_by != "authority":
            yield rule.id, rule.opened_by
    for route in model.routes:
        yield route.id, route.test


class _Compiler:
    """Collects what compiles, and reports what does not."""

    def __init__(self, words: Vocabulary, report: Report) -> None:
        self._words = words
        self._report = report
        self.refused = False
        self.tests: dict[str, CompiledTest] = {}
        self.others: dict[str, CompiledTest] = {}
        self.amounts: dict[str, CompiledAmount] = {}
        self.points: dict[str, tuple[tuple[CompiledTest, Decimal], ...]] = {}

    def test(self, id_: str, source: str | TestGroup) -> None:
        self._into(self.tests, id_, source)

    def other(self, id_: str, source: str | TestGroup) -> None:
        self._into(self.others, id_, source)

    def _into(self, target: dict[str, CompiledTest], id_: str, source: str | TestGroup) -> None:
        try:
            compiled = compile_source(source, self._words)
            check_bounds(compiled.tree)
            target[id_] = compiled
        except ExpressionRefused as refused:
            self.refused = True
            self._report(id_, str(refused))

    def self_view(self, criterion: Criterion) -> None:
        if criterion.self_view is None:
            return
        fact = self._words.facts.get(criterion.self_view)
        if fact is None or fact.type != "yes_no" or fact.shape != "once":
            self._report(criterion.id, f"self_view {criterion.self_view!r} is no yes/no fact")

    def amount(self, benefit: Benefit) -> None:
        try:
            self.amounts[benefit.id] = _amount(benefit, self._words)
        except (ExpressionRefused, QuantityRefused) as refused:
            self._report(benefit.id, str(refused))

    def sheet(self, model: Programme) -> None:
        for line in () if model.score_sheet is None else model.score_sheet.lines:
            if line.fact is not None and line.fact not in self._words.facts:
                self._report(line.id, f"there is no fact {line.fact!r}")
            try:
                parse_quantity(line.points)
                bands = tuple(
                    (compile_source(when.test, self._words), parse_quantity(when.points).number)
                    for when in line.points_when
                )
                for test, _ in bands:
                    check_bounds(test.tree)
                self.points[line.id] = bands
            except (ExpressionRefused, QuantityRefused) as refused:
                self._report(line.id, str(refused))


def _amount(benefit: Benefit, words: Vocabulary) -> CompiledAmount:
    amount = benefit.amount
    named: dict[str, tree.Number] = {}
    for name, text in amount.let.items():
        named[name] = check_amount(text, words, named)
    ends = [
        None if text is None else check_amount(text, words, named)
        for text in (amount.exactly or amount.at_least, amount.exactly or amount.at_most)
    ]
    trees = tuple(end for end in ends if end is not None)
    caps = [parse_quantity(cap.amount) for cap in benefit.caps]
    currencies = {end.kind for end in trees} | {cap.unit for cap in caps}
    if len(currencies) > 1 or currencies - {"CNY", "USD"}:
        raise ExpressionRefused(f"an amount is money of one currency, not {sorted(currencies)}")
    for end in trees:
        check_bounds(end)
    runs = [None if end is None else compile_number(end) for end in ends]
    ceilings = tuple(
        (place, caps[place].number)
        for place, written in enumerate(benefit.caps)
        if written.applies == "amount"
    )
    return CompiledAmount(runs[0], runs[1], trees, ceilings, min(currencies, default="CNY"))
