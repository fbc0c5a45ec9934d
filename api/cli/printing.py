"""Replies as text for a terminal: the same cards and buttons, numbered."""

from collections.abc import Iterator, Sequence

from dialogs.message import Card, CardLine, Choice, Mark, Reply

_MARKS: dict[Mark, str] = {
    "met": "✓ ",
    "evidence": "◇ ",
    "authority": "△ ",
    "missed": "✗ ",
    "unknown": "? ",
    "info": "· ",
    "none": "  ",
}


class Printer:
    """Prints the replies of one turn; the numbers of the buttons run on through all of them."""

    def __init__(self) -> None:
        self.buttons: list[Choice] = []

    def text(self, replies: Sequence[Reply]) -> str:
        """All replies, an empty line between them."""
        return "\n\n".join("\n".join(self._reply(reply)) for reply in replies)

    def _reply(self, reply: Reply) -> Iterator[str]:
        if reply.text:
            yield reply.text
        if reply.card is not None:
            yield from self._card(reply.card)
        if reply.footer:
            yield reply.footer
        elif reply.progress is not None:
            yield f"[{reply.progress.decided}/{reply.progress.total}]"
        yield from self._choices(reply.choices, "")

    def _card(self, card: Card) -> Iterator[str]:
        badges = " ".join(f"[{badge.label}]" for badge in card.badges)
        yield f"━━ {card.title} {badges}".rstrip()
        yield from (text for text in (card.subtitle, card.lead) if text)
        for section in card.sections:
            yield f"── {section.title}"
            for line in section.lines:
                yield from self._line(line)

    def _line(self, line: CardLine) -> Iterator[str]:
        yield f"{_MARKS[line.mark]}{line.text}"
        yield from (f"    {note}" for note in line.notes)
        if line.quote is not None:
            quote = line.quote
            yield f"    《{quote.document}》{quote.article} “{quote.text}”"
        if line.link:
            yield f"    {line.link}"
        yield from self._choices(line.choices, "    ")

    def _choices(self, choices: Sequence[Choice], indent: str) -> Iterator[str]:
        for choice in choices:
            self.buttons.append(choice)
            yield f"{indent}#{len(self.buttons)} {'●' if choice.chosen else ''}{choice.label}"
