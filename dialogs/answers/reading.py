"""From what somebody typed to a value that fits what was asked, or to why it does not."""

from datetime import date
from types import MappingProxyType

from dialogs import wording
from dialogs.answers.choice import read_choice, read_choices
from dialogs.answers.date import read_date
from dialogs.answers.explaining import context_of
from dialogs.answers.money import read_money
from dialogs.answers.number import read_number
from dialogs.answers.outcome import Answer, Code, Offer, Read, Refused, Unclear, Understood
from dialogs.answers.ratio import read_ratio
from dialogs.answers.records import read_records
from dialogs.answers.text import read_text
from dialogs.answers.tidying import LONGEST, says_unsure, tidy
from dialogs.answers.yes_no import read_yes_no
from knowledge.fact import Fact
from knowledge.model import Language
from knowledge.profile import Cell, Range, Records
from knowledge.value import Spec, ValueRefused, read_cell, write_cell

_LONGEST_LIST = 2000
_CODES = {
    "out_of_bounds": Code.OUT_OF_BOUNDS,
    "range_reversed": Code.RANGE_REVERSED,
    "not_whole": Code.NOT_WHOLE,
    "too_many_decimals": Code.TOO_MANY_DECIMALS,
    "wrong_unit": Code.WRONG_UNIT,
    "no_such_option": Code.NO_SUCH_OPTION,
}


def read_answer(spec: Spec, text: str, language: Language, today: date) -> Read:
    """What was typed, as a value of the fact, of one year of it, or of a column. Never raises.

    A rough figure (约100万) is `Unclear(ABOUT)` that offers the exact one: whoever means it takes
    it with one tap, and a range can be typed instead. `language` is that of the echo and offers;
    both languages are read. `today` is the day in China.
    """
    try:
        value = _read(spec, text, today)
        if not isinstance(value, Records):
            value = fitting(spec, value)
    except Refused as refused:
        return _unclear(spec, refused, language)
    return Understood(value, wording.value(spec, value, language))


def fitting(spec: Spec, value: Cell) -> Cell:
    """The value as the knowledge base keeps it; raises Refused when it does not fit the spec."""
    if isinstance(value, Range) and _outside(spec, value):
        raise Refused(Code.OUT_OF_BOUNDS)
    try:
        return read_cell(spec, write_cell(spec, value))
    except ValueRefused as refused:
        raise Refused(_CODES.get(refused.code, Code.NOT_UNDERSTOOD)) from refused


def _outside(spec: Spec, value: Range) -> bool:
    """Whether an end lies outside the bounds; values of one spec are of one type."""
    return value.low < spec.low or value.high > spec.high  # type: ignore[operator]


def _read(spec: Spec, text: str, today: date) -> Answer:
    if isinstance(spec, Fact) and spec.shape == "records":
        return read_records(spec, text, lambda column, cell: _fitted(column, cell, today))
    return _cell(spec, text, today)


def _fitted(spec: Spec, text: str, today: date) -> Cell:
    return fitting(spec, _cell(spec, text, today))


def _cell(spec: Spec, text: str, today: date) -> Cell:
    if spec.type == "text":
        return read_text(text, spec)
    said = tidy(text, _LONGEST_LIST if spec.type == "choices" else LONGEST)
    if spec.type == "yes_no":
        return read_yes_no(said, spec)
    try:
        match spec.type:
            case "choice":
                return read_choice(said, spec)
            case "choices":
                return read_choices(said, spec)
            case _:
                return _range(spec, said, today)
    except Refused as refused:
        if says_unsure(said):
            raise Refused(Code.UNSURE) from refused
        raise


def _range(spec: Spec, said: str, today: date) -> Range:
    match spec.type:
        case "money":
            return read_money(said, spec)
        case "ratio":
            return read_ratio(said, spec)
        case "date":
            return read_date(said, spec, today)
        case _:
            return read_number(said, spec)


def _unclear(spec: Spec, refused: Refused, language: Language) -> Unclear:
    """With the offers that fit; when none of them does, why the first one does not."""
    offers: list[Offer] = []
    misfit: Refused | None = None
    for value in refused.values:
        try:
            fit = fitting(spec, _as_choices(spec, value))
        except Refused as found:
            misfit = misfit or found
            continue
        offers.append(Offer(fit, wording.value(spec, fit, language)))
    why = misfit if misfit is not None and not offers else refused
    context = context_of(spec, language) | why.context
    return Unclear(why.code, MappingProxyType(context), tuple(offers))


def _as_choices(spec: Spec, value: Cell) -> Cell:
    return frozenset({value}) if spec.type == "choices" and isinstance(value, str) else value
