"""Lines of formatted text, and messages of at most 4096 characters made of them.

Telegram counts UTF-16 code units after the tags are taken out. Every message has its tags closed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from typing import Literal, TypeAlias

LIMIT = 4096
MOST_ENTITIES = 100
"""Telegram drops the formatting, links too, of what goes beyond so many in a message."""
_UNSHOWN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(55296, 57344)))
"""What Telegram refuses or cannot carry: control characters and halves of characters."""
Tag: TypeAlias = Literal["", "b", "i"]
Wrap: TypeAlias = Literal["", "blockquote", "blockquote expandable"]


@dataclass(frozen=True, slots=True)
class Span:
    """Plain words with one format; `href` makes a link of them."""

    text: str
    tag: Tag = ""
    href: str = ""

    @property
    def entities(self) -> int:
        """How much formatting Telegram counts in it."""
        return bool(self.tag) + bool(self.href)

    @property
    def html(self) -> str:
        """With its tags, everything else escaped."""
        words = escape(shown(self.text), quote=False)
        if self.href:
            words = f'<a href="{escape(self.href, quote=True)}">{words}</a>'
        return f"<{self.tag}>{words}</{self.tag}>" if self.tag else words


@dataclass(frozen=True, slots=True)
class Line:
    """One line; neighbours of the same `wrap` and `group` stand in one block."""

    spans: tuple[Span, ...]
    wrap: Wrap = ""
    group: int = 0
    follows: bool = False
    """It belongs to the line before it: a cut rather goes before both."""

    @property
    def entities(self) -> int:
        """How much formatting Telegram counts in it, its block included."""
        return sum(span.entities for span in self.spans) + bool(self.wrap)

    @property
    def length(self) -> int:
        """As Telegram counts it, the line's end included."""
        return sum(units(span.text) for span in self.spans) + 1


def line(text: str = "", tag: Tag = "", wrap: Wrap = "", group: int = 0) -> Line:
    """A line of one span."""
    return Line((Span(text, tag),), wrap, group)


def shown(text: str) -> str:
    """The text without what Telegram refuses or cannot carry."""
    return text.translate(_UNSHOWN)


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def messages(lines: Iterable[Line], limit: int = LIMIT) -> list[str]:
    """The lines as HTML, in as few messages as they need; cut between lines where that goes."""
    parts = [_Part(limit)]
    for each in lines:
        for piece in _fitting(each, limit):
            if not parts[-1].has_room(piece):
                parts.append(parts[-1].moved_on(piece))
                if not parts[-1].has_room(piece):
                    parts.append(_Part(limit))
            parts[-1].add(piece)
    return [html for part in parts if (html := _html(_filled(part.lines)))]


class _Part:
    """The lines of one message, and how much they are."""

    def __init__(self, limit: int, lines: Iterable[Line] = ()) -> None:
        self._limit = limit
        self._length = self._entities = 0
        self.lines: list[Line] = []
        for each in lines:
            self.add(each)

    def add(self, piece: Line) -> None:
        self.lines.append(piece)
        self._length += piece.length
        self._entities += piece.entities

    def has_room(self, piece: Line) -> bool:
        """Anything fits into an empty one; the last line needs no end."""
        fits = self._length + piece.length - 1 <= self._limit
        return not self.lines or (fits and self._entities + piece.entities <= MOST_ENTITIES)

    def moved_on(self, piece: Line) -> "_Part":
        """Taken from the end: what the piece belongs to, as far as that is not the most of it."""
        begins = len(self.lines)
        if piece.follows:
            while begins > 0 and self.lines[begins - 1].follows:
                begins -= 1
            begins -= 1
        if begins <= 0 or 2 * begins < len(self.lines):
            return _Part(self._limit)
        moved, self.lines = self.lines[begins:], self.lines[:begins]
        return _Part(self._limit, moved)


def _filled(part: list[Line]) -> list[Line]:
    """Without what is blank at either end: Telegram takes it away, and refuses nothing else."""
    filled = [n for n, each in enumerate(part) if any(s.text.strip() for s in each.spans)]
    return part[filled[0] : filled[-1] + 1] if filled else []


def _fitting(each: Line, limit: int) -> Iterator[Line]:
    """The line, cut inside where it alone is longer than a message."""
    if each.length - 1 <= limit:
        yield each
        return
    spans: list[Span] = []
    room = limit
    for span in each.spans:
        rest = span.text
        while units(rest) > room:
            head, rest = _cut(rest, room)
            yield replace(each, spans=(*spans, replace(span, text=head)))
            spans, room = [], limit
        spans.append(replace(span, text=rest))
        room -= units(rest)
    yield replace(each, spans=tuple(spans))


def _cut(text: str, room: int) -> tuple[str, str]:
    """As many whole characters as there is room for, and the rest."""
    taken = 0
    for place, character in enumerate(text):
        taken += units(character)
        if taken > room:
            return text[:place], text[place:]
    return text, ""


def _html(part: list[Line]) -> str:
    blocks: list[str] = []
    for (wrap, _), lines in groupby(part, key=lambda each: (each.wrap, each.group)):
        words = "\n".join("".join(span.html for span in each.spans) for each in lines)
        blocks.append(f"<{wrap}>{words}</{wrap.split(' ')[0]}>" if wrap else words)
    return "\n".join(blocks)
