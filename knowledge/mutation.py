"""Wrong rules made on purpose: whether the policy cases of a programme notice each of them.

Every number, comparator, unit of time and force is changed in turn, one at a time. A mutant that no
case notices, a survivor, says that a case is missing, or that the change does not matter.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from pydantic import TypeAdapter, ValidationError

from knowledge.base import KnowledgeBase
from knowledge.cases import Case, run_cases
from knowledge.compiled import compile_programme
from knowledge.criterion import Force
from knowledge.programme import Programme
from knowledge.sources import unquoted
from knowledge.yaml_text import Plain, read_as

_NUMBER = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?![\d.]*-\d)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_COMPARATOR = re.compile(r"(?<![<>=!])(>=|<=|==|!=|>|<)(?!=)")
_WORSE = {">=": (">", "<="), ">": (">=", "<"), "<=": ("<", ">="), "<": ("<=", ">"), "==": ("!=",)}
_UNITS = {"年": "个月", "个月": "年", "工作日": "天", "天": "工作日"}
_SPAN = re.compile(r"(?<=\d )(年|个月|工作日|天)(?!\w)")
_FORCES: Mapping[str, tuple[Force, ...]] = {
    "hard": ("soft",),
    "soft": ("hard",),
    "open_list": ("hard",),
    "evidence": ("not_stated",),
    "not_stated": ("evidence",),
}

Cases: TypeAlias = tuple[tuple[int, Case], ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One programme with one thing wrong."""

    programme: str
    id: str
    """The criterion, clock or benefit that was changed."""
    change: str
    """`>= 10 人 → >= 11 人`: what was written and what stands there now."""
    model: Programme

    @property
    def name(self) -> str:
        """What was changed, and how: `rd-team: rd_staff >= 10 人 → rd_staff > 10 人`."""
        return f"{self.id}: {self.change}"


def read_excused(file: Path) -> dict[str, dict[str, str]]:
    """Why a survivor does not matter, by programme and name; raises Refused."""
    adapter = TypeAdapter(dict[str, dict[str, str]])
    return read_as(file.name, file.read_text("utf-8"), adapter)[0]


def mutants_of(programme: Programme) -> Iterator[Mutant]:
    """Every mutant that still fits the format."""
    plain: Plain = programme.model_dump(mode="json", by_alias=True, exclude_none=True)
    for changed in _changes(plain, ""):
        try:
            model = Programme.model_validate(changed.value)
        except ValidationError:
            continue  # the format itself refuses it
        yield Mutant(programme.id, changed.id, changed.what, model)


def survives(base: KnowledgeBase, mutant: Mutant, cases: Cases) -> bool:
    """Whether no case notices the mutant, nor its own quote, and its units fit as before."""
    problems: list[str] = []
    compiled = compile_programme(
        mutant.model, base.words, lambda _, reason: problems.append(reason)
    )
    if problems:
        return False
    id_ = mutant.programme
    if set(unquoted(mutant.model)) - set(unquoted(base.programmes[id_])):
        return False  # its own quote speaks against it
    wrong = replace(
        base,
        programmes=MappingProxyType({**base.programmes, id_: mutant.model}),
        compiled=MappingProxyType({**base.compiled, id_: compiled}),
    )
    # Those that name what was changed notice most, so they come first.
    ordered = sorted(cases, key=lambda case: mutant.id not in str(case[1].expect))
    return not any(True for case in ordered for _ in run_cases(wrong, id_, (case,)))


@dataclass(frozen=True, slots=True)
class _Changed:
    value: Plain
    id: str
    what: str


_EXPRESSIONS = frozenset(
    {"test", "when", "exactly", "at_least", "at_most", "all", "any", "not", "opened_by", "let"}
)
_SPANS = frozenset({"within", "before", "lasts", "every"})
_DAYS = frozenset({"yearly", "monthly", "quarterly"})


def _changes(node: Plain, id_: str, key: str = "") -> Iterator[_Changed]:
    """The node with one thing changed, for each thing below it that can be."""
    if isinstance(node, dict):
        own = node.get("id")
        here = own if isinstance(own, str) else id_
        for name, below in node.items():
            for changed in _changes(below, here, _key_below(key, name)):
                yield replace(changed, value={**node, name: changed.value})
    elif isinstance(node, list):
        for place, below in enumerate(node):
            for changed in _changes(below, id_, key):
                value = [*node[:place], changed.value, *node[place + 1 :]]
                yield replace(changed, value=value)
    else:
        for wrong in _wrong(node, key):
            yield _Changed(wrong, id_, f"{node} → {wrong}")


def _key_below(above: str, name: str) -> str:
    """Lines of a `let` and of a group of tests are expressions, whatever they are called."""
    return above if above in {"test", "let", "when", "opened_by"} else name


def _wrong(text: str, key: str) -> Iterator[str]:
    if key == "force":
        yield from _FORCES.get(text, ())
    elif key in _EXPRESSIONS and text != "authority":
        yield from _wrong_expressions(text)
    elif key in _SPANS:
        yield from _wrong_numbers(text)
        yield from _replaced(_SPAN, text, lambda unit: (_UNITS[unit],))
    elif key in _DAYS:
        yield from _wrong_days(text)
    elif key == "amount" and _NUMBER.match(text):
        yield from _wrong_numbers(text)


def _wrong_expressions(text: str) -> Iterator[str]:
    yield from _wrong_numbers(text)
    yield from _replaced(_COMPARATOR, text, lambda sign: _WORSE.get(sign, ()))
    yield from _replaced(_SPAN, text, lambda unit: (_UNITS[unit],))


def _wrong_numbers(text: str) -> Iterator[str]:
    for found in _NUMBER.finditer(text):
        if any(d.start() <= found.start() < d.end() for d in _DATE.finditer(text)):
            continue
        for number in _beside(found[0]):
            yield text[: found.start()] + number + text[found.end() :]


def _beside(number: str) -> Iterator[str]:
    """The numbers one step of its last digit up and down; nothing below zero."""
    value = Decimal(number)
    step = Decimal(1).scaleb(-len(number.partition(".")[2]))
    yield f"{value + step:f}"
    if value >= step:
        yield f"{value - step:f}"


def _wrong_days(text: str) -> Iterator[str]:
    """Every month and day one lower or higher; what is no day the format refuses."""
    for found in re.finditer(r"\d+", text):
        for number in (int(found[0]) - 1, int(found[0]) + 1):
            yield f"{text[: found.start()]}{number:02d}{text[found.end() :]}"


def _replaced(
    pattern: re.Pattern[str], text: str, others: Callable[[str], Iterable[str]]
) -> Iterator[str]:
    for found in pattern.finditer(text):
        for other in others(found[0]):
            yield text[: found.start()] + other + text[found.end() :]
