"""Chinese numerals, read and refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.numerals import chinese_number

DIGITS = "零一二三四五六七八九"


def written(number: int) -> str:
    """How a text writes a number below ten thousand."""
    text, zero = "", False
    for place, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if zero and text else "") + DIGITS[digit] + word
            zero = False
        else:
            zero = True
    return text[1:] if 10 <= number < 20 else text


@given(st.integers(1, 9999))
def test_every_number_as_it_is_written(number: int) -> None:
    assert chinese_number(written(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("零", 0), ("两", 2), ("十", 10), ("二十", 20), ("一百零五", 105), ("两千", 2000),
        ("二〇二三", 2023), ("千", 1000), ("百", 100), ("一千零一十", 1010),
    ],
)  # fmt: skip
def test_as_texts_write_them(text: str, number: int) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize("text", ["", "十百", "二三十", "三十四五", "万", "12", "百千", "一十零零"])
def test_what_means_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a numeral"):
        chinese_number(text)
