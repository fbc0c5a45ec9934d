"""What a test, an amount or a clock states, held against the quote it comes from."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from knowledge.criterion import Force, TestGroup
from knowledge.expression.parsing import Call, Measure, Name, Plain, parse
from knowledge.figures import Figure, comparators_in, days_in, figures_in
from knowledge.official_text import bare
from knowledge.quantity import (
    Duration,
    QuantityRefused,
    parse_date,
    parse_duration,
    parse_quantity,
)

Kind: TypeAlias = Literal["number", "unit", "comparator", "force"]
YearDay: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Problem:
    """A number, unit, comparator or force, as the rule writes it, that its quote does not state."""

    kind: Kind
    what: str


@dataclass(frozen=True, slots=True)
class _Said:
    """Something that comparing words (`>=` …) or other words of the quote must say."""

    kind: Kind
    what: str
    signs: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()


_Need: TypeAlias = Measure | _Said

_FLIPPED = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}
_OPPOSITE = {">=": "<", "<": ">=", ">": "<=", "<=": ">"}
_SPAN_UNITS = {"years": "年", "months": "个月", "days": "日", "working_days": "工作日"}
# A day that is earlier than `today - 3 年` is an age above three years, a later one below.
_AGE_WORDS = {"<": ("后", "前"), ">": ("近", "内", "过去", "以来")}
_DAY_WORDS = {"<": ("前", "止", "截至", "底", "末"), ">": ("起", "后", "以来")}
_LAST_YEAR = _Said("number", "last year", words=("上年", "上一年", "上一个年度", "去年", "前一年"))
_MONTH_END = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


def compare_test(quote: str, test: str | TestGroup, *, fails: bool = False) -> list[Problem]:
    """Each number, unit and comparator of a test that its quote lacks, in the order of the test.

    `fails` is for exclusions, whose test must fail: the opposite comparator counts as quoted too.
    `==`, `!=`, membership and yes/no facts compare nothing that a quote would have to say.
    Raises ExpressionRefused for a leaf that is no expression.
    """
    walk = _Walk(either_way=fails)
    leaves = _leaves(test, negated=False)
    return _missing(
        quote, (need for leaf, no in leaves for need in walk.needs(parse(leaf), negated=no))
    )


def compare_amount(quote: str, *expressions: str) -> list[Problem]:
    """The same for the expressions of an amount."""
    walk = _Walk(either_way=False)
    return _missing(
        quote, (need for text in expressions for need in walk.needs(parse(text), negated=False))
    )


def compare_cap(quote: str, amount: str) -> list[Problem]:
    """The same for a ceiling: the amount, and a word of an upper limit."""
    limit = _Said("comparator", f"at most {amount}", signs=frozenset({"<="}))
    return _missing(quote, (Measure(amount), limit))


def compare_duration(quote: str, span: str) -> list[Problem]:
    """The same for the duration of a clock; 每年 is every one year."""
    if parse_duration(span) == Duration(1, "years") and "每年" in bare(quote):
        return []
    return _missing(quote, (Measure(span),))


def compare_yearly(quote: str, opens: YearDay, closes: YearDay) -> list[Problem]:
    """The same for the months and days of a yearly clock.

    The first day of the month that opens a span and the last day of the one that closes it need
    no number of their own, nor does a last day written 底 or 末. 年底 and 年末 are 12-31.
    """
    text = bare(quote)
    if opens == closes == (12, 31) and _says_any(text, ("年底", "年末", "年终")):
        return []
    span = opens != closes
    implied = {opens: span and opens[1] == 1}
    ends_month = closes[1] == _MONTH_END[closes[0]]
    implied[closes] = ends_month and (span or _says_any(text, ("月底", "月末")))
    figures = figures_in(text)
    problems = []
    for (month, day), without_day in implied.items():
        if not _has_month(text, figures, month):
            problems.append(Problem("number", f"{month} 月"))
        if not without_day and Figure(Decimal(day), "日") not in figures:
            problems.append(Problem("number", f"{day} 日"))
    return problems


_SOFT = re.compile("原则|一般(?!性)|左右|力争|争取|鼓励|尽量|可以不|可不")
_FIRM_ENOUGH = re.compile("原则上|左右|力争")
_OPEN = ("等", "包括", "例如", "其他")


def compare_force(quote: str, force: Force) -> list[Problem]:
    """Whether a quote has the words of a soft or open clause, and none of them when it is hard."""
    text = bare(quote)
    if force == "soft" and not _SOFT.search(text):
        return [Problem("force", "soft")]
    if force == "open_list" and not _says_any(text, _OPEN):
        return [Problem("force", "open_list")]
    if force == "hard" and _FIRM_ENOUGH.search(text):
        return [Problem("force", "hard")]
    return []


def compare_monthly(quote: str, day: int) -> list[Problem]:
    """The same for the day of a monthly or quarterly clock."""
    said = Figure(Decimal(day), "日") in figures_in(bare(quote))
    return [] if said else [Problem("number", f"{day} 日")]


def _says_any(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _has_month(text: str, figures: frozenset[Figure], month: int) -> bool:
    """`9 月`, or the 9 of `9—10 月`."""
    if Figure(Decimal(month), "月") in figures:
        return True
    return re.search(rf"(?<!\d){month}[-—–~至]+\d{{1,2}}月", text) is not None


def _leaves(test: str | TestGroup, *, negated: bool) -> Iterator[tuple[str, bool]]:
    """The lines of a test, each with whether it stands under an odd number of `not`."""
    if isinstance(test, str):
        yield test, negated
        return
    if test.not_ is not None:
        yield from _leaves(test.not_, negated=not negated)
    for part in (*(test.all or ()), *(test.any or ())):
        yield from _leaves(part, negated=negated)


_SEVERAL_YEARS = frozenset({"sum_years", "mean_years", "min_years", "max_years"})


@dataclass(frozen=True, slots=True)
class _Walk:
    """Walks an expression: each literal and comparison is something the quote must state."""

    either_way: bool

    def needs(self, plain: Plain, *, negated: bool) -> Iterator[_Need]:
        match plain:
            case Measure():
                yield plain
            case Call("not", (part,)):
                yield from self.needs(part, negated=not negated)
            case Call(function, (_, Measure(count))) if function in _SEVERAL_YEARS:
                yield Measure(f"{count} 年")
            case Call("years_ago", _):
                return
            case Call("year", (Call("-", (Name("today"), Measure("1 年"))),)):
                yield _LAST_YEAR
            case Call(function, parts, _, where):
                if function in _FLIPPED:
                    yield from self._comparison(function, parts[0], parts[1], negated=negated)
                for part in (*parts, *(() if where is None else (where,))):
                    yield from self.needs(part, negated=negated)
            case _:
                return

    def _comparison(
        self, sign: str, left: Plain, right: Plain, *, negated: bool
    ) -> Iterator[_Said]:
        if isinstance(left, Measure) or "today" in _names(left):
            sign, left, right = _FLIPPED[sign], right, left
        if negated:
            sign = _OPPOSITE[sign]
        if right == Name("today"):
            return  # in force, expired: said without a comparing word
        words: tuple[str, ...] = ()
        what = f"{sign} {_written(right)}"
        if "today" in _names(right):
            words = _AGE_WORDS[sign[0]]
            sign = _FLIPPED[sign]
        elif isinstance(right, Measure) and right.is_date:
            words = _DAY_WORDS[sign[0]]
        signs = {sign, _OPPOSITE[sign]} if self.either_way else {sign}
        yield _Said("comparator", what, frozenset(signs), words)


def _names(plain: Plain) -> frozenset[str]:
    if isinstance(plain, Call):
        return frozenset().union(*(_names(part) for part in plain.parts))
    return frozenset({plain.text}) if isinstance(plain, Name) else frozenset()


def _written(plain: Plain) -> str:
    if not isinstance(plain, Call):
        return plain.text
    parts = [_written(part) for part in plain.parts]
    if plain.function.isidentifier():
        return f"{plain.function}({', '.join(parts)})"
    return f" {plain.function} ".join(parts)


def _missing(quote: str, needs: Iterable[_Need]) -> list[Problem]:
    """What of the needs the quote does not state, each once."""
    stated = _Stated(bare(quote), figures_in(quote), comparators_in(quote), days_in(quote))
    problems = (stated.lacks(need) for need in needs)
    return list(dict.fromkeys(problem for problem in problems if problem is not None))


@dataclass(frozen=True, slots=True)
class _Stated:
    """Everything a quote states."""

    text: str
    figures: frozenset[Figure]
    comparators: frozenset[str]
    days: frozenset[tuple[int, int, int]]

    def lacks(self, need: _Need) -> Problem | None:
        if isinstance(need, _Said):
            said = bool(need.signs & self.comparators) or _says_any(self.text, need.words)
            return None if said else Problem(need.kind, need.what)
        if need.is_date:
            day = parse_date(need.text)
            said = (day.year, day.month, day.day) in self.days
            return None if said else Problem("number", need.text)
        return self._lacks_figure(need.text, _figure_of(need.text))

    def _lacks_figure(self, what: str, wanted: Figure) -> Problem | None:
        units = {figure.unit for figure in self.figures if figure.number == wanted.number}
        if not units:
            return Problem("number", what)
        # In 10 万、20 万、30 万元 the first two share the unit of the last.
        shared = "" in units and any(figure.unit == wanted.unit for figure in self.figures)
        said = not wanted.unit or wanted.unit in units or shared
        return None if said else Problem("unit", what)


def _figure_of(text: str) -> Figure:
    try:
        span = parse_duration(text)
    except QuantityRefused:
        quantity = parse_quantity(text)
        return Figure(quantity.number, quantity.unit)
    return Figure(Decimal(span.count), _SPAN_UNITS[span.span])
