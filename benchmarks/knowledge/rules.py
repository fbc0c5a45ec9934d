"""The rules that every engine can say, taken once from a release: what the peers are built from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from benchmarks.knowledge.profiles import AS_OF
from knowledge.base import KnowledgeBase
from knowledge.compiled import CompiledProgramme
from knowledge.criterion import Criterion, Group
from knowledge.expression import tree
from knowledge.expression.reads import parts_of, reads_of
from knowledge.fact import Fact
from knowledge.profile import Asking

COMPARABLE = (
    tree.Constant, tree.Today, tree.FactValue, tree.YearValue, tree.Shifted, tree.YearOf,
    tree.Arithmetic, tree.Least, tree.Counted, tree.Compare, tree.CompareRatio, tree.OneOf,
    tree.Includes, tree.YesNo, tree.Not, tree.Both, tree.Defined,
)  # fmt: skip
"""What is translated; of the counts those of options, of the moved days today."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Criteria that must all be met, or any of them."""

    word: Literal["all", "any"]
    parts: "tuple[Rule, ...]"


Rule: TypeAlias = str | Joined
"""The id of a criterion, or several joined."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Tests by a plain id, which programme's criterion each is, and whole programmes."""

    tests: Mapping[str, tree.Test]
    origin: Mapping[str, tuple[str, str]]
    programmes: Mapping[str, Rule]
    """Empty where a programme needs more than its tests: soft words, exceptions, routes."""
    left_out: int

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The facts the tests read, by key."""
        return {
            asking.key: fact
            for test in self.tests.values()
            for asking, fact in reads_of(test, AS_OF).items()
        }


def whole_programmes(base: KnowledgeBase) -> Rules:
    """Programmes of hard criteria in groups of all and any; raises ValueError for any other."""
    tests: dict[str, tree.Test] = {}
    origin: dict[str, tuple[str, str]] = {}
    programmes: dict[str, Rule] = {}
    for number, (id_, compiled) in enumerate(sorted(base.compiled.items())):
        if compiled.model.criteria is None or compiled.model.exclusions:
            raise ValueError(f"{id_}: more than criteria")
        names = {c.id: f"t{number}_{place}" for place, c in enumerate(compiled.model.all_criteria)}
        for criterion, name in names.items():
            tests[name] = compiled.tests[criterion].tree
            origin[name] = (id_, criterion)
        programmes[f"p{number}"] = _rule(compiled.model.criteria, names)
    return Rules(tests, origin, programmes, 0)


def _rule(node: Criterion | Group, names: Mapping[str, str]) -> Rule:
    if isinstance(node, Criterion):
        if node.force != "hard" or node.other_reading is not None:
            raise ValueError(f"{node.id}: not simply hard")
        return names[node.id]
    if node.at_least is not None:
        raise ValueError("at_least is not translated")
    parts = tuple(_rule(part, names) for part in node.parts)
    return Joined("all" if node.all is not None else "any", parts)


def single_tests(base: KnowledgeBase) -> Rules:
    """The translatable tests of who qualifies, of every programme, each by itself."""
    tests: dict[str, tree.Test] = {}
    origin: dict[str, tuple[str, str]] = {}
    left_out = 0
    for id_, compiled in sorted(base.compiled.items()):
        for criterion in _deciding(compiled):
            if _translatable(compiled.tests[criterion].tree):
                name = f"t{len(tests)}"
                tests[name] = compiled.tests[criterion].tree
                origin[name] = (id_, criterion)
            else:
                left_out += 1
    return Rules(tests, origin, {}, left_out)


def _deciding(compiled: CompiledProgramme) -> Iterator[str]:
    other = {benefit.id for benefit in compiled.model.benefits}
    other |= {material.id for material in compiled.model.materials}
    yield from (id_ for id_ in compiled.tests if id_ not in other)


def _translatable(node: "tree.Test | tree.Number") -> bool:
    if not isinstance(node, COMPARABLE):
        return False
    if isinstance(node, tree.Counted) and node.fact.shape == "records":
        return False
    if isinstance(node, tree.Shifted) and not isinstance(node.day, tree.Today):
        return False
    return all(_translatable(part) for part in parts_of(node))


def variable(fact: Fact, role: str) -> str:
    """The name of a fact of a role, as the peers can spell it."""
    return f"{role}__{fact.id}" if role else fact.id


def variable_of(key: str) -> str:
    """The same, from the key of a dossier."""
    asking = Asking.parse(key)
    return f"{asking.role}__{asking.fact}" if asking.role else asking.fact


def crosswise(ratio: tree.Number) -> Fraction | None:
    """A quotient's bound as a whole fraction, so that nobody has to divide."""
    if isinstance(ratio, tree.Constant) and isinstance(ratio.value, Decimal):
        return Fraction(ratio.value)
    return None


def years_back(node: tree.YearValue) -> tuple[int, ...]:
    """How many years before this one a function of years reads."""
    if node.function == "this_year":
        return (0,)
    if node.function == "years_ago":
        return (node.years,)
    return tuple(range(1, node.years + 1))
