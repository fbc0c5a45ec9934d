"""Values as written in YAML, on the command line, in JSON and in the database: both ways."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from knowledge.fact import Column, Fact
from knowledge.profile import Asking, Cell, Dossier, Range, Records, Row, Scalar, Value
from knowledge.quantity import QuantityRefused, parse_date, parse_quantity

Raw: TypeAlias = "str | list[Raw] | dict[str, Raw]"
Spec: TypeAlias = Fact | Column

_YES_NO = {"yes": True, "no": False, "是": True, "否": False, "true": True, "false": False}
_NONE = frozenset({"none", "无", "没有"})


class ValueRefused(ValueError):
    """A value that does not fit its fact: `code` says why, `context` what it takes to tell it."""

    def __init__(self, code: str, **context: str) -> None:
        super().__init__(f"{code}: {context}")
        self.code = code
        self.context = {name: _sayable(said) for name, said in context.items()}


def _sayable(text: str) -> str:
    """The text without half characters, which no answer could be encoded with."""
    return text.encode("utf-8", "replace").decode()


def read_value(spec: Spec, raw: object) -> Value:
    """Read the raw form of a value; raises ValueRefused."""
    if isinstance(spec, Fact) and spec.shape == "records":
        return _read_records(spec, raw)
    if isinstance(spec, Fact) and spec.shape == "yearly":
        return _read_years(spec, raw)
    return read_cell(spec, raw)


def read_cell(spec: Spec, raw: object) -> Cell:
    """Read one value: of a once-fact, of a year, or of a column."""
    if spec.type == "choices":
        return _read_choices(raw, spec)
    if not isinstance(raw, str):
        raise ValueRefused("not_text", expected=spec.type or "")
    text = raw.strip()
    match spec.type:
        case "yes_no":
            if text.lower() not in _YES_NO:
                raise ValueRefused("not_yes_no", given=text[:40])
            return _YES_NO[text.lower()]
        case "choice":
            if text not in spec.options:
                raise ValueRefused(
                    "no_such_option", given=text[:40], options=", ".join(spec.options)
                )
            return text
        case "text":
            if not text or len(text) > spec.max_length:
                raise ValueRefused("text_length", most=str(spec.max_length))
            if "\0" in text or _sayable(text) != text:
                raise ValueRefused("not_text", expected="text")
            return text
        case _:
            return _read_range(spec, text)


def _read_choices(raw: object, spec: Spec) -> frozenset[str]:
    if isinstance(raw, str):
        raw = [] if raw.strip() in _NONE else [raw.strip()]
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        raise ValueRefused("not_a_list")
    picked = frozenset(str(item).strip() for item in raw)
    unknown = picked - frozenset(spec.options)
    if unknown:
        raise ValueRefused(
            "no_such_option", given=", ".join(sorted(unknown))[:80], options=", ".join(spec.options)
        )
    return picked


def _read_range(spec: Spec, text: str) -> Range:
    low_text, separator, high_text = text.partition("..")
    try:
        high = _scalar(spec, high_text if separator else low_text, None)
        low = _scalar(spec, low_text, high_text) if separator else high
    except QuantityRefused as error:
        raise ValueRefused("not_a_value", given=text[:40], why=str(error)) from error
    _within(spec, low, high)
    return Range(low, high)


def _scalar(spec: Spec, text: str, unit_from: str | None) -> Scalar:
    if spec.type == "date":
        return parse_date(text)
    quantity = parse_quantity(text)
    if quantity.unit == "" and unit_from is not None:
        unit = unit_from.strip().lstrip("+-0123456789.").strip()
        quantity = parse_quantity(f"{text.strip()} {unit}")
    if quantity.unit == spec.dimension:
        return quantity.number
    if quantity.unit == "" and spec.type == "number":
        return quantity.number
    raise ValueRefused("wrong_unit", given=text[:40], unit=spec.unit or spec.dimension)


def _within(spec: Spec, low: Scalar, high: Scalar) -> None:
    least, most = spec.low, spec.high
    # Both ends are of the spec's own type, so they compare; the type checker cannot see that.
    if low > high:  # type: ignore[operator]
        raise ValueRefused("range_reversed")
    if least is None or most is None or low < least or high > most:  # type: ignore[operator]
        raise ValueRefused("out_of_bounds", bounds=spec.bounds or "")
    if spec.type == "number" and spec.whole == "yes" and not _whole(low, high):
        raise ValueRefused("not_whole", unit=spec.unit or "")
    if any(isinstance(e, Decimal) and _places(e) > _PLACES[spec.type or ""] for e in (low, high)):
        raise ValueRefused("too_many_decimals", most=str(_PLACES[spec.type or ""]))


_PLACES = {"money": 2, "ratio": 6, "number": 4}
"""Decimals a value may have: a fen, a hundredth of a basis point. Products then stay exact."""


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _whole(*ends: Scalar) -> bool:
    return all(isinstance(e, Decimal) and e == e.to_integral_value() for e in ends)


_YEARS = frozenset(map(str, range(1949, 2101)))


def _read_years(fact: Fact, raw: object) -> Mapping[int, Cell]:
    if not isinstance(raw, Mapping):
        raise ValueRefused("not_by_year")
    years: dict[int, Cell] = {}
    for year, cell in raw.items():
        years[_read_year(str(year))] = read_cell(fact, cell)
    return years


def _read_year(text: str) -> int:
    if text not in _YEARS:
        raise ValueRefused("no_such_year", given=text[:10])
    return int(text)


def _read_records(fact: Fact, raw: object) -> Records:
    if isinstance(raw, str) and raw.strip() in _NONE:
        return Records(())
    complete = True
    if isinstance(raw, Mapping):
        if set(raw) != {"rows", "complete"} or raw["complete"] not in ("yes", "no"):
            raise ValueRefused("not_records")
        complete, raw = raw["complete"] == "yes", raw["rows"]
    if not isinstance(raw, list):
        raise ValueRefused("not_records")
    if len(raw) > fact.max_rows:
        raise ValueRefused("too_many_rows", most=str(fact.max_rows))
    return Records(tuple(_read_row(fact, row) for row in raw), complete)


def _read_row(fact: Fact, raw: object) -> Row:
    if not isinstance(raw, Mapping):
        raise ValueRefused("not_a_row")
    unknown = set(raw) - set(fact.columns)
    if unknown:
        raise ValueRefused("no_such_column", given=", ".join(sorted(map(str, unknown)))[:80])
    return {str(name): read_cell(fact.columns[str(name)], cell) for name, cell in raw.items()}


def write_value(spec: Spec, value: Value) -> Raw:
    """The raw form of a value, canonical: reading it back gives the same value."""
    if isinstance(value, Mapping):
        return {str(year): write_cell(spec, value[year]) for year in sorted(value)}
    if isinstance(value, Records):
        if not isinstance(spec, Fact):
            raise ValueRefused("not_records")
        rows: list[Raw] = [
            {name: write_cell(spec.columns[name], row[name]) for name in sorted(row)}
            for row in value.rows
        ]
        return rows if value.complete else {"rows": rows, "complete": "no"}
    return write_cell(spec, value)


def write_cell(spec: Spec, value: Cell) -> Raw:
    """The raw form of one value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return [*sorted(value)]
    if isinstance(value, Range):
        low, high = _write_scalar(spec, value.low), _write_scalar(spec, value.high)
        return low if value.exact else f"{low}..{high}"
    return value


def _write_scalar(spec: Spec, value: Scalar) -> str:
    if isinstance(value, date):
        return value.isoformat()
    match spec.type:
        case "ratio":
            return f"{_plain(value * 100)}%"
        case "money":
            return f"{_plain(value)} {'元' if spec.currency == 'CNY' else '美元'}"
        case _:
            return f"{_plain(value)} {spec.dimension}"


def _plain(number: Decimal) -> str:
    text = f"{number:f}" if number else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_dossier(facts: Mapping[str, Fact], raw: Mapping[str, object]) -> Dossier:
    """Read raw values by key (`staff`, `partner.city`, `rd_expense@2023`) into a dossier.

    Raises ValueRefused with the key in its context.
    """
    values: dict[str, Value] = {}
    for name, written in raw.items():
        key, value = _read_entry(facts, name, written)
        known = values.get(key)
        if isinstance(value, Mapping) and isinstance(known, Mapping):
            value = MappingProxyType({**known, **value})
        values[key] = value
    return Dossier(MappingProxyType(values))


def _read_entry(facts: Mapping[str, Fact], name: str, raw: object) -> tuple[str, Value]:
    """The key under which a dossier holds it, and the value; one year is a mapping of one."""
    try:
        asking = Asking.parse(name)
    except ValueError:
        raise ValueRefused("no_such_fact", key=name[:80]) from None
    fact = facts.get(asking.fact)
    if fact is None:
        raise ValueRefused("no_such_fact", key=name[:80])
    try:
        value = read_value(fact, raw) if asking.year is None else _of_year(fact, asking.year, raw)
    except ValueRefused as refused:
        raise ValueRefused(refused.code, **{**refused.context, "key": name[:80]}) from refused
    role = "" if asking.role == fact.subject else asking.role
    return Asking(fact.id, role).key, value


def _of_year(fact: Fact, year: int, raw: object) -> Mapping[int, Cell]:
    if fact.shape != "yearly":
        raise ValueRefused("not_by_year")
    _read_year(str(year))
    return {year: read_cell(fact, raw)}


def write_dossier(facts: Mapping[str, Fact], dossier: Dossier) -> dict[str, Raw]:
    """The raw form of everything known, by asking; the opposite of `read_dossier`."""
    return {
        str(asking): write_value(facts[asking.fact], value)
        for asking in _in_order(dossier.askings())
        if (value := dossier.get(asking)) is not None
    }


def _in_order(askings: Iterable[Asking]) -> list[Asking]:
    return sorted(askings, key=str)
