"""The same rules for OpenFisca-core: a variable a fact, a formula a criterion and a programme.

Facts hold for ever (ETERNITY) or for a year, rules for a day: `today` is the start of the period,
and last year's figure is the variable at `period.last_year`, as OpenFisca's own models do it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub
from typing import Any, TypeAlias

from openfisca_core.entities import build_entity
from openfisca_core.model_api import DAY, ETERNITY, YEAR, Enum, Variable, max_, min_, not_
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from benchmarks.knowledge.profiles import AS_OF
from benchmarks.knowledge.rules import (
    Rule,
    Rules,
    crosswise,
    variable,
    variable_of,
    years_back,
)
from knowledge.expression import tree
from knowledge.fact import Fact
from knowledge.profile import Cell, Dossier, Range, Records

Situation: TypeAlias = dict[str, dict[str, object]]
"""Values by variable and period, as OpenFisca's own test cases write them."""
# OpenFisca publishes no types: a population, a period and an array of answers.
Formula: TypeAlias = Callable[[Any, Any], Any]

_DAY = AS_OF.isoformat()
_COMPARE = {">=": ge, ">": gt, "<=": le, "<": lt, "==": eq, "!=": ne}
_OPERATE = {"+": add, "-": sub, "*": mul}


class OpenFiscaPeer:
    """A system that answers every criterion and every programme."""

    def __init__(self, rules: Rules) -> None:
        self._entity = build_entity(
            key="organisation", plural="organisations", label="who is judged", is_person=True
        )
        self._enums = {
            variable_of(key): Enum(variable_of(key), {_member(one): one for one in fact.options})
            for key, fact in rules.facts.items()
            if fact.type == "choice"
        }
        self._wanted = (*rules.tests, *rules.programmes)
        self._programmes = tuple(rules.programmes)
        self._system = TaxBenefitSystem([self._entity])
        for key, fact in rules.facts.items():
            self._system.add_variables(*self._inputs(variable_of(key), fact))
        for id_, test in rules.tests.items():
            self._add_rule(id_, _Formulas(self._enums).test(test))
        for id_, rule in rules.programmes.items():
            self._add_rule(id_, _joined(rule))

    def _inputs(self, name: str, fact: Fact) -> list[Any]:
        period = YEAR if fact.shape == "yearly" else ETERNITY
        if fact.type == "choices":
            return [self._variable(f"{name}__{one}", bool, ETERNITY) for one in fact.options]
        if fact.type == "choice":
            values = self._enums[name]
            more = {"possible_values": values, "default_value": next(iter(values))}
            return [self._variable(name, Enum, ETERNITY, **more)]
        kinds: dict[str, type] = {"yes_no": bool, "date": date}
        whole = fact.type == "number" and fact.whole == "yes"
        return [self._variable(name, kinds.get(fact.type or "", int if whole else float), period)]

    def _add_rule(self, id_: str, formula: Formula) -> None:
        def computed(organisation: Any, period: Any) -> Any:  # noqa: ANN401  # see Formula
            return formula(organisation, period)

        self._system.add_variable(self._variable(id_, bool, DAY, formula=computed))

    def _variable(self, name: str, kind: type, period: object, **more: object) -> Any:  # noqa: ANN401
        body = {"value_type": kind, "entity": self._entity, "definition_period": period}
        return type(name, (Variable,), {**body, "label": name, **more})

    def simulation(self, situation: Situation, *, trace: bool = False) -> Any:  # noqa: ANN401
        """One profile, ready to be computed, by OpenFisca's builder of test cases."""
        built = SimulationBuilder().build_from_entities(
            self._system, {"organisations": {"it": situation}}
        )
        built.trace = trace
        return built

    def simulations(self, situations: Sequence[Situation]) -> Any:  # noqa: ANN401
        """Many complete profiles in one simulation, as columns."""
        built = SimulationBuilder().build_default_simulation(self._system, len(situations))
        for name, periods in situations[0].items():
            for period in periods:
                built.set_input(name, period, [one[name][period] for one in situations])
        return built

    def answers(self, situation: Situation, *, trace: bool = False) -> Mapping[str, bool]:
        """Every criterion and programme of one profile."""
        simulation = self.simulation(situation, trace=trace)
        return {id_: bool(simulation.calculate(id_, _DAY)[0]) for id_ in self._wanted}

    def programmes(self, situation: Situation, *, trace: bool = False) -> Mapping[str, bool]:
        """The programmes alone; criteria are computed on the way."""
        return self.computed(self.simulation(situation, trace=trace))

    def computed(self, simulation: Any) -> Mapping[str, bool]:  # noqa: ANN401
        """The programmes of a simulation that stands ready; of its first profile."""
        return {id_: bool(simulation.calculate(id_, _DAY)[0]) for id_ in self._programmes}


def situation_of(dossier: Dossier, facts: Mapping[str, Fact]) -> Situation:
    """A profile as OpenFisca takes it: several choices as one yes/no each."""
    situation: Situation = {}
    for key, fact in facts.items():
        value, name = dossier.values.get(key), variable_of(key)
        if isinstance(value, Mapping):
            situation[name] = {str(year): _plain(cell) for year, cell in value.items()}
        elif isinstance(value, frozenset):
            for one in fact.options:
                situation[f"{name}__{one}"] = {"ETERNITY": one in value}
        elif value is not None and not isinstance(value, Records):
            situation[name] = {"ETERNITY": _plain(value)}
    return situation


def _plain(value: Cell) -> object:
    if isinstance(value, Range):
        if isinstance(value.low, date):
            return value.low.isoformat()
        return _figure(value.low)
    return _member(value) if isinstance(value, str) else value


def _figure(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _member(option: str) -> str:
    return "o_" + option.replace("-", "_")


def _joined(rule: Rule) -> Formula:
    if isinstance(rule, str):
        return lambda organisation, period: organisation(rule, period)
    return _reduced(and_ if rule.word == "all" else or_, [_joined(part) for part in rule.parts])


def _reduced(operate: Callable[[Any, Any], Any], parts: Sequence[Formula]) -> Formula:
    return lambda organisation, period: reduce(
        operate, [part(organisation, period) for part in parts]
    )


class _Formulas:
    """Tests and numbers as functions over columns."""

    def __init__(self, enums: Mapping[str, Any]) -> None:
        self._enums = enums

    def test(self, node: tree.Test) -> Formula:
        match node:
            case tree.Compare():
                return _reduced(
                    _COMPARE[node.operator], [self.number(n) for n in (node.left, node.right)]
                )
            case tree.CompareRatio():
                return self._ratio(node)
            case tree.OneOf():
                return self._one_of(node)
            case tree.Includes():
                return _read(f"{variable(node.fact, node.role)}__{node.option}")
            case tree.YesNo():
                return _read(variable(node.fact, node.role), 1 if node.last_year else None)
            case tree.Not():
                part = self.test(node.part)
                return lambda organisation, period: not_(part(organisation, period))
            case tree.Defined():
                return self.test(node.part)
            case tree.Both():
                operate = and_ if node.word == "all" else or_
                return _reduced(operate, [self.test(part) for part in node.parts])
            case _:
                raise ValueError(f"not translated: {node}")

    def _one_of(self, node: tree.OneOf) -> Formula:
        name = variable(node.fact, node.role)
        members = [self._enums[name][_member(one)] for one in sorted(node.options)]

        def holds(organisation: Any, period: Any) -> Any:  # noqa: ANN401
            value = organisation(name, period)
            found = reduce(or_, [value == member for member in members])
            return not_(found) if node.negated else found

        return holds

    def _ratio(self, node: tree.CompareRatio) -> Formula:
        above, below, bound = (
            self.number(node.above),
            self.number(node.below),
            crosswise(node.right),
        )
        compare = _COMPARE[node.operator]
        if bound is None:
            right = self.number(node.right)
            return lambda who, period: compare(
                above(who, period), right(who, period) * below(who, period)
            )
        upper, lower = bound.numerator, bound.denominator
        return lambda who, period: compare(lower * above(who, period), upper * below(who, period))

    def number(self, node: tree.Number) -> Formula:
        match node:
            case tree.Constant():
                figure = _figure(node.value) if isinstance(node.value, Decimal) else node.value
                return lambda _, __: figure
            case tree.Today():
                return lambda _, period: period.start.date
            case tree.Shifted():
                count, unit = node.sign * node.by.count, node.by.span.removesuffix("s")
                return lambda _, period: period.start.offset(count, unit).date
            case tree.FactValue():
                return _read(variable(node.fact, node.role))
            case tree.YearValue():
                return self._years(node)
            case tree.YearOf():
                day = self.number(node.day)
                return lambda who, period: _year_of(day(who, period))
            case tree.Arithmetic():
                return _reduced(
                    _OPERATE[node.operator], [self.number(node.left), self.number(node.right)]
                )
            case tree.Least():
                pick = min_ if node.function == "min" else max_
                return _reduced(pick, [self.number(part) for part in node.parts])
            case tree.Counted():
                name = variable(node.fact, node.role)
                return _reduced(add, [_read_as(f"{name}__{one}", int) for one in node.fact.options])
            case _:
                raise ValueError(f"not translated: {node}")

    def _years(self, node: tree.YearValue) -> Formula:
        name = variable(node.fact, node.role)
        each = [_read(name, back) for back in years_back(node)]
        if node.function in {"min_years", "max_years"}:
            return _reduced(min_ if node.function == "min_years" else max_, each)
        total = _reduced(add, each)
        if node.function != "mean_years":
            return total
        return lambda organisation, period: total(organisation, period) / node.years


def _year_of(day: Any) -> Any:  # noqa: ANN401 - a day or an array of days
    """Of the day of the period, or of an array of days."""
    return day.year if isinstance(day, date) else day.astype("datetime64[Y]").astype(int) + 1970


def _read(name: str, years: int | None = None) -> Formula:
    if years is None:
        return lambda organisation, period: organisation(name, period)
    return lambda organisation, period: organisation(name, period.last_year.offset(1 - years))


def _read_as(name: str, kind: type) -> Formula:
    return lambda organisation, period: organisation(name, period).astype(kind)
