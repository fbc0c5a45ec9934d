"""What callers hand in: facts as written, windows, the day; and what is refused of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from api.foundation.errors import BadInput, Fault
from api.library.service import Library
from knowledge.consistency import check_role, exceeding
from knowledge.evaluation import EARLIEST, LATEST
from knowledge.profile import Asking, Dossier
from knowledge.value import ValueRefused, read_dossier
from knowledge.verdict import FilingWindow

MOST_FACTS = 500

Key: TypeAlias = Annotated[str, Field(min_length=1, max_length=120)]
AsOf: TypeAlias = Annotated[
    date | None,
    Field(ge=EARLIEST, le=LATEST, description="The day of evaluation; absent: today in China."),
]


class WindowIn(BaseModel):
    """A filing window to evaluate with; both days are included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    programme: Key
    opens: date
    closes: date
    link: Annotated[str, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _opens_first(self) -> "WindowIn":
        if self.closes < self.opens:
            raise ValueError("closes lies before opens")
        return self


class EnquiryIn(BaseModel):
    """The facts of an enquiry and what to weigh them against. Nothing of it is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    facts: Annotated[
        Mapping[Key, JsonValue],
        Field(
            max_length=MOST_FACTS,
            description="By fact, in the written form of the knowledge format: "
            '`{"staff": "40 人", "rd_expense": {"2023": "120 万元"}, "partner.city": "luoyang"}`; '
            "An absent fact is unknown.",
            examples=[{"staff": "40 人"}],
        ),
    ]
    as_of: AsOf = None
    programmes: Annotated[
        tuple[Key, ...] | None,
        Field(max_length=500, description="Which programmes; absent: all."),
    ] = None
    windows: Annotated[tuple[WindowIn, ...], Field(max_length=500)] = ()

    def filing_windows(self) -> tuple[FilingWindow, ...]:
        """The windows as the engine takes them."""
        return tuple(
            FilingWindow(window.programme, window.opens, window.closes, window.link)
            for window in self.windows
        )


def dossier_of(library: Library, facts: Mapping[str, JsonValue]) -> Dossier:
    """Read every fact; raises `BadInput` that names each one refused."""
    written = {key: _as_written(value) for key, value in facts.items()}
    faults = []
    for key, value in written.items():
        try:
            check_role(library.base.facts, library.base.roles, key)
            read_dossier(library.base.facts, {key: value})
        except ValueRefused as refused:
            faults.append(_fault(key, refused))
    faults += _twice(library, written)
    if faults:
        raise BadInput(*faults)
    dossier = read_dossier(library.base.facts, written)
    clashes = [
        Fault(_pointer(str(part)), "exceeds", f"more than {whole}, which it is a part of")
        for part, whole in exceeding(library.base.facts, dossier)
    ]
    if clashes:
        raise BadInput(*clashes)
    return dossier


def _as_written(value: JsonValue) -> JsonValue:
    """Numbers and booleans as a person would write them: 12 is `12`, true is `yes`."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return format_number(value)
        case list():
            return [_as_written(item) for item in value]
        case dict():
            return {key: _as_written(item) for key, item in value.items()}
        case _:
            return value


def format_number(number: float) -> str:
    """A JSON number without an exponent."""
    return f"{Decimal(repr(number)):f}"


def _fault(key: str, refused: ValueRefused) -> Fault:
    details = "; ".join(
        f"{name}: {said}" for name, said in refused.context.items() if name != "key"
    )
    return Fault(_pointer(key), refused.code, details or refused.code.replace("_", " "))


def _pointer(key: str) -> str:
    return "#/facts/" + key.replace("~", "~0").replace("/", "~1")


def _twice(library: Library, written: Mapping[str, JsonValue]) -> list[Fault]:
    """One fact under two names (`staff`, `organisation.staff`), or a year beside a table of years.

    Nobody could say which of the two counts.
    """
    faults, seen = [], set[Asking]()
    for key in sorted(written, key=len):
        asking = _asking(library, key)
        if asking is None:
            continue
        if {asking, Asking(asking.fact, asking.role)} & seen:
            faults.append(Fault(_pointer(key), "given_twice", "the fact is given twice"))
        seen.add(asking)
    return faults


def _asking(library: Library, key: str) -> Asking | None:
    """What a key asks for, under the one name it has; None where it is no fact."""
    try:
        asking = Asking.parse(key)
    except ValueError:
        return None
    fact = library.base.facts.get(asking.fact)
    if fact is None:
        return None
    return Asking(fact.id, "" if asking.role == fact.subject else asking.role, asking.year)


def wanted(library: Library, programmes: Sequence[str] | None) -> tuple[str, ...]:
    """The programmes asked for, in the order of their ids; raises `BadInput` for unknown ones."""
    if programmes is None:
        return tuple(sorted(library.base.programmes))
    faults = [
        Fault(f"#/programmes/{place}", "no_such_programme", "there is no such programme")
        for place, id_ in enumerate(programmes)
        if id_ not in library.base.programmes
    ]
    if faults:
        raise BadInput(*faults)
    return tuple(sorted(set(programmes)))


def askings_of(library: Library, written: Sequence[str], place: str) -> tuple[Asking, ...]:
    """Askings as written (`staff`, `rd_expense@2023`); raises `BadInput` for unknown facts."""
    askings, faults = [], []
    for number, text in enumerate(written):
        try:
            asking = Asking.parse(text)
        except ValueError:
            asking = Asking("")
        if asking.fact not in library.base.facts:
            faults.append(Fault(f"#/{place}/{number}", "no_such_fact", "there is no such fact"))
        askings.append(asking)
    if faults:
        raise BadInput(*faults)
    return tuple(askings)
