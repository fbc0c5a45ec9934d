"""Facts as clients get them: type, unit, bounds and question, with the options of their lists."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from api.library.outcomes import Out
from knowledge.fact import Fact, Spec, SubjectKind, ValueType
from knowledge.model import Text


class OptionOut(Out):
    """One answer of a choice."""

    id: str
    title: Text


class SpecOut(Out):
    """Type, unit and bounds of a value; money in 元 or dollars, a ratio as a fraction."""

    title: Text
    type: ValueType | None
    unit: str | None
    currency: str | None
    low: Decimal | date | None
    high: Decimal | date | None
    whole: bool
    options: tuple[OptionOut, ...]
    max_length: int


class FactOut(SpecOut):
    """One thing that can be known of a subject; `type` is null for records, which have columns."""

    id: str
    subject: SubjectKind
    topic: Text
    ask: Text
    help: Text | None
    found_in: Text | None
    shape: Literal["once", "yearly", "records"]
    columns: Mapping[str, SpecOut]
    max_rows: int
    at_most: str | None


def fact_out(fact: Fact) -> FactOut:
    """A fact for clients."""
    return FactOut.model_validate(
        {
            **_spec(fact),
            "id": fact.id,
            "subject": fact.subject,
            "topic": fact.topic,
            "ask": fact.ask,
            "help": fact.help,
            "found_in": fact.found_in,
            "shape": fact.shape,
            "columns": {name: _spec(column) for name, column in fact.columns.items()},
            "max_rows": fact.max_rows,
            "at_most": fact.at_most,
        }
    )


def _spec(spec: Spec) -> dict[str, object]:
    return {
        "title": spec.title,
        "type": spec.type,
        "unit": spec.unit,
        "currency": spec.currency,
        "low": spec.low,
        "high": spec.high,
        "whole": spec.whole == "yes",
        "options": tuple(
            OptionOut(id=id_, title=Text(zh=option.zh, en=option.en))
            for id_, option in spec.options.items()
        ),
        "max_length": spec.max_length,
    }
