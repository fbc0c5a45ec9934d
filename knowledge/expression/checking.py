"""Plain tree to typed tree: names resolved, units and types checked, ratios never divided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, cast

from knowledge.expression import tree
from knowledge.expression.measures import (
    NOT_COUNTED,
    duration,
    literal,
    no_day,
    same,
    takes,
    years,
)
from knowledge.expression.parsing import Call, ExpressionRefused, Measure, Name, Plain, parse
from knowledge.fact import ClosedList, Column, Fact, Option, Role

_COMPARATORS = frozenset({">=", ">", "<=", "<", "==", "!="})
_SEVERAL_YEARS = frozenset({"years_ago", "sum_years", "mean_years", "min_years", "max_years"})
_NUMERIC = frozenset({"number", "money", "ratio", "date"})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names an expression may use."""

    facts: Mapping[str, Fact]
    roles: Mapping[str, Role]
    lists: Mapping[str, ClosedList]
    defined: Mapping[str, tree.Defined] = field(default_factory=dict)
    """The tests that the programme at hand names."""

    def entries_of(self, list_id: str) -> Mapping[str, Option]:
        """The entries of a list; of a subset, the chosen entries of the whole."""
        chosen = self.lists.get(list_id)
        if chosen is None:
            raise ExpressionRefused(f"there is no list {list_id!r}")
        if chosen.of is None:
            return chosen.entries
        whole = self.lists.get(chosen.of)
        if whole is None or not whole.entries.keys() >= set(chosen.members):
            raise ExpressionRefused(f"list {list_id!r} is no subset of entries of {chosen.of!r}")
        return {member: whole.entries[member] for member in chosen.members}


@dataclass(frozen=True, slots=True)
class _Place:
    """A name resolved to a fact of a role, or to a column of the records gone over."""

    fact: Fact
    role: str
    column: str | None

    @property
    def spec(self) -> Fact | Column:
        return self.fact if self.column is None else self.fact.columns[self.column]


def check_test(text: str, words: Vocabulary) -> tree.Test:
    """The typed tree of a test; raises ExpressionRefused with the reason."""
    return _Checker(words).test(parse(text))


def check_amount(
    text: str, words: Vocabulary, named: Mapping[str, tree.Number] | None = None
) -> tree.Number:
    """The typed tree of a number or an amount; `named` are the earlier lines of a `let`."""
    return _Checker(words, named=named).number(parse(text))


class _Checker:
    """Resolves one expression; `inside` is the records fact whose columns come first."""

    def __init__(
        self,
        words: Vocabulary,
        *,
        named: Mapping[str, tree.Number] | None = None,
        inside: Fact | None = None,
    ) -> None:
        self._words = words
        self._named = named or {}
        self._inside = inside

    # Tests

    def test(self, plain: Plain) -> tree.Test:
        if isinstance(plain, Name):
            return self._named_test(plain.text)
        if isinstance(plain, Measure):
            raise ExpressionRefused(f"{plain.text!r} is not a test")
        match plain.function:
            case "and" | "or":
                parts = tuple(self.test(part) for part in plain.parts)
                return tree.Both("all" if plain.function == "and" else "any", parts)
            case "not":
                return tree.Not(self.test(plain.parts[0]))
            case "in" | "not in":
                return self._membership(plain)
            case "includes":
                return self._includes(plain)
            case "exists":
                fact, role, where = self._rows(plain)
                return tree.Exists(fact, role, where)
            case "last_year":
                return self._last_year_yes_no(plain)
            case operator if operator in _COMPARATORS:
                return self._comparison(plain)
            case _:
                raise ExpressionRefused(f"{plain.function!r} is not a test")

    def _named_test(self, name: str) -> tree.Test:
        column = self._inside is not None and name in self._inside.columns
        if name in self._words.defined and not column:
            return self._words.defined[name]
        return self._yes_no(self._place(name))

    def _yes_no(self, place: _Place) -> tree.YesNo:
        if place.spec.type != "yes_no":
            raise ExpressionRefused(f"{place.spec.title.en!r} is not a yes/no fact")
        if place.column is None and place.fact.shape == "yearly":
            raise ExpressionRefused(f"{place.fact.id} is yearly: write last_year({place.fact.id})")
        return tree.YesNo(place.fact, place.role, place.column)

    def _last_year_yes_no(self, plain: Call) -> tree.YesNo:
        takes(plain, 1)
        place = self._argument(plain)
        if place.fact.shape != "yearly" or place.fact.type != "yes_no":
            raise ExpressionRefused("last_year as a test takes a yearly yes/no fact")
        return tree.YesNo(place.fact, place.role, None, last_year=True)

    def _membership(self, plain: Call) -> tree.OneOf:
        place = self._choice(plain.parts[0])
        options, listed = self._members(plain.parts[1])
        return self._one_of(place, options, negated=plain.function == "not in", listed=listed)

    def _members(self, plain: Plain) -> tuple[frozenset[str], str | None]:
        if isinstance(plain, Call) and plain.function == "list" and len(plain.parts) == 1:
            listed = plain.parts[0]
            if isinstance(listed, Name):
                return frozenset(self._words.entries_of(listed.text)), listed.text
        if isinstance(plain, Call) and plain.function == "[]":
            return frozenset(self._bare(part) for part in plain.parts), None
        raise ExpressionRefused("`in` takes [a, b] or list(<id>)")

    @staticmethod
    def _bare(plain: Plain) -> str:
        if not isinstance(plain, Name):
            raise ExpressionRefused("an option is a bare word")
        return plain.text

    def _one_of(
        self, place: _Place, options: frozenset[str], *, negated: bool, listed: str | None = None
    ) -> tree.OneOf:
        unknown = options - frozenset(place.spec.options)
        if unknown:
            raise ExpressionRefused(f"no such option: {', '.join(sorted(unknown))}")
        return tree.OneOf(place.fact, place.role, place.column, options, negated, listed)

    def _choice(self, plain: Plain, kind: str = "choice") -> _Place:
        place = self._place(self._bare(plain))
        if place.spec.type != kind:
            raise ExpressionRefused(f"{self._bare(plain)} is not a fact of type {kind}")
        return place

    def _includes(self, plain: Call) -> tree.Includes:
        takes(plain, 2)
        place = self._choice(plain.parts[0], "choices")
        option = self._bare(plain.parts[1])
        if option not in place.spec.options:
            raise ExpressionRefused(f"no such option: {option}")
        return tree.Includes(place.fact, place.role, place.column, option)

    def _comparison(self, plain: Call) -> tree.Test:
        left, right = plain.parts
        if isinstance(left, Name) and self._is_choice(left.text):
            if plain.function not in {"==", "!="}:
                raise ExpressionRefused(f"a choice is compared by == or !=, not {plain.function}")
            options = frozenset({self._bare(right)})
            return self._one_of(self._place(left.text), options, negated=plain.function == "!=")
        operator = cast("tree.Comparator", plain.function)
        if isinstance(left, Call) and left.function == "/":
            return self._ratio(operator, left, right)
        above, against = self.number(left), self.number(right)
        same(above, against)
        return tree.Compare(operator, above, against)

    def _is_choice(self, name: str) -> bool:
        try:
            return self._place(name).spec.type == "choice"
        except ExpressionRefused:
            return False

    def _ratio(self, operator: tree.Comparator, quotient: Call, right: Plain) -> tree.CompareRatio:
        above, below = (no_day(self.number(part), "divided") for part in quotient.parts)
        against = self.number(right)
        kinds = {above.kind, below.kind}
        if above.kind == below.kind or ("count" in kinds and not kinds & NOT_COUNTED):
            if against.kind not in {"ratio", ""}:
                raise ExpressionRefused("a quotient of equal units is compared with a ratio")
        elif against.kind != above.kind:
            raise ExpressionRefused(f"a quotient in {above.kind} is compared with {above.kind}")
        return tree.CompareRatio(operator, above, below, against)

    # Numbers, amounts and days

    def number(self, plain: Plain) -> tree.Number:
        if isinstance(plain, Measure):
            return literal(plain)
        if isinstance(plain, Name):
            return self._named_number(plain.text)
        if plain.function == "/":
            raise ExpressionRefused("division stands on the left of a comparison or in floor()")
        functions: dict[str, Callable[[Call], tree.Number]] = {
            "+": self._sum,
            "-": self._sum,
            "*": self._product,
            "min": self._least,
            "max": self._least,
            "floor": self._steps,
            "ceil": self._steps,
            "if": self._choose,
            "count": self._count,
            "sum": self._summed,
            "year": self._year_of,
            "last_year": self._year_value,
            "this_year": self._year_value,
            **dict.fromkeys(_SEVERAL_YEARS, self._year_value),
        }
        if plain.function not in functions:
            raise ExpressionRefused(f"{plain.function!r} is not a number or an amount")
        return functions[plain.function](plain)

    def _named_number(self, name: str) -> tree.Number:
        if name == "today":
            return tree.Today()
        if name in self._named:
            return self._named[name]
        place = self._place(name)
        if place.spec.type not in _NUMERIC:
            raise ExpressionRefused(f"{name} is not a number, an amount, a ratio or a date")
        if place.column is not None:
            return tree.ColumnValue(place.fact, place.column, place.spec.dimension)
        if place.fact.shape != "once":
            raise ExpressionRefused(f"{name} is {place.fact.shape}: use a function of years")
        return tree.FactValue(place.fact, place.role, place.fact.dimension)

    def _sum(self, plain: Call) -> tree.Number:
        sign = 1 if plain.function == "+" else -1
        right = plain.parts[1]
        span = duration(right)
        left = self.number(plain.parts[0])
        if span is not None and left.kind == "date":
            return tree.Shifted(left, span, 1 if sign == 1 else -1)
        other = self.number(right)
        kind = same(left, other)
        if kind == "date":
            raise ExpressionRefused("days are moved by a duration: today - 3 年")
        return tree.Arithmetic("+" if sign == 1 else "-", left, other, kind)

    def _product(self, plain: Call) -> tree.Number:
        left, right = (self.number(part) for part in plain.parts)
        kinds = {left.kind, right.kind}
        if not kinds & {"ratio", "", "count"} or "date" in kinds:
            raise ExpressionRefused("one side of * is a ratio, a count or a bare factor")
        kind = left.kind if right.kind in {"ratio", "", "count"} else right.kind
        return tree.Arithmetic("*", left, right, kind)

    def _least(self, plain: Call) -> tree.Number:
        parts = tuple(self.number(part) for part in plain.parts)
        common = parts[0]
        for part in parts[1:]:
            common = part if same(common, part) == part.kind else common
        return tree.Least("min" if plain.function == "min" else "max", parts, common.kind)

    def _steps(self, plain: Call) -> tree.WholeSteps:
        function: Literal["floor", "ceil"] = "floor" if plain.function == "floor" else "ceil"
        takes(plain, 1)
        inner = plain.parts[0]
        if not (isinstance(inner, Call) and inner.function == "/"):
            return tree.WholeSteps(function, no_day(self.number(inner), "divided"), None)
        value, divisor = (no_day(self.number(part), "divided") for part in inner.parts)
        if not isinstance(divisor, tree.Constant) or divisor.value == Decimal(0):
            raise ExpressionRefused(f"{function} divides by a literal that is not zero")
        same(value, divisor)
        return tree.WholeSteps(function, value, divisor)

    def _choose(self, plain: Call) -> tree.Number:
        takes(plain, 3)
        test = self.test(plain.parts[0])
        then, otherwise = self.number(plain.parts[1]), self.number(plain.parts[2])
        return tree.Choose(test, then, otherwise, same(then, otherwise))

    def _count(self, plain: Call) -> tree.Counted:
        fact, role, where = self._rows(plain, choices=True)
        return tree.Counted(fact, role, where)

    def _summed(self, plain: Call) -> tree.Summed:
        fact, role, where = self._rows(plain)
        inside = _Checker(self._words, named=self._named, inside=fact)
        body = no_day(inside.number(plain.parts[0]), "summed")
        return tree.Summed(fact, role, body, where, body.kind)

    def _rows(self, plain: Call, *, choices: bool = False) -> tuple[Fact, str, tree.Test | None]:
        place = self._place(plain.over)
        several = choices and place.fact.type == "choices" and plain.where is None
        if place.column is not None or not (place.fact.shape == "records" or several):
            raise ExpressionRefused(f"{plain.over} is not a records fact")
        if plain.where is None:
            return place.fact, place.role, None
        where = _Checker(self._words, named=self._named, inside=place.fact).test(plain.where)
        return place.fact, place.role, where

    def _year_of(self, plain: Call) -> tree.YearOf:
        takes(plain, 1)
        day = self.number(plain.parts[0])
        if day.kind != "date":
            raise ExpressionRefused("year() takes a day")
        return tree.YearOf(day)

    def _year_value(self, plain: Call) -> tree.YearValue:
        place = self._argument(plain)
        several = plain.function in _SEVERAL_YEARS
        if place.fact.shape != "yearly" or place.fact.type == "yes_no":
            raise ExpressionRefused(f"{plain.function} takes a yearly number, amount or ratio")
        takes(plain, 2 if several else 1)
        back = years(plain.parts[1]) if several else 1
        function = cast("tree.YearFunction", plain.function)
        return tree.YearValue(function, place.fact, place.role, back, place.fact.dimension)

    def _argument(self, plain: Call) -> _Place:
        return self._place(self._bare(plain.parts[0]))

    # Names

    def _place(self, name: str) -> _Place:
        if self._inside is not None and name in self._inside.columns:
            return _Place(self._inside, "", name)
        role, _, fact_id = name.rpartition(".")
        fact = self._words.facts.get(fact_id)
        if fact is None:
            raise ExpressionRefused(f"there is no fact {name!r}")
        if role and role not in self._words.roles:
            raise ExpressionRefused(f"there is no role {role!r}")
        if role and self._words.roles[role].kind != fact.subject:
            raise ExpressionRefused(f"{fact_id} is a fact of a {fact.subject}, not of {role}")
        return _Place(fact, "" if role == fact.subject else role, None)
