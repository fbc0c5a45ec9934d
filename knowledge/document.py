"""An official text: its number, dates and counting clauses, and what each article says."""

from datetime import date
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BeforeValidator, model_validator

from knowledge.model import Frozen, Line, MaybeText, Slug, Text
from knowledge.quantity import parse_date


def _day(value: object) -> object:
    return parse_date(value) if isinstance(value, str) else value


Day: TypeAlias = Annotated[date, BeforeValidator(_day)]


def _day_or_words(value: object) -> object:
    return value if value == "not_stated" else _day(value)


DayOrNotStated: TypeAlias = Annotated[date | Literal["not_stated"], BeforeValidator(_day_or_words)]


class Counting(Frozen):
    """A counting clause of this text: does a word include its number, are days working days?"""

    word: Line
    includes: Literal["yes", "no"] | None = None
    means: Literal["natural", "working"] | None = None
    cite: Line
    quote: Line | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.includes is None) == (self.means is None):
            raise ValueError("a counting clause has either includes or means")
        return self


class Target(Frozen):
    """A figure the text wants reached, with its year."""

    what: Line
    value: Line
    year: Line | None = None


class Provision(Frozen):
    """An article or numbered item in plain words of our own."""

    article: Line
    says: MaybeText
    for_applicants: Literal["yes", "no"] = "yes"
    """`no`: purpose, interpretation or the inner business of government."""
    topics: tuple[Line, ...] = ()
    bodies: tuple[Line, ...] = ()
    targets: tuple[Target, ...] = ()


class Gap(Frozen):
    """A contradiction, typo or silence of the text, at the place where it bites."""

    article: Line
    programmes: tuple[Slug, ...] = ()
    says: MaybeText


class DocumentTerm(Frozen):
    """Where the dates of force come from."""

    cite: Line
    quote: Line


class Document(Frozen):
    """One official text. `expires` is the last day in force."""

    number: Line
    title: Text
    issuers: tuple[Line, ...]
    issued: Day
    effective: DayOrNotStated
    expires: DayOrNotStated
    term: DocumentTerm | None = None
    repeals: tuple[Line, ...] = ()
    counting: tuple[Counting, ...] = ()
    provisions: tuple[Provision, ...] = ()
    gaps: tuple[Gap, ...] = ()
    id: str = ""

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if isinstance(self.expires, date):
            starts = self.effective if isinstance(self.effective, date) else self.issued
            if self.expires < starts:
                raise ValueError("expires lies before the text takes effect")
        return self
