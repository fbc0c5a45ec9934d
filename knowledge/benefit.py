"""What a programme gives: exact, by formula, in a range, capped or not stated; never a guess."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from knowledge.criterion import Cited, TestSource
from knowledge.model import Frozen, Line, MaybeText, Slug, Text

LetName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Amount(Frozen):
    """How the text gives the amount. `let` names lines used below it, in order."""

    stated: Literal["exact", "formula", "range", "cap", "none", "in_kind"]
    let: Mapping[LetName, Line] = Field(default_factory=dict)
    exactly: Line | None = None
    at_least: Line | None = None
    at_most: Line | None = None

    @model_validator(mode="after")
    def _fits_what_is_stated(self) -> Self:
        given = [e for e in (self.exactly, self.at_least, self.at_most) if e is not None]
        if self.stated in {"exact", "formula", "range"} and not given:
            raise ValueError(f"an amount that is {self.stated} has exactly, at_least or at_most")
        if self.exactly is not None and len(given) > 1:
            raise ValueError("exactly stands alone")
        if self.stated in {"none", "in_kind"} and given:
            raise ValueError(f"an amount that is {self.stated} has no figure")
        return self


class Cap(Frozen):
    """A ceiling. `applies: item` is already inside the expression and only shown."""

    amount: Line
    per: Text
    applies: Literal["amount", "item"] = "amount"
    cite: Line | None = None
    quote: Line | None = None


class Benefit(Cited):
    """One thing the programme gives."""

    id: Slug
    title: Text
    when: TestSource | None = None
    amount: Amount
    caps: tuple[Cap, ...] = ()
    per: Text | None = None
    beneficiary: Text | None = None
    note: MaybeText | None = None

    @model_validator(mode="after")
    def _a_cap_where_only_a_cap_is_stated(self) -> Self:
        if self.amount.stated == "cap" and not self.caps and self.amount.at_most is None:
            raise ValueError("an amount stated as a cap has caps or at_most")
        return self
