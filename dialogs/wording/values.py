"""Values, questions and places of the profile in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from dialogs.catalogue import text
from dialogs.wording import figures
from knowledge.base import KnowledgeBase
from knowledge.fact import Column, Fact
from knowledge.model import Language
from knowledge.profile import Asking, Cell, Range, Records, Row, Scalar, Value
from knowledge.value import Spec

_CLAUSES = ("与", "在", "由", "对", "已", "有", "是")
"""Titles that begin so are no noun that 的 could stand before."""


def value(spec: Spec, known: Value, language: Language) -> str:
    """What is known, in words; nothing is left out or rounded."""
    if isinstance(known, Records):
        return _records(spec, known, language)
    if isinstance(known, Mapping):
        years = (
            text("{year} 年：{value}", language, year=year, value=cell(spec, known[year], language))
            for year in sorted(known)
        )
        return _listed(years, language)
    return cell(spec, known, language)


def cell(spec: Spec, known: Cell, language: Language) -> str:
    """One value: of a fact, of a year, or of a column."""
    if isinstance(known, bool):
        return text("是", language) if known else text("否", language)
    if isinstance(known, frozenset):
        names = [option(spec, id_, language) for id_ in spec.options if id_ in known]
        names += sorted(known - set(spec.options))
        return _listed(names, language) if names else text("没有", language)
    if isinstance(known, Range):
        return range_of(spec, known, language)
    return option(spec, known, language)


def option(spec: Spec, id_: str, language: Language) -> str:
    """The name of an option; the text itself where the value is free text."""
    return spec.options[id_].of(language) if id_ in spec.options else id_


def range_of(spec: Spec, known: Range, language: Language) -> str:
    """A range: one value, between two, at least or at most where it reaches a bound."""
    low, high = known.low, known.high
    if isinstance(low, date) and isinstance(high, date):
        return _days(spec, low, high, language)

    def say(one: Scalar) -> str:
        return scalar(spec, one, language)

    if known.exact:
        return say(low)
    if high == spec.high and low != spec.low:
        return text("不少于 {value}", language, value=say(low))
    if low == spec.low and high != spec.high:
        return text("不超过 {value}", language, value=say(high))
    return figures.between(say(low), say(high), language)


def _days(spec: Spec, low: date, high: date, language: Language) -> str:
    if low != spec.low and low != high == spec.high:
        return text("{day}或以后", language, day=figures.day(low, language))
    if high != spec.high and high != low == spec.low:
        return text("{day}或以前", language, day=figures.day(high, language))
    return figures.days(low, high, language)


def scalar(spec: Spec, one: Scalar, language: Language) -> str:
    """One number, amount, share or day in the unit of the spec."""
    return figures.scalar(one, "date" if isinstance(one, date) else spec.dimension, language)


def _records(spec: Spec, known: Records, language: Language) -> str:
    if not known.rows:
        return text("没有", language) if known.complete else text("还没有填", language)
    columns = spec.columns if isinstance(spec, Fact) else {}
    lines = [f"{i}. {row(columns, one, language)}" for i, one in enumerate(known.rows, start=1)]
    if not known.complete:
        lines.append(text("（可能还有）", language))
    return "\n".join(lines)


def row(columns: Mapping[str, Column], known: Row, language: Language) -> str:
    """One row of records on one line, in the order of the columns."""
    cells = (
        _titled(column, known[name], language) for name, column in columns.items() if name in known
    )
    return text("；", language).join(cells)


def _titled(column: Column, known: Cell, language: Language) -> str:
    said = cell(column, known, language)
    return text("{title}：{value}", language, title=column.title.of(language), value=said)


def _listed(parts: Iterable[str], language: Language) -> str:
    return text("、", language).join(parts)


def asking(asked: Asking, knowledge: KnowledgeBase, language: Language) -> str:
    """What is asked, as a title: `研发费用（2023 年度）`, `职工总数（合作单位（实施乙方））`."""
    fact = knowledge.fact_of(asked)
    title = of_role(fact.title.of(language), asked.role, knowledge, language)
    if asked.year is None:
        return title
    return text("{title}（{year} 年度）", language, title=title, year=asked.year)


def of_role(title: str, role: str, knowledge: KnowledgeBase, language: Language) -> str:
    """A title with the one it is about, where that is not the subject itself."""
    if not role or role not in knowledge.roles:
        return title
    who = knowledge.roles[role].title.of(language)
    if title.startswith(_CLAUSES):
        return text("{who}：{title}", language, who=who, title=title)
    return text("{who}的{title}", language, who=who, title=title)


def unit(spec: Spec, language: Language) -> str:
    """The unit an answer is due in: `人`, `元或万元`, `%`; empty for others."""
    match spec.type:
        case "number":
            return figures.unit(spec.dimension, language)
        case "money" if spec.currency == "USD":
            return text("美元或万美元", language)
        case "money":
            return text("元或万元", language)
        case "ratio":
            return "%"
        case _:
            return ""


def bounds(spec: Spec, language: Language) -> str:
    """From the least to the greatest value possible; empty for values without bounds."""
    if spec.low is None or spec.high is None:
        return ""
    low, high = (scalar(spec, end, language) for end in (spec.low, spec.high))
    return figures.between(low, high, language)


def example(spec: Spec, language: Language) -> str:
    """An answer as it may be typed; empty where one taps or writes freely."""
    match spec.type:
        case "number":
            return _either(spec, Decimal(12), Decimal(30), language)
        case "money":
            return _either(spec, Decimal(1_200_000), Decimal(3_000_000), language)
        case "ratio":
            return _either(spec, Decimal("0.35"), Decimal("0.4"), language)
        case "date":
            return text("2023年5月10日，或 2023年5月", language)
        case _:
            return ""


def example_range(spec: Spec, language: Language) -> str:
    """A range as it may be typed; empty where there are none."""
    match spec.type:
        case "number":
            ends = Decimal(12), Decimal(30)
        case "money":
            ends = Decimal(1_200_000), Decimal(3_000_000)
        case "ratio":
            ends = Decimal("0.35"), Decimal("0.4")
        case "date":
            return text("2023年5月", language)
        case _:
            return ""
    low, high = (scalar(spec, end, language) for end in ends)
    return figures.between(low, high, language)


def _either(spec: Spec, low: Decimal, high: Decimal, language: Language) -> str:
    """One value, or a range of two."""
    one, other = (scalar(spec, end, language) for end in (low, high))
    return text("{value}，或 {low} 至 {high}", language, value=one, low=one, high=other)
