"""An official text cut into articles, items and annexes, and a quote looked up in one of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from knowledge.numerals import PATTERN, chinese_number

_PAGE_NUMBER = re.compile(r"[-—–]{0,2}\d{1,3}[-—–]{0,2}")
_HEADING = re.compile(rf"(第{PATTERN}([章节]))[^。；，]{{0,40}}")
_ANNEX = re.compile(rf"附件?([0-9０-９]*|{PATTERN})[：:]?")
_ARTICLE = re.compile(rf"第({PATTERN})条")
_SECTION = re.compile(rf"({PATTERN})、")
_ITEM = re.compile(rf"[（(]({PATTERN})[）)]")
_POINT = re.compile(r"([0-9０-９]{1,2})[.．、](?![0-9])")
_IN_LINE = re.compile(rf"(?<=[：；。:;])(?=[（(]{PATTERN}[）)])")
_ENDS = ("：", ":", "。", "；", ";")

_CITE = re.compile(
    rf"(?:附件?(?P<annex>[0-9]*))?(?P<chapter>第{PATTERN}章)?(?P<part>第{PATTERN}节)?"
    rf"(?P<section>{PATTERN}、)?(?P<article>第{PATTERN}条)?(?P<item>（{PATTERN}）)?"
    r"(?:第?(?P<point>[0-9]{1,2})[.．、项]?)?"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of a text stands.

    `annex` is its number (0: an annex without one, None: the covering letter, or in a citation
    "wherever"); `outer` are chapter, part and section (`第四章`, `第一节`, `二、`) as far as there
    are any; `trail` leads from the article down: `第四条`, `（六）`, `1.`.
    """

    annex: int | None = None
    outer: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()

    def covers(self, other: "Place") -> bool:
        """Whether the other place is this one, or lies within it."""
        if self.outer == _LETTER:
            return other == Place()
        return (
            self.annex in {None, other.annex}
            and set(self.outer) <= set(other.outer)
            and other.trail[: len(self.trail)] == self.trail
        )

    def __str__(self) -> str:
        if self.trail or self.outer:
            return "".join(self.trail or self.outer)
        return "正文" if self.annex is None else f"附件{self.annex or ''}"


_LETTER = ("通知",)
"""How the covering letter is cited: what stands before the first heading or annex."""


@dataclass(frozen=True, slots=True)
class Found:
    """The quote stands once within the cited article."""


@dataclass(frozen=True, slots=True)
class Missing:
    """The quote stands nowhere in the document."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The quote stands more than once within the cited article."""

    times: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The quote stands in the document, but not within the cited article."""

    article: str


@dataclass(frozen=True, slots=True)
class NoSuchArticle:
    """The document has no such article, or the citation cannot be read."""


Look: TypeAlias = Found | Missing | Ambiguous | Elsewhere | NoSuchArticle


def bare(text: str) -> str:
    """The text without any white space: what quotes are compared by."""
    return "".join(text.split())


def read_place(cite: str) -> Place | None:
    """Read `第四条（六）`, `（二十五）`, `附件2` or `通知`; None when it cannot be read."""
    text = bare(cite).replace("(", "（").replace(")", "）")
    if (text,) == _LETTER:
        return Place(outer=_LETTER)
    found = _CITE.fullmatch(text)
    if not text or not found:
        return None
    outer = (found["chapter"], found["part"], found["section"])
    point = f"{int(found['point'])}." if found["point"] else None
    trail = (found["article"], found["item"], point)
    annex = None if found["annex"] is None else int(found["annex"] or 0)
    return Place(annex, tuple(filter(None, outer)), tuple(filter(None, trail)))


@dataclass(frozen=True, slots=True)
class OfficialText:
    """A text as pieces in their order; together they are the whole text without page numbers."""

    pieces: tuple[tuple[Place, str], ...]

    @classmethod
    def read(cls, raw: str) -> "OfficialText":
        """Cut a text file into its pieces."""
        cutter = _Cutter()
        for line in _lines(raw):
            cutter.take(line)
        return cls(tuple((place, "".join(parts)) for place, parts in cutter.pieces))

    def within(self, place: Place) -> str | None:
        """The text of a place with all below it, a line break where it is not continuous."""
        text, last = "", -1
        for index, (here, piece) in enumerate(self.pieces):
            if place.covers(here):
                text += ("\n" if text and index > last + 1 else "") + piece
                last = index
        return text if last >= 0 else None

    def find(self, cite: str, quote: str) -> Look:
        """Look a quote up: it must stand once within the cited article, white space aside."""
        place, wanted = read_place(cite), bare(quote)
        text = None if place is None else self.within(place)
        if text is None:
            return NoSuchArticle()
        times = _count(text, wanted)
        if times:
            return Found() if times == 1 else Ambiguous(times)
        return self._elsewhere(wanted)

    def has(self, cite: str) -> bool:
        """Whether the document has the cited article."""
        place = read_place(cite)
        return place is not None and self.within(place) is not None

    def _elsewhere(self, wanted: str) -> Look:
        whole = "".join(piece for _, piece in self.pieces)
        start = whole.find(wanted)
        if start < 0 or not wanted:
            return Missing()
        for place, piece in self.pieces:
            if start < len(piece):
                return Elsewhere(str(place))
            start -= len(piece)
        raise AssertionError("the pieces are the whole text")


def _count(text: str, wanted: str) -> int:
    """How often it stands there, overlaps counted too; never for an empty quote."""
    if not wanted:
        return 0
    return len(re.findall(f"(?={re.escape(wanted)})", text))


def _lines(raw: str) -> Iterator[str]:
    for line in raw.replace("\f", "\n").splitlines():
        text = bare(line)
        if text and not _PAGE_NUMBER.fullmatch(text):
            yield from _IN_LINE.split(text)


@dataclass
class _Cutter:
    """Follows the numbering line by line: a number out of turn is a reference, not a heading."""

    pieces: list[tuple[Place, list[str]]] = field(default_factory=lambda: [(Place(), [])])
    article: int = 0
    section: int = 0
    item: int = 0
    point: int = 0

    def take(self, line: str) -> None:
        place = self._annex(line) or self._heading(line) or self._numbered(line)
        if place is not None:
            self.pieces.append((place, []))
        self.pieces[-1][1].append(line)

    @property
    def _here(self) -> Place:
        return self.pieces[-1][0]

    def _annex(self, line: str) -> Place | None:
        found = _ANNEX.fullmatch(line)
        if not found:
            return None
        self.article = self.section = self.item = self.point = 0
        return Place(_value(found[1] or "零"))

    def _heading(self, line: str) -> Place | None:
        found = _HEADING.fullmatch(line)
        if not found:
            return None
        self.section = self.item = self.point = 0
        above = self._here.outer[:1] if found[2] == "节" else ()
        return Place(self._here.annex, (*above, found[1]))

    def _numbered(self, line: str) -> Place | None:
        """The place that begins with this line, or None when the last one goes on."""
        return self._article(line) or self._section(line) or self._item(line) or self._point(line)

    def _article(self, line: str) -> Place | None:
        found = _ARTICLE.match(line)
        if not found or _value(found[1]) != self.article + 1:
            return None
        self.article, self.item, self.point = self.article + 1, 0, 0
        return Place(self._here.annex, self._here.outer, (found[0],))

    def _section(self, line: str) -> Place | None:
        found = _SECTION.match(line)
        in_article = any(label.startswith("第") for label in self._here.trail)
        if not found or in_article:
            return None
        number = _value(found[1])
        if number is None or number not in {1, self.section + 1}:
            return None
        self.section, self.point = number, 0
        above = tuple(label for label in self._here.outer if label.startswith("第"))
        return Place(self._here.annex, (*above, found[0]))

    def _item(self, line: str) -> Place | None:
        found = _ITEM.match(line)
        number = _value(found[1]) if found else None
        if found is None or number is None or not self._in_turn(number):
            return None
        self.item, self.point = number, 0
        return self._below(f"（{found[1]}）", "第")

    def _in_turn(self, number: int) -> bool:
        """A list may begin again, and its first numbers are sometimes lost in a text file."""
        if not self.item or number == self.item + 1:
            return True
        place, lines = self.pieces[-1]
        under_heading = not place.trail and len(lines) == 1
        return number == 1 and (under_heading or lines[-1].endswith(_ENDS))

    def _point(self, line: str) -> Place | None:
        found = _POINT.match(line)
        if not found or int(found[1]) not in {1, self.point + 1}:
            return None
        self.point = int(found[1])
        return self._below(f"{self.point}.", "第（")

    def _below(self, label: str, kept: str) -> Place:
        here = self._here
        above = tuple(part for part in here.trail if part[0] in kept)
        return Place(here.annex, here.outer, (*above, label))


def _value(numeral: str) -> int | None:
    """What a numeral means, in Chinese or in digits; None when it means nothing."""
    if numeral.isdigit():
        return int(numeral)
    try:
        return chinese_number(numeral)
    except ValueError:
        return None
