"""What is known: the values of facts for the subjects of one enquiry."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

Scalar: TypeAlias = Decimal | date
"""Money in 元 or dollars, a ratio as a fraction (30% is 0.3), a count, or a day."""


@dataclass(frozen=True, slots=True)
class Range:
    """A closed range of a number, an amount, a ratio or a date; exact when both ends are one."""

    low: Scalar
    high: Scalar

    @property
    def exact(self) -> bool:
        """Whether the value is known to the last digit."""
        return self.low == self.high


Cell: TypeAlias = Range | bool | str | frozenset[str]
Row: TypeAlias = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Records:
    """Dated rows of one fact. `complete=False` says "at least these"."""

    rows: tuple[Row, ...]
    complete: bool = True


Yearly: TypeAlias = Mapping[int, Cell]
Value: TypeAlias = Cell | Yearly | Records


@dataclass(frozen=True, slots=True, order=True)
class Asking:
    """One thing that can be asked: a fact of a role, for a year when the fact is yearly.

    `role` is empty for the role of the fact's own kind. Written `staff`, `partner.city`,
    `rd_expense@2023`.
    """

    fact: str
    role: str = ""
    year: int | None = None

    @property
    def key(self) -> str:
        """The key of the fact in a dossier, without the year."""
        return f"{self.role}.{self.fact}" if self.role else self.fact

    def __str__(self) -> str:
        return self.key if self.year is None else f"{self.key}@{self.year}"

    @classmethod
    def parse(cls, text: str) -> "Asking":
        """Read the written form back; raises ValueError on a year that is no number."""
        key, _, year = text.partition("@")
        role, _, fact = key.rpartition(".")
        return cls(fact, role, int(year) if year else None)


@dataclass(frozen=True, slots=True)
class Dossier:
    """The facts of all subjects of one enquiry by key (`staff`, `partner.city`).

    Absent means unknown: anything within the fact's bounds. Yearly facts hold a mapping by year.
    """

    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, asking: Asking) -> "Cell | Records | None":
        """The value asked for, or None when it is missing."""
        value = self.values.get(asking.key)
        if isinstance(value, Mapping):
            return None if asking.year is None else value.get(asking.year)
        return value

    def having(self, asking: Asking, value: "Cell | Records") -> "Dossier":
        """This dossier with one more answer, or one answer replaced."""
        if asking.year is None:
            return Dossier(MappingProxyType({**self.values, asking.key: value}))
        if isinstance(value, Records):
            raise ValueError(f"{asking}: a year takes one value, not records")
        years = self.values.get(asking.key)
        kept = dict(years) if isinstance(years, Mapping) else {}
        kept[asking.year] = value
        return Dossier(MappingProxyType({**self.values, asking.key: MappingProxyType(kept)}))

    def without(self, asking: Asking) -> "Dossier":
        """This dossier with one answer forgotten."""
        kept = dict(self.values)
        value = kept.pop(asking.key, None)
        if asking.year is not None and isinstance(value, Mapping):
            years = {year: cell for year, cell in value.items() if year != asking.year}
            if years:
                kept[asking.key] = MappingProxyType(years)
        return Dossier(MappingProxyType(kept))

    def askings(self) -> Iterator[Asking]:
        """Everything that has an answer."""
        for key, value in self.values.items():
            role, _, fact = key.rpartition(".")
            if isinstance(value, Mapping):
                yield from (Asking(fact, role, year) for year in sorted(value))
            else:
                yield Asking(fact, role)
