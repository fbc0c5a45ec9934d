"""What Telegram makes of HTML: the plain text people read, or why it refuses to parse it."""

from html import unescape
from html.parser import HTMLParser

TAGS = {"b", "strong", "i", "em", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"}


class CannotParse(Exception):
    """Telegram's answer is 400: can't parse entities."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise CannotParse(f"unsupported start tag {tag!r}")
        if tag == "blockquote" and "blockquote" in self.open:
            raise CannotParse("nested blockquote")
        if tag == "a" and not dict(attrs).get("href"):
            raise CannotParse("a without href")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            raise CannotParse(f"unexpected end tag {tag!r}")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise CannotParse("a bare <")
        self.text += data

    def handle_entityref(self, name: str) -> None:
        if name not in {"lt", "gt", "amp", "quot"}:
            raise CannotParse(f"unknown entity {name!r}")
        self.text += unescape(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.text += unescape(f"&#{name};")


def plain(html: str) -> str:
    """The text without its tags; raises `CannotParse`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.open:
        raise CannotParse(f"{reader.open[-1]!r} is not closed")
    return reader.text
