"""A leaf of the expression language, as text, to a plain tree of calls, names and literals.

Nothing is resolved here: `knowledge.expression.checking` gives the names and units their meaning.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<date>\d{4}-\d{2}-\d{2})
    | (?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%|[\u4e00-\u9fff]+)?
    | (?P<name>[a-z][a-z0-9_]*(?:-[a-z][a-z0-9]*)*(?:\.[a-z][a-z0-9_]*)?)
    | (?P<sign>>=|<=|==|!=|[-+*/()<>\[\],])
    )""",
    re.VERBOSE,
)
_COMPARATORS = frozenset({">=", "<=", "==", "!=", "<", ">"})
_ARITHMETIC = frozenset({"+", "-", "*", "/"})
_MAX_DEPTH = 40
_MAX_LENGTH = 2000
_MAX_OPERATORS = 100
"""A chain is as deep as it is long: so many calls keep well within the depth of a Python stack."""


class ExpressionRefused(ValueError):
    """No expression, or one whose names or units do not fit; the message says why."""


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, a column, an option or `today`."""

    text: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A literal with its unit, as written."""

    text: str
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function, an operator (`+`, `>=`, `and` …) or a list (`[]`) over its parts."""

    function: str
    parts: tuple["Plain", ...]
    over: str = ""
    """The records that `count`, `exists` and `sum` go over."""
    where: "Plain | None" = None


Plain: TypeAlias = Name | Measure | Call


def parse(text: str) -> Plain:
    """Parse one expression; raises ExpressionRefused naming the place."""
    if len(text) > _MAX_LENGTH:
        raise ExpressionRefused("an expression is at most 2000 characters")
    parser = _Parser(text)
    tree = parser.either()
    parser.end()
    return tree


class _Parser:
    """Recursive descent over the tokens of one line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._split(text)
        if sum(token in _ARITHMETIC for _, token in self._tokens) > _MAX_OPERATORS:
            raise ExpressionRefused(f"an expression has at most {_MAX_OPERATORS} operators")
        self._place = 0
        self._depth = 0

    @staticmethod
    def _split(text: str) -> list[tuple[str, str]]:
        tokens: list[tuple[str, str]] = []
        place = 0
        stripped = text.rstrip()
        while place < len(stripped):
            found = _TOKEN.match(stripped, place)
            if not found:
                raise ExpressionRefused(f"cannot read {stripped[place : place + 20]!r}")
            kind = found.lastgroup or ""
            if kind == "unit":
                tokens.append(("measure", f"{found['number']} {found['unit']}"))
            elif kind == "number":
                tokens.append(("measure", found["number"]))
            else:
                tokens.append((kind, found[kind]))
            place = found.end()
        return tokens

    def _peek(self) -> str:
        return self._tokens[self._place][1] if self._place < len(self._tokens) else ""

    def _peek_kind(self) -> str:
        return self._tokens[self._place][0] if self._place < len(self._tokens) else "end"

    def _take(self, expected: str | None = None) -> str:
        token = self._peek()
        if self._peek_kind() == "end" or (expected is not None and token != expected):
            raise ExpressionRefused(
                f"expected {expected or 'more'} before {token or 'the end'!r} in {self._text!r}"
            )
        self._place += 1
        return token

    def end(self) -> None:
        if self._peek_kind() != "end":
            raise ExpressionRefused(f"did not expect {self._peek()!r} in {self._text!r}")

    def either(self) -> Plain:
        return self._chain("or", self._both)

    def _both(self) -> Plain:
        return self._chain("and", self._negation)

    def _chain(self, word: str, below: Callable[[], Plain]) -> Plain:
        parts = [below()]
        while self._peek() == word:
            self._take()
            parts.append(below())
        return parts[0] if len(parts) == 1 else Call(word, tuple(parts))

    def _negation(self) -> Plain:
        if self._peek() == "not":
            self._take()
            return Call("not", (self._nested(self._negation),))
        return self._comparison()

    def _nested(self, below: Callable[[], Plain]) -> Plain:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ExpressionRefused("an expression is nested at most 40 deep")
        tree = below()
        self._depth -= 1
        return tree

    def _comparison(self) -> Plain:
        left = self._sum()
        word = self._peek()
        if word in _COMPARATORS:
            self._take()
            return Call(word, (left, self._sum()))
        if word in {"in", "not"}:
            self._take()
            if word == "not":
                self._take("in")
            return Call("in" if word == "in" else "not in", (left, self._options()))
        return left

    def _options(self) -> Plain:
        if self._peek() == "[":
            self._take()
            items = self._items("]")
            return Call("[]", items)
        return self._atom()

    def _items(self, closing: str) -> tuple[Plain, ...]:
        items = [self._nested(self.either)]
        while self._peek() == ",":
            self._take()
            items.append(self._nested(self.either))
        self._take(closing)
        return tuple(items)

    def _sum(self) -> Plain:
        tree = self._product()
        while self._peek() in {"+", "-"}:
            tree = Call(self._take(), (tree, self._product()))
        return tree

    def _product(self) -> Plain:
        tree = self._atom()
        while self._peek() in {"*", "/"}:
            tree = Call(self._take(), (tree, self._atom()))
        return tree

    def _atom(self) -> Plain:
        kind = self._peek_kind()
        if kind == "measure":
            return Measure(self._take())
        if kind == "date":
            return Measure(self._take(), is_date=True)
        if kind == "name":
            return self._name()
        self._take("(")
        tree = self._nested(self.either)
        self._take(")")
        return tree

    def _name(self) -> Plain:
        name = self._take()
        if self._peek() != "(":
            return Name(name)
        self._take("(")
        if name in {"count", "exists", "sum"}:
            return self._nested(lambda: self._over(name))
        return Call(name, self._items(")"))

    def _over(self, function: str) -> Plain:
        parts: tuple[Plain, ...] = ()
        if function == "sum":
            parts = (self.either(),)
            self._take("for")
        if self._peek_kind() != "name":
            raise ExpressionRefused(f"{function} goes over records, in {self._text!r}")
        records = self._take()
        where: Plain | None = None
        if self._peek() == "where":
            self._take()
            where = self.either()
        self._take(")")
        return Call(function, parts, over=records, where=where)
