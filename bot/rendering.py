"""A reply as Telegram shows it: lines of formatted text, and an inline keyboard."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from unicodedata import east_asian_width

from bot.splitting import Line, Span, Tag, Wrap, line, shown
from dialogs import catalogue
from dialogs.message import Badge, Card, CardLine, Choice, Mark, Reply, Section, Tone
from knowledge.model import Language

MOST_BUTTONS = 90
"""Telegram takes 100; a reply's own come first, those of the lines of a card as far as they go."""
_LONGEST_LABEL = 60
_ROW_WIDTH = 36
_MOST_IN_A_ROW = 7
_LONG_SECTION = 6
"""Lines of a section that are still shown open; a longer one opens when it is tapped."""
_BAR = 10
_FEW_NUMBERED = 3
"""Buttons of lines that still say what they do; more of the same say it once."""

_SIGNS: Mapping[Mark, str] = MappingProxyType(
    {
        "met": "✅", "evidence": "📎", "authority": "⚖️", "missed": "❌", "unknown": "❔",
        "info": "▫️", "none": "",
    }
)  # fmt: skip
_TONES: Mapping[Tone, str] = MappingProxyType(
    {"good": "🟢", "likely": "🟡", "open": "⚪", "warning": "🟠", "bad": "🔴", "muted": "▫️"}
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is shown: lines, and rows of buttons."""

    lines: tuple[Line, ...]
    rows: tuple[tuple[Choice, ...], ...]


def rendered(reply: Reply) -> Rendered:
    """A reply in lines and buttons."""
    numbered: list[Choice] = []
    lines = [*_said(reply)]
    if reply.card is not None:
        lines += _card(reply.card, numbered, reply.language)
        numbered, told = _compact(numbered, reply.language)
        lines += told
    lines += _how_far(reply)
    own = reply.choices[:MOST_BUTTONS]
    return Rendered(tuple(lines), tuple(_rows([*numbered[: MOST_BUTTONS - len(own)], *own])))


def _how_far(reply: Reply) -> Iterator[Line]:
    if reply.progress is not None or reply.footer:
        yield line()
    if reply.progress is not None:
        done = min(reply.progress.decided * _BAR // max(reply.progress.total, 1), _BAR)
        yield line("▰" * done + "▱" * (_BAR - done))
    if reply.footer:
        yield line(reply.footer, "i")


def _said(reply: Reply) -> Iterator[Line]:
    if reply.author:
        yield line(f"👤 {reply.author}", "b")
    # The lead of a card says the same as the text of its reply.
    if reply.card is None or reply.text != reply.card.lead:
        tag: Tag = "b" if reply.kind == "question" else ""
        for nth, words in enumerate(reply.text.split("\n")):
            yield line(words, tag if nth == 0 else "")
    example = reply.input.example if reply.input is not None else ""
    if example and example not in reply.text:
        yield line(catalogue.text("例如：{example}", reply.language, example=example), "i")


def _card(card: Card, numbered: list[Choice], language: Language) -> Iterator[Line]:
    yield line(card.title, "b")
    if card.subtitle:
        yield line(card.subtitle, "i")
    if card.badges:
        yield line("  ".join(_badge(badge) for badge in card.badges))
    if card.lead:
        yield line()
        yield from (line(words) for words in card.lead.split("\n"))
    for group, section in enumerate(card.sections, start=1):
        yield line()
        yield line(section.title, "b")
        yield from _section(section, group, numbered, language)


def _badge(badge: Badge) -> str:
    return f"{_TONES[badge.tone]} {badge.label}"


def _section(
    section: Section, group: int, numbered: list[Choice], language: Language
) -> Iterator[Line]:
    long = section.folded or len(section.lines) > _LONG_SECTION
    wrap: Wrap = "blockquote expandable" if long else ""
    for nth, each in enumerate(section.lines):
        indent = "　" * each.level
        sign = f"{_SIGNS[each.mark]} " if _SIGNS[each.mark] else ""
        spans = [Span(f"{indent}{sign}{each.text}"), *_numbers(each, numbered)]
        if each.link.startswith("https://"):
            spans += [Span(" "), Span(catalogue.text("打开链接", language), href=each.link)]
        yield Line(tuple(spans), wrap, group, follows=nth == 0)  # no title stands alone
        yield from (_below(Span(f"{indent}　{note}", "i"), wrap, group) for note in each.notes)
        if each.quote is not None:
            place = f"{each.quote.document} {each.quote.article}".strip()
            said = Span(f"{indent}　“{each.quote.text}” {place}")
            yield _below(said, wrap or "blockquote", group if wrap else id(each))


def _below(span: Span, wrap: Wrap, group: int) -> Line:
    return Line((span,), wrap, group, follows=True)


def _numbers(each: CardLine, numbered: list[Choice]) -> Iterator[Span]:
    """A number after a line says which buttons below belong to it."""
    if not each.choices or len(numbered) + len(each.choices) > MOST_BUTTONS:
        return
    number = len({_number_of(choice) for choice in numbered}) + 1
    numbered += [
        choice.model_copy(update={"label": f"[{number}] {choice.label}"}) for choice in each.choices
    ]
    yield Span(f" [{number}]", "b")


def _number_of(choice: Choice) -> str:
    return choice.label.partition("]")[0]


def _compact(numbered: list[Choice], language: Language) -> tuple[list[Choice], list[Line]]:
    """Many buttons that do the same to different lines: numbers alone, and once what they do."""
    labels = {choice.label.partition("] ")[2] for choice in numbered}
    if len(numbered) <= _FEW_NUMBERED or len(labels) != 1:
        return numbered, []
    told = catalogue.text("按下面的编号：{label}", language, label=labels.pop())
    short = [choice.model_copy(update={"label": f"{_number_of(choice)}]"}) for choice in numbered]
    return short, [line(), line(told, "i")]


def _rows(choices: list[Choice]) -> Iterator[tuple[Choice, ...]]:
    """Short labels side by side, long ones alone."""
    row: list[Choice] = []
    for choice in choices:
        key = choice.model_copy(update={"label": _label(choice)})
        width = sum(_width(each.label) + 2 for each in (*row, key))
        if row and (width > _ROW_WIDTH or len(row) == _MOST_IN_A_ROW):
            yield tuple(row)
            row = []
        row.append(key)
    if row:
        yield tuple(row)


def _label(choice: Choice) -> str:
    label = f"✓ {choice.label}" if choice.chosen else choice.label
    label = shown(label).strip() or "…"
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def _width(text: str) -> int:
    """Columns on a screen: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
