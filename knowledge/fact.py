"""What can be known of a subject: the vocabulary of facts, with type, unit, bounds and question."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from knowledge.model import FactId, Frozen, Line, Slug, Text
from knowledge.quantity import Quantity, QuantityRefused, parse_date, parse_quantity, same_unit

SubjectKind: TypeAlias = Literal[
    "organisation", "project", "product", "person", "platform", "consortium", "site", "study"
]
ValueType: TypeAlias = Literal[
    "number", "money", "ratio", "date", "choice", "choices", "yes_no", "text"
]
OptionId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(-[a-z0-9]+)*$")]

_RANGED = frozenset({"number", "money", "ratio", "date"})
_YEARLY = frozenset({"number", "money", "ratio", "yes_no"})


class Option(Text):
    """One answer of a choice, with other spellings people use for it."""

    also: tuple[Line, ...] = ()


class Relation(Frozen):
    """How a subject hangs on another one: a platform has a host, a project an owner."""

    has: Literal["host", "owner", "members"]
    role: FactId


class Role(Frozen):
    """The part a subject plays in one enquiry."""

    kind: SubjectKind
    title: Text
    relation: Relation | None = None
    """Who stands behind the subject, and may file for it."""
    about: Text | None = None
    """What a screening of this subject is about, in the words of those who have one."""


class Spec(Frozen):
    """Type, unit and bounds of one value: shared by facts and by columns of records."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    title: Text
    type: ValueType | None = None
    unit: Line | None = None
    currency: Literal["CNY", "USD"] | None = None
    bounds: Line | None = None
    whole: Literal["yes", "no"] = "yes"
    options: Mapping[OptionId, Option] = Field(default_factory=dict)
    options_from: Slug | None = None
    max_length: Annotated[int, Field(ge=1, le=20_000)] = 500

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if self.type in _RANGED and self.bounds is None:
            raise ValueError("bounds is required for number, money, ratio and date")
        if self.type not in _RANGED and self.bounds is not None:
            raise ValueError("bounds is for number, money, ratio and date only")
        if self.type == "number" and self.unit is None:
            raise ValueError("unit is required for a number")
        if self.type == "money" and self.currency is None:
            raise ValueError("currency is required for money")
        chosen = self.type in {"choice", "choices"}
        if chosen and bool(self.options) == (self.options_from is not None):
            raise ValueError("a choice needs either options or options_from")
        if not chosen and (self.options or self.options_from):
            raise ValueError("options are for choice and choices only")
        if self.type in _RANGED:
            self._check_bounds()
        return self

    def _check_bounds(self) -> None:
        if self.low is None or self.high is None or not self.low <= self.high:  # type: ignore[operator]  # both of one type
            raise ValueError(f"bounds are empty: {self.bounds}")

    @cached_property
    def _ends(self) -> tuple[Decimal, Decimal] | tuple[date, date] | None:
        if self.bounds is None:
            return None
        low, separator, high = self.bounds.partition("..")
        if not separator:
            raise ValueError("bounds are written low..high")
        try:
            if self.type == "date":
                return parse_date(low), parse_date(high)
            end = self._in_unit(high)
            start = parse_quantity(low)
            return (self._in_unit(low) if start.unit else _like(start, high)), end
        except QuantityRefused as error:
            raise ValueError(f"bounds: {error}") from error

    def _in_unit(self, text: str) -> Decimal:
        quantity = parse_quantity(text)
        if quantity.unit != self.dimension:
            raise QuantityRefused(f"expected {self.dimension}, not {quantity.unit or 'no unit'}")
        return quantity.number

    @property
    def dimension(self) -> str:
        """What may be compared with it: a counting unit, a currency code, `ratio`, or the type."""
        if self.type == "number":
            return same_unit(self.unit or "")
        if self.type == "money":
            return self.currency or ""
        return self.type or "records"

    @property
    def low(self) -> Decimal | date | None:
        """The lowest possible value; money in 元 or dollars, a ratio as a fraction."""
        return self._ends[0] if self._ends else None

    @property
    def high(self) -> Decimal | date | None:
        """The highest possible value."""
        return self._ends[1] if self._ends else None


def _like(start: Quantity, high: str) -> Decimal:
    """The lower bound in the unit of the upper one: `0..100 万元` is 0 to 100 万元."""
    unit = high.strip().lstrip("+-0123456789.").strip()
    return parse_quantity(f"{start.number} {unit}").number


class Column(Spec):
    """One column of a fact whose value is dated rows."""

    @model_validator(mode="after")
    def _has_a_type(self) -> Self:
        if self.type is None:
            raise ValueError("type is required for a column")
        return self


class Fact(Spec):
    """One thing that can be known of a subject, with the question that asks for it."""

    ask: Text
    help: Text | None = None
    found_in: Text | None = None
    shape: Literal["once", "yearly", "records"] = "once"
    columns: Mapping[FactId, Column] = Field(default_factory=dict)
    max_rows: Annotated[int, Field(ge=1, le=100_000)] = 1000
    at_most: FactId | None = None
    usual: Literal["yes", "no"] | None = None
    """What nearly everybody answers to a yes/no question; it only orders the questions."""
    id: str = ""
    opening: bool = False
    subject: SubjectKind = "organisation"
    topic: Text = Text(zh="其他", en="other")

    @model_validator(mode="after")
    def _fits_its_shape(self) -> Self:
        if self.shape == "records":
            if self.type is not None or not self.columns:
                raise ValueError("records have columns and no type")
        elif self.type is None or self.columns:
            raise ValueError("type is required, and columns are for records only")
        if self.usual is not None and self.type != "yes_no":
            raise ValueError("usual is for yes_no only")
        if self.shape == "yearly" and self.type not in _YEARLY:
            raise ValueError(f"a yearly fact is one of {', '.join(sorted(_YEARLY))}")
        return self


class FactFile(Frozen):
    """One file of facts: one topic of one kind of subject."""

    subject: SubjectKind
    topic: Text
    opening: Literal["yes", "no"] = "no"
    """Whether these say who one is: known by heart, and a natural way to begin."""
    facts: Mapping[FactId, Fact]


class RoleFile(Frozen):
    """The file of roles."""

    roles: Mapping[FactId, Role]


class ClosedList(Frozen):
    """A closed list of the texts, or a subset of another list."""

    title: Text
    basis: Line | None = None
    cite: Line | None = None
    quote: Line | None = None
    entries: Mapping[OptionId, Option] = Field(default_factory=dict)
    of: Slug | None = None
    members: tuple[OptionId, ...] = ()

    @model_validator(mode="after")
    def _entries_or_members(self) -> Self:
        if bool(self.entries) == bool(self.of):
            raise ValueError("a list has either entries, or `of` and members")
        if bool(self.of) != bool(self.members):
            raise ValueError("`of` and members go together")
        return self
