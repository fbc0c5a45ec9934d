"""Provisions found by words, by 文号 and by article. What is not in the release is not answered."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from math import log
from weakref import finalize

from knowledge.base import KnowledgeBase
from knowledge.benefit import Benefit
from knowledge.citation import Citation, parse_cite
from knowledge.clock import Clock
from knowledge.criterion import Cited
from knowledge.model import Text
from knowledge.programme import Duty, Ground, Material, Programme, Step
from knowledge.search_query import ArticleKey, Question, Reader, Term, article_key, plain

FLOOR = 0.6
"""The least share of a question's words, weighed by rarity, that a hit must answer.

Set by the table in tests/knowledge/test_search.py: the questions of the trade stay above it, what
the release says nothing about stays below.
"""
_CANDIDATES = 60
_IN_TITLE = 0.6
"""What a word counts that stands in the title of the document or programme only."""
_UNKNOWN = 1.5


@dataclass(frozen=True, slots=True)
class Hit:
    """A provision that answers a question; `article` is empty for a document or programme whole.

    `says` are our own words in Chinese. `programme` is the one that rests on the article, if any.
    `score` is between 0 and 1 and compares hits of one question only.
    """

    document: str
    article: str
    says: str
    programme: str | None
    score: float


@dataclass(slots=True)
class _Row:
    """One article of a document with everything said of it."""

    document: str
    article: str
    says: str = ""
    title: str = ""
    programmes: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    key: ArticleKey = ()
    text: str = ""


class Search:
    """The provisions of one release, indexed in memory at the first question, or by `prepare`.

    May be read by several threads.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self._reader = Reader(base.synonyms, base.documents)
        self._rows = tuple(_rows(base))

    def prepare(self) -> None:
        """Build the index now, so that the first question need not wait for it."""
        self._index.total_changes  # noqa: B018 - reading it builds it

    @cached_property
    def _index(self) -> sqlite3.Connection:
        # SQLite is built for use by several threads at once; nothing is written after this.
        index = sqlite3.connect(":memory:", check_same_thread=False)
        finalize(self, index.close)
        index.execute(
            "CREATE VIRTUAL TABLE provision USING fts5(said, title, tokenize='unicode61')"
        )
        index.executemany(
            "INSERT INTO provision (rowid, said, title) VALUES (?, ?, ?)",
            (
                (place, self._spelt(row.text), self._spelt(row.title))
                for place, row in enumerate(self._rows)
            ),
        )
        return index

    def find(self, query: str, limit: int = 5) -> tuple[Hit, ...]:
        """What answers a question, best first; nothing rather than what only shares a word."""
        question = self._reader.read(query)
        if question.article and question.documents is not None:
            hits: Iterable[Hit] = self._at_article(question)
        elif question.terms:
            hits = self._by_words(question)
        elif question.documents is not None:
            hits = (_hit(row, 1.0) for row in self._within(question) if not row.article)
        else:
            hits = ()
        return tuple(islice(hits, limit))

    def _spelt(self, text: str) -> str:
        return " ".join(self._reader.words(text))

    def _within(self, question: Question) -> Iterator[_Row]:
        """The rows of the documents and the article a question names, all when it names none."""
        for row in self._rows:
            if question.documents is None or row.document in question.documents:
                yield row

    def _at_article(self, question: Question) -> Iterator[Hit]:
        """The article, then what stands below it; 第二十五条 is also how people cite （二十五）."""
        rows = list(self._within(question))
        asked = question.article
        keys = (asked, tuple(("项" if kind == "条" else kind, n) for kind, n in asked))
        for key in keys:
            found = [row for row in rows if row.key[: len(key)] == key]
            if found:
                yield from (_hit(row, 1.0) for row in sorted(found, key=lambda row: len(row.key)))
                return

    def _by_words(self, question: Question) -> Iterator[Hit]:
        weights = {term: self._rarity(term) for term in question.terms}
        whole = sum(weights.values())
        scored = []
        for row in self._candidates(question):
            share = sum(weight * _credit(term, row) for term, weight in weights.items()) / whole
            if share >= FLOOR:
                scored.append((round(share, 4), row))
        if question.article:
            scored.sort(key=lambda found: len(found[1].key))
        scored.sort(key=lambda found: found[0], reverse=True)
        yield from (_hit(row, share) for share, row in scored)

    def _rarity(self, term: Term) -> float:
        """The weight of a word; one the release never uses is likely what the question is about."""
        rows = sum(
            any(word in row.text or word in row.title for word in term) for row in self._rows
        )
        return log(1 + len(self._rows) / (1 + rows)) * (1 if rows else _UNKNOWN)

    def _candidates(self, question: Question) -> Iterator[_Row]:
        words = {
            word for term in question.terms for way in term for word in self._reader.words(way)
        }
        match = " OR ".join(f'"{word}"' for word in sorted(words))
        found = self._index.execute(
            "SELECT rowid FROM provision WHERE provision MATCH ? "
            "ORDER BY bm25(provision, 1.0, 0.3), rowid LIMIT ?",
            (match, len(self._rows) if question.documents is not None else _CANDIDATES),
        )
        for (place,) in found:
            row = self._rows[place]
            if question.documents is not None and row.document not in question.documents:
                continue
            if question.article and row.key[: len(question.article)] != question.article:
                continue
            yield row


def _credit(term: Term, row: _Row) -> float:
    """How far a row answers one word: wholly, by its title only, or not at all."""
    if any(word in row.text for word in term):
        return 1.0
    if any(word in row.title for word in term):
        return _IN_TITLE
    return 0.0


def _hit(row: _Row, score: float) -> Hit:
    programme = max(sorted(set(row.programmes)), key=row.programmes.count, default=None)
    return Hit(row.document, row.article, row.says, programme, score)


def _rows(base: KnowledgeBase) -> Iterator[_Row]:
    articles: dict[Citation, _Row] = {}
    for id_, document in base.documents.items():
        title = f"{document.title.zh}{document.title.en}"
        yield _ready(_Row(id_, "", document.title.zh, title, said=[title]))
        for provision in document.provisions:
            row = articles.setdefault(
                Citation(id_, provision.article), _Row(id_, provision.article, title=title)
            )
            row.says += provision.says.zh
            row.said += [provision.says.zh, provision.says.en or "", *provision.topics]
    for id_, programme in base.programmes.items():
        yield _ready(_of_programme(id_, programme))
        for cite, said, english in _said(programme):
            place = parse_cite(cite, programme.basis[0])
            row = articles.setdefault(place, _Row(place.document, place.article, said))
            row.programmes.append(id_)
            row.said += [said, english, *programme.topics]
            row.title += programme.title.zh + programme.title.en
    yield from map(_ready, articles.values())


def _of_programme(id_: str, programme: Programme) -> _Row:
    said = [*_texts(programme.title), *_texts(programme.summary), *programme.topics]
    return _Row(programme.basis[0], "", programme.summary.zh, programme.title.zh, [id_], said)


def _texts(text: Text) -> tuple[str, str]:
    return text.zh, text.en


def _said(programme: Programme) -> Iterator[tuple[str, str, str]]:
    """Every citation of a programme with the words that stand beside it, in Chinese and English."""
    quoted: tuple[Cited | Clock, ...] = (
        *programme.all_criteria, *programme.exceptions, *programme.excludes, *programme.routes,
        *programme.benefits, *programme.clocks,
    )  # fmt: skip
    for cited in quoted:
        yield cited.cite, cited.quote, ""
    named: tuple[Benefit | Clock, ...] = (*programme.benefits, *programme.clocks)
    for titled in named:
        yield titled.cite, *_texts(titled.title)
    told: tuple[Material | Step | Duty | Ground, ...] = (
        *programme.materials, *programme.steps, *programme.duties, *programme.revocation,
    )  # fmt: skip
    for item in told:
        yield item.cite, *_texts(item.says)


def _ready(row: _Row) -> _Row:
    """The row with what is looked up in it, in one spelling."""
    row.key = article_key(row.article)
    row.text = plain(" ".join(row.said))
    row.title = plain(row.title)
    return row
