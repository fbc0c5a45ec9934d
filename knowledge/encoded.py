"""The figures a release states, by document and article: tests, amounts, clocks, sheets, targets.

Also those it only tells in words: in the sentences of provisions, materials, steps and duties.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from knowledge.base import KnowledgeBase
from knowledge.citation import parse_cite
from knowledge.clock import Clock
from knowledge.criterion import TestSource
from knowledge.expression.parsing import Call, Measure, Plain, parse
from knowledge.figures import Figure, figures_in
from knowledge.official_text import Place, read_place
from knowledge.programme import Programme

_COMPARATORS = frozenset({">=", ">", "<=", "<", "==", "!="})
_MIRRORED = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}


@dataclass(frozen=True, slots=True)
class Encoded:
    """One figure of a release: where it is cited, how it is compared, and what states it."""

    article: str
    place: Place
    figure: Figure
    sign: str
    """Empty where it is not compared."""
    source: str
    either_way: bool = False
    """The test must fail, or is negated: the text may word it the other way round."""


_ZEROS = ("", "CNY", "USD", "ratio", "日", "项", "家", "个", "人", "次")
_OURS = frozenset({Figure(Decimal(0), unit) for unit in _ZEROS} | {Figure(Decimal(1), "类")})
"""Figures of our own writing: "more than nothing", "at least one of the kinds named"."""


@dataclass(frozen=True, slots=True)
class _Stated:
    """Figures as written, with the article a programme cites for them."""

    cite: str
    source: str
    text: str
    sign: str = ""
    either_way: bool = False


def encoded_figures(base: KnowledgeBase) -> Mapping[str, list[Encoded]]:
    """Every figure a rule of the release states, by document."""
    found: dict[str, list[Encoded]] = defaultdict(list)
    for programme in base.programmes.values():
        for stated in _of_programme(programme):
            cite = parse_cite(stated.cite, programme.basis[0])
            found[cite.document].extend(_encoded(cite.article, stated))
    for id_, document in base.documents.items():
        for provision in document.provisions:
            for target in provision.targets:
                stated = _Stated("", f"target: {target.what}", target.value)
                found[id_].extend(_encoded(provision.article, stated))
    return found


def _encoded(article: str, stated: _Stated) -> Iterator[Encoded]:
    place = read_place(article)
    if place is not None:
        for figure in sorted(figures_in(stated.text) - _OURS, key=str):
            yield Encoded(article, place, figure, stated.sign, stated.source, stated.either_way)


def _of_programme(programme: Programme) -> Iterator[_Stated]:
    yield from _of_tests(programme)
    yield from _of_benefits(programme)
    for clock in programme.clocks:
        yield _Stated(clock.cite, f"{programme.id} clock {clock.id}", _clock_text(clock))
    sheet = programme.score_sheet
    for line in () if sheet is None else sheet.lines:
        source = f"{programme.id} score {line.id}"
        cite = sheet.cite if sheet is not None else ""
        yield _Stated(cite, source, line.points)
        for band in line.points_when:
            yield _Stated(cite, source, band.points)
            yield from _in_test(cite, source, band.test, either_way=False)


def _of_tests(programme: Programme) -> Iterator[_Stated]:
    barred = {each.id for each in programme.exclusions}
    applies = programme.applies_to
    if applies is not None:
        source = f"{programme.id} applies-to"
        yield from _in_test(applies.cite, source, applies.test, either_way=True)
    for name, definition in programme.defines.items():
        yield from _in_test(
            definition.cite, f"{programme.id} {name}", definition.test, either_way=False
        )
    for criterion in programme.all_criteria:
        source = f"{programme.id} {criterion.id}"
        if criterion.test is not None:
            either = criterion.id in barred
            yield from _in_test(criterion.cite, source, criterion.test, either_way=either)
    for route in programme.routes:
        yield from _in_test(route.cite, f"{programme.id} {route.id}", route.test, either_way=False)
    for rule in programme.exceptions:
        if rule.opened_by != "authority":
            yield from _in_test(
                rule.cite, f"{programme.id} {rule.id}", rule.opened_by, either_way=False
            )


def _of_benefits(programme: Programme) -> Iterator[_Stated]:
    for benefit in programme.benefits:
        source = f"{programme.id} benefit {benefit.id}"
        amount = benefit.amount
        texts = (*amount.let.values(), amount.exactly, amount.at_least, amount.at_most)
        for text in texts:
            if text is not None:
                yield from _in_test(benefit.cite, source, text, either_way=False)
        if benefit.when is not None:
            yield from _in_test(benefit.cite, source, benefit.when, either_way=False)
        for cap in benefit.caps:
            yield _Stated(cap.cite or benefit.cite, source, cap.amount, "<=")


def _clock_text(clock: Clock) -> str:
    if clock.year_days is not None:
        return "，".join(f"{month} 月 {day} 日" for month, day in clock.year_days)
    if clock.month_day is not None:
        return f"{clock.month_day} 日"
    return str(clock.duration) + (f"，{clock.extends.by}" if clock.extends is not None else "")


def _in_test(cite: str, source: str, test: TestSource, *, either_way: bool) -> Iterator[_Stated]:
    if not isinstance(test, str):
        if test.not_ is not None:
            yield from _in_test(cite, source, test.not_, either_way=True)
        for part in (*(test.all or ()), *(test.any or ())):
            yield from _in_test(cite, source, part, either_way=either_way)
        return
    for text, sign, negated in _measures(parse(test), "", negated=False):
        yield _Stated(cite, source, text, sign, either_way or negated)


def _measures(plain: Plain, sign: str, *, negated: bool) -> Iterator[tuple[str, str, bool]]:
    """Each literal with the sign it is compared by, the literal on the right."""
    if isinstance(plain, Measure):
        if not plain.is_date:
            yield plain.text, sign, negated
        return
    if not isinstance(plain, Call):
        return
    negated = negated or plain.function == "not"
    if plain.function in _COMPARATORS:
        left, right = plain.parts
        yield from _measures(left, _MIRRORED.get(plain.function, ""), negated=negated)
        straight = plain.function if plain.function in _MIRRORED else ""
        yield from _measures(right, straight, negated=negated)
        return
    moved = plain.function in {"-", "+"}  # today - 3 年: the span is not what is compared
    for part in plain.parts:
        yield from _measures(part, "" if moved else sign, negated=negated)
    if plain.where is not None:
        yield from _measures(plain.where, "", negated=negated)


def figures_in_words(base: KnowledgeBase, document: str) -> list[tuple[Place, Figure]]:
    """Every figure that a document's provisions and the programmes on it tell in words."""
    found: list[tuple[Place, Figure]] = []
    for article, text in _words(base, document):
        place = read_place(article)
        if place is not None:
            found.extend((place, figure) for figure in figures_in(text))
            if "年底" in text or "年末" in text:
                found.append((place, Figure(Decimal(12), "月")))
    return found


def _words(base: KnowledgeBase, document: str) -> Iterator[tuple[str, str]]:
    held = base.documents.get(document)
    for provision in () if held is None else held.provisions:
        yield provision.article, provision.says.zh
        yield provision.article, " ".join(f"{t.what} {t.year or ''}" for t in provision.targets)
    for gap in () if held is None else held.gaps:
        yield gap.article, gap.says.zh
    for programme in base.programmes.values():
        for cite, text in _told(programme):
            place = parse_cite(cite, programme.basis[0])
            if place.document == document:
                yield place.article, text


def _told(programme: Programme) -> Iterator[tuple[str, str]]:
    for plain in (programme.materials, programme.steps, programme.duties, programme.revocation):
        yield from ((each.cite, each.says.zh) for each in plain)
    for criterion in programme.all_criteria:
        said = (criterion.says.zh if criterion.says else "", criterion.quote)
        yield criterion.cite, " ".join(said)
    for benefit in programme.benefits:
        yield benefit.cite, f"{benefit.title.zh} {benefit.quote}"
    for clock in programme.clocks:
        yield clock.cite, f"{clock.title.zh} {clock.quote}"
    if programme.ranking is not None:
        yield programme.ranking.cite, programme.ranking.says.zh
    for state in programme.lifecycle:
        yield from ((passage.cite, passage.on.zh) for passage in state.next)
