"""Every quote and citation of a release held against the official texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from knowledge.base import KnowledgeBase
from knowledge.benefit import Benefit
from knowledge.citation import parse_cite
from knowledge.clock import Clock
from knowledge.criterion import Cited, Criterion, TestSource
from knowledge.document import Document
from knowledge.fact import ClosedList
from knowledge.finding import Finding, FindingKind
from knowledge.official_text import (
    Ambiguous,
    Found,
    Missing,
    NoSuchArticle,
    OfficialText,
)
from knowledge.programme import Programme, Route
from knowledge.quoting import (
    Problem,
    compare_amount,
    compare_cap,
    compare_duration,
    compare_force,
    compare_monthly,
    compare_test,
    compare_yearly,
)


def check_sources(base: KnowledgeBase, folder: Path) -> list[Finding]:
    """Hold a release against the texts in a folder (`<document id>.txt`, UTF-8).

    Each quote must stand once within its cited article, each cited article must exist, and each
    number, unit and comparator of a test, amount or clock must stand in its own quote, unless
    `not_in_quote` says why it does not (which never excuses the quote itself).
    """
    texts = _Texts(folder, {})
    return [finding for claim in _claims(base) for finding in _findings(claim, texts)]


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a file says of a document: an article, a quote in it, and figures it should state."""

    file: str
    id: str
    document: str
    article: str
    quote: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Texts:
    folder: Path
    read: dict[str, OfficialText | None]

    def get(self, id_: str) -> OfficialText | None:
        """An official text, read once; None when the folder has none."""
        if id_ not in self.read:
            file = self.folder / f"{id_}.txt"
            there = file.is_file()
            self.read[id_] = OfficialText.read(file.read_text("utf-8")) if there else None
        return self.read[id_]


def _findings(claim: _Claim, texts: _Texts) -> Iterator[Finding]:
    cite = f"{claim.document} {claim.article}"
    text = texts.get(claim.document)
    if text is None:
        yield Finding(claim.file, claim.id, cite, "no_source", f"{claim.document}.txt")
    else:
        found = _look(claim, text)
        if found is not None:
            yield Finding(claim.file, claim.id, cite, *found)
    for problem in claim.problems:
        yield Finding(claim.file, claim.id, cite, problem.kind, problem.what)


def _look(claim: _Claim, text: OfficialText) -> tuple[FindingKind, str] | None:
    if claim.quote is None:
        return None if text.has(claim.article) else ("no_such_article", "")
    look = text.find(claim.article, claim.quote)
    if isinstance(look, Found):
        return None
    if isinstance(look, NoSuchArticle):
        return "no_such_article", ""
    if isinstance(look, Missing):
        return "missing", claim.quote
    if isinstance(look, Ambiguous):
        return "ambiguous", str(look.times)
    return "elsewhere", look.article


def _claims(base: KnowledgeBase) -> Iterator[_Claim]:
    for id_, document in base.documents.items():
        yield from _of_document(f"documents/{id_}.yaml", id_, document)
    for id_, programme in base.programmes.items():
        yield from _of_programme(f"programmes/{id_}.yaml", programme)
    for id_, chosen in base.lists.items():
        yield from _of_list(f"lists/{id_}.yaml", id_, chosen)


def _of_document(file: str, id_: str, document: Document) -> Iterator[_Claim]:
    if document.term is not None:
        yield _Claim(file, "term", id_, document.term.cite, document.term.quote)
    for clause in document.counting:
        yield _Claim(file, clause.word, id_, clause.cite, clause.quote)
    for provision in document.provisions:
        yield _Claim(file, "provisions", id_, provision.article)
    for gap in document.gaps:
        yield _Claim(file, "gaps", id_, gap.article)


def _of_list(file: str, id_: str, chosen: ClosedList) -> Iterator[_Claim]:
    if chosen.cite is not None:
        cite = parse_cite(chosen.cite, chosen.basis or "")
        yield _Claim(file, id_, cite.document, cite.article, chosen.quote)


def unquoted(programme: Programme) -> list[tuple[str, Problem]]:
    """What a programme states and its own quotes do not, by id; no text is needed to see it."""
    return [(id_, problem) for id_, _, kept in _held(programme) for problem in kept]


def _held(programme: Programme) -> "Iterator[_Quoted]":
    """Everything quoted with the problems that no `not_in_quote` excuses."""
    for id_, cited, problems in (*_quoted(programme), *_clocks(programme)):
        yield id_, cited, [] if cited.not_in_quote is not None else problems


def _of_programme(file: str, programme: Programme) -> Iterator[_Claim]:
    for id_, cited, kept in _held(programme):
        cite = parse_cite(cited.cite, programme.basis[0])
        yield _Claim(file, id_, cite.document, cite.article, cited.quote, tuple(kept))
    for id_, written, quote in _without_figures(programme):
        cite = parse_cite(written, programme.basis[0])
        yield _Claim(file, id_, cite.document, cite.article, quote)


_Quoted: TypeAlias = tuple[str, Cited | Clock, list[Problem]]


def _quoted(programme: Programme) -> Iterator[_Quoted]:
    applies = programme.applies_to
    if applies is not None:
        yield applies.id, applies, compare_test(applies.quote, applies.test)
    for name, definition in programme.defines.items():
        yield name, definition, compare_test(definition.quote, definition.test)
    barred = {exclusion.id for exclusion in programme.exclusions}
    for criterion in programme.all_criteria:
        yield criterion.id, criterion, _tests(criterion, fails=criterion.id in barred)
    for route in programme.routes:
        yield route.id, route, _tests(route, fails=False)
    for rule in programme.exceptions:
        opened = rule.opened_by
        yield rule.id, rule, [] if opened == "authority" else compare_test(rule.quote, opened)
    for benefit in programme.benefits:
        yield benefit.id, benefit, _of_benefit(benefit)
    if programme.term is not None:
        yield "term", programme.term, []
    if programme.always_open is not None:
        yield "always_open", programme.always_open, []
    if programme.ranking is not None:
        yield "ranking", programme.ranking, []
    yield from (("excludes", excluded, []) for excluded in programme.excludes)
    yield from (("yields_to", yielding, []) for yielding in programme.yields_to)


def _tests(rule: Criterion | Route, *, fails: bool) -> list[Problem]:
    tests: list[TestSource] = [] if rule.test is None else [rule.test]
    if rule.other_reading is not None:
        tests.append(rule.other_reading.test)
    found = [problem for test in tests for problem in compare_test(rule.quote, test, fails=fails)]
    if isinstance(rule, Criterion):
        found += compare_force(rule.quote, rule.force)
    return list(dict.fromkeys(found))


def _of_benefit(benefit: Benefit) -> list[Problem]:
    amount = benefit.amount
    given = (*amount.let.values(), amount.exactly, amount.at_least, amount.at_most)
    written = [expression for expression in given if expression is not None]
    found = compare_amount(benefit.quote, *written)
    if benefit.when is not None:
        found += compare_test(benefit.quote, benefit.when)
    for cap in benefit.caps:
        found += compare_cap(cap.quote or benefit.quote, cap.amount)
    return list(dict.fromkeys(found))


def _clocks(programme: Programme) -> Iterator[_Quoted]:
    for clock in programme.clocks:
        if clock.year_days is not None:
            found = compare_yearly(clock.quote, *clock.year_days)
        elif clock.month_day is not None:
            found = compare_monthly(clock.quote, clock.month_day)
        else:
            found = compare_duration(clock.quote, str(clock.duration))
        yield clock.id, clock, [*found, *compare_force(clock.quote, clock.force)]


def _without_figures(programme: Programme) -> Iterator[tuple[str, str, str | None]]:
    """Id, citation and quote of what has no test: caps with an own quote, sheets, lists of text."""
    for benefit in programme.benefits:
        for cap in benefit.caps:
            if cap.cite is not None or cap.quote is not None:
                yield benefit.id, cap.cite or benefit.cite, cap.quote
    if programme.score_sheet is not None:
        yield "score_sheet", programme.score_sheet.cite, programme.score_sheet.quote
    for material in programme.materials:
        yield material.id, material.cite, None
    for state in programme.lifecycle:
        yield state.id, state.cite, None
        for passage in state.next:
            yield state.id, passage.cite, None
    for name in ("steps", "duties", "revocation"):
        for item in getattr(programme, name):
            yield name, item.cite, None
