"""What one evaluation reads, and the shapes its answers have."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from knowledge.fact import Column, Fact
from knowledge.profile import Row, Value
from knowledge.truth import Truth

# Decimals or dates: the comparison code is one for both, and the checker has kept them apart.
Ends: TypeAlias = tuple[Any, Any]


class Env:
    """What one evaluation reads: values by key, the day, and the row gone over at the moment."""

    __slots__ = ("row", "today", "values")

    def __init__(self, values: Mapping[str, Value], today: date) -> None:
        self.values = values
        self.today = today
        self.row: Row | None = None


NumberRun: TypeAlias = Callable[[Env], Ends]
TestRun: TypeAlias = Callable[[Env], Truth]


def reader(fact: Fact, role: str, column: str | None) -> Callable[[Env], Value | None]:
    """A function that reads a fact of a role, or a column of the row gone over."""
    if column is not None:
        return lambda env: None if env.row is None else env.row.get(column)
    key = key_of(fact, role)
    return lambda env: env.values.get(key)


def key_of(fact: Fact, role: str) -> str:
    """The key under which a dossier holds a fact of a role."""
    return f"{role}.{fact.id}" if role else fact.id


def bounds_of(spec: Fact | Column) -> Ends:
    """The lowest and highest possible value of a number, an amount, a ratio or a day."""
    if spec.low is None or spec.high is None:
        raise AssertionError(f"{spec.title.en}: no bounds")
    return spec.low, spec.high
