"""The same rules for zen-engine: one JDM decision with one expression node, compiled once."""

import json
from collections.abc import Mapping
from datetime import date
from functools import reduce
from typing import Any, TypeAlias

import zen

from benchmarks.knowledge.profiles import AS_OF
from benchmarks.knowledge.rules import (
    Joined,
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

Context: TypeAlias = dict[str, object]


class ZenPeer:
    """One decision that answers every criterion and every programme."""

    def __init__(self, rules: Rules) -> None:
        expressions = {id_: _test(test) for id_, test in rules.tests.items()}
        whole = {id_: _joined(rule, "$.") for id_, rule in rules.programmes.items()}
        self._decision = _decision({**expressions, **whole})
        flat = {id_: _flat(rule, expressions) for id_, rule in rules.programmes.items()}
        self._programmes = _decision(flat) if flat else None
        self._single = {id_: zen.compile_expression(text) for id_, text in flat.items()}

    def answers(self, context: Context) -> Mapping[str, bool]:
        """Every criterion and programme. Raises RuntimeError when a figure is missing."""
        result: Mapping[str, bool] = self._decision.evaluate(context)["result"]
        return result

    def traced(self, context: Context) -> object:
        """The same with zen's own trace."""
        return self._decision.evaluate(context, {"trace": True})

    def programmes(self, context: Context) -> object:
        """The programmes alone, each one expression: the quickest way."""
        return None if self._programmes is None else self._programmes.evaluate(context)

    def programme(self, id_: str, context: Context) -> bool | None:
        """One programme alone; None where zen has no answer."""
        try:
            answer = self._single[id_].evaluate(context)
        except RuntimeError:  # an operator met a missing value
            return None
        return answer if isinstance(answer, bool) else None


def context_of(dossier: Dossier, facts: Mapping[str, Fact]) -> Context:
    """A profile as zen takes it: yearly facts as a list by years back, days as text."""
    context: Context = {"today": AS_OF.isoformat()}
    for key in facts:
        value = dossier.values.get(key)
        if isinstance(value, Mapping):
            context[variable_of(key)] = [
                _plain(value.get(AS_OF.year - back)) for back in range(AS_OF.year - min(value) + 1)
            ]
        elif value is not None and not isinstance(value, Records):
            context[variable_of(key)] = _plain(value)
    return context


def _plain(value: Cell | None) -> object:
    if isinstance(value, Range):
        if isinstance(value.low, date):
            return value.low.isoformat()
        return int(value.low) if value.low == int(value.low) else float(value.low)
    return sorted(value) if isinstance(value, frozenset) else value


def _decision(expressions: Mapping[str, str]) -> Any:  # noqa: ANN401  # typed only in one release of zen
    written = [
        {"id": str(place), "key": key, "value": text}
        for place, (key, text) in enumerate(expressions.items())
    ]
    node = {"position": {"x": 0, "y": 0}}
    graph = {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "profile", **node},
            {
                "id": "rules",
                "type": "expressionNode",
                "name": "rules",
                "content": {"expressions": written},
                **node,
            },
            {"id": "out", "type": "outputNode", "name": "answers", **node},
        ],
        "edges": [
            {"id": "1", "sourceId": "in", "targetId": "rules", "type": "edge"},
            {"id": "2", "sourceId": "rules", "targetId": "out", "type": "edge"},
        ],
    }
    return zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(graph)))


def _joined(rule: Rule, before: str) -> str:
    if isinstance(rule, str):
        return before + rule
    word = " and " if rule.word == "all" else " or "
    return "(" + word.join(_joined(part, before) for part in rule.parts) + ")"


def _flat(rule: Rule, expressions: Mapping[str, str]) -> str:
    if isinstance(rule, Joined):
        word = " and " if rule.word == "all" else " or "
        return "(" + word.join(_flat(part, expressions) for part in rule.parts) + ")"
    return expressions[rule]


def _test(node: tree.Test) -> str:
    match node:
        case tree.Compare():
            return f"({_number(node.left)} {node.operator} {_number(node.right)})"
        case tree.CompareRatio():
            return _ratio(node)
        case tree.OneOf():
            word = "not in" if node.negated else "in"
            options = ", ".join(f"'{one}'" for one in sorted(node.options))
            return f"({variable(node.fact, node.role)} {word} [{options}])"
        case tree.Includes():
            return f"contains({variable(node.fact, node.role)}, '{node.option}')"
        case tree.YesNo():
            name = variable(node.fact, node.role)
            return f"{name}[1]" if node.last_year else name
        case tree.Not():
            return f"(not {_test(node.part)})"
        case tree.Defined():
            return _test(node.part)
        case tree.Both():
            word = " and " if node.word == "all" else " or "
            return "(" + word.join(_test(part) for part in node.parts) + ")"
        case _:
            raise ValueError(f"not translated: {node}")


def _ratio(node: tree.CompareRatio) -> str:
    above, below, bound = _number(node.above), _number(node.below), crosswise(node.right)
    if bound is None:
        return f"({above} {node.operator} {_number(node.right)} * {below})"
    return f"({bound.denominator} * {above} {node.operator} {bound.numerator} * {below})"


def _years(node: tree.YearValue) -> str:
    name = variable(node.fact, node.role)
    each = [f"{name}[{back}]" for back in years_back(node)]
    if node.function in {"min_years", "max_years"}:
        return f"{node.function.removesuffix('_years')}([{', '.join(each)}])"
    total = " + ".join(each)
    return f"(({total}) / {node.years})" if node.function == "mean_years" else f"({total})"


def _number(node: tree.Number) -> str:
    match node:
        case tree.Constant():
            return f"d('{node.value}')" if node.kind == "date" else f"{node.value:f}"
        case tree.Today():
            return "d(today)"
        case tree.FactValue():
            name = variable(node.fact, node.role)
            return f"d({name})" if node.kind == "date" else name
        case tree.YearValue():
            return _years(node)
        case tree.Shifted():
            unit = {"years": "y", "months": "M", "days": "d"}[node.by.span]
            move = "add" if node.sign == 1 else "sub"
            return f"{_number(node.day)}.{move}({node.by.count}, '{unit}')"
        case tree.YearOf():
            return f"{_number(node.day)}.year()"
        case tree.Arithmetic():
            return f"({_number(node.left)} {node.operator} {_number(node.right)})"
        case tree.Least():
            parts = [_number(part) for part in node.parts]
            return reduce(lambda a, b: f"{node.function}([{a}, {b}])", parts)
        case tree.Counted():
            return f"len({variable(node.fact, node.role)})"
        case _:
            raise ValueError(f"not translated: {node}")
