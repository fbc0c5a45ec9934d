"""Lines of formatted text, and messages of at most 4096 characters made of them.

Telegram counts UTF-16 code units after the tags are taken out. Every message has its tags closed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from typing import Literal, TypeAlias

LIMIT = 4096
Tag: TypeAlias = Literal["", "b", "i"]
Wrap: TypeAlias = Literal["", "blockquote", "blockquote expandable"]


@dataclass(frozen=True, slots=True)
class Span:
    """Plain words with one format; `href` makes a link of them."""

    text: str
    tag: Tag = ""
    href: str = ""

    @property
    def html(self) -> str:
        """With its tags, everything else escaped."""
        words = escape(self.text, quote=False)
        if self.href:
            words = f'<a href="{escape(self.href, quote=True)}">{words}</a>'
        return f"<{self.tag}>{words}</{self.tag}>" if self.tag else words


@dataclass(frozen=True, slots=True)
class Line:
    """One line; neighbours of the same `wrap` and `group` stand in one block."""

    spans: tuple[Span, ...]
    wrap: Wrap = ""
    group: int = 0

    @property
    def length(self) -> int:
        """As Telegram counts it, the line's end included."""
        return sum(units(span.text) for span in self.spans) + 1


def line(text: str = "", tag: Tag = "", wrap: Wrap = "", group: int = 0) -> Line:
    """A line of one span."""
    return Line((Span(text, tag),), wrap, group)


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def messages(lines: Iterable[Line], limit: int = LIMIT) -> list[str]:
    """The lines as HTML, in as few messages as they need; cut between lines where that goes."""
    parts: list[list[Line]] = [[]]
    room = limit
    for each in lines:
        for piece in _fitting(each, limit):
            if piece.length > room and parts[-1]:
                parts.append([])
                room = limit
            parts[-1].append(piece)
            room -= piece.length
    return [html for part in parts if (html := _html(part).strip("\n"))]


def _fitting(each: Line, limit: int) -> Iterator[Line]:
    """The line, cut inside where it alone is longer than a message."""
    if each.length <= limit:
        yield each
        return
    spans: list[Span] = []
    room = limit - 1
    for span in each.spans:
        rest = span.text
        while units(rest) > room:
            head, rest = _cut(rest, room)
            yield replace(each, spans=(*spans, replace(span, text=head)))
            spans, room = [], limit - 1
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
