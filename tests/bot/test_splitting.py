"""Messages of at most 4096 characters, whatever is put in."""

from hypothesis import given
from hypothesis import strategies as st

from bot.splitting import Line, Span, Wrap, messages, units
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
    ),
    max_size=20,
)


@given(lines=LINES, limit=st.integers(20, 300))
def test_every_part_fits_and_nothing_is_lost(lines: list[Line], limit: int) -> None:
    parts = [plain(part) for part in messages(lines, limit)]
    assert all(units(part) <= limit for part in parts)
    together = "".join(parts).replace("\n", "")
    assert together == "".join(span.text for each in lines for span in each.spans)
