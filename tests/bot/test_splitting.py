"""Messages of at most 4096 characters, whatever is put in."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from bot.splitting import MOST_ENTITIES, Line, Span, Wrap, line, messages, units
from tests.builders.bot_html import plain

WRAPS: list[Wrap] = ["", "blockquote", "blockquote expandable"]
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
SPANS = st.builds(
    Span, WORDS, st.sampled_from(["", "b", "i"]), st.sampled_from(["", "https://a.example/?b&c"])
)
LINES = st.lists(
    st.builds(
        Line,
        st.lists(SPANS, max_size=4).map(tuple),
        st.sampled_from(WRAPS),
        st.integers(0, 2),
        st.booleans(),
    ),
    max_size=20,
)


ANY_TEXT = st.text(max_size=40)


def unspaced(texts: Iterable[str]) -> str:
    return "".join("".join(texts).split())


@given(lines=LINES, limit=st.integers(20, 300))
def test_every_part_fits_and_nothing_is_lost(lines: list[Line], limit: int) -> None:
    parts = [plain(part) for part in messages(lines, limit)]
    assert all(units(part) <= limit for part in parts)
    assert all(part.strip() for part in parts)
    assert unspaced(parts) == unspaced(span.text for each in lines for span in each.spans)


@given(text=ANY_TEXT, href=ANY_TEXT)
def test_whatever_is_written_can_be_sent(text: str, href: str) -> None:
    for part in messages([Line((Span(text, "b"), Span(text, "i", f"https://a.example/{href}")))]):
        part.encode()
        assert "\0" not in plain(part)


def test_no_message_has_more_formatting_than_telegram_keeps() -> None:
    lines = [Line((Span(f"{n}", "b"), Span("文", "", "https://a.example/"))) for n in range(120)]
    parts = messages(lines)
    assert len(parts) == 3
    assert all(part.count("<b>") + part.count("<a ") <= MOST_ENTITIES for part in parts)


def test_a_quote_is_not_cut_from_what_it_belongs_to() -> None:
    lines = [line("字" * 30), line("条件"), Line((Span("引文" * 10),), follows=True)]
    assert messages(lines, 50) == ["字" * 30, "条件\n" + "引文" * 10]


def test_a_line_too_long_is_cut_between_characters() -> None:
    parts = messages([line("😀" * 30, "b")], 21)
    assert [units(plain(part)) for part in parts] == [20, 20, 20]


def test_blank_lines_are_no_message() -> None:
    assert messages([line(" "), line(), line("　")]) == []
