"""The words a numeral is made of: figures, Chinese digits, units, and 多, 几, 来, 点."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "俩": 2}
_FORMAL = str.maketrans(
    "壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億兩廿", "一二二三三四五六六七八九十百千万亿两廿"
)
_SMALL = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万亿": 10**12, "亿": 10**8, "万": 10**4, "w": 10**4}
_LATIN = {
    "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6,
    "bn": 10**9, "billion": 10**9,
}  # fmt: skip
_TOKEN = re.compile(
    r"(?P<number>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9]|[.,][0-9])"
    r"|[0-9]+(?:\.[0-9]+)?(?![0-9]|[.,][0-9]))"
    r"|(?P<digit>[零〇○一二两俩三四五六七八九])"
    r"|(?P<big>万亿|[亿万]|w(?![a-z]))"
    r"|(?P<small>[十百千])"
    r"|(?P<latin>(?:thousand|million|billion|mn|bn|[km])(?![a-z0-9]))"
    r"|(?P<point>点)|(?P<some>几)|(?P<over>多|余)|(?P<near>来)"
)

Kind: TypeAlias = Literal["number", "unit", "over", "near", "some", "point"]


@dataclass(frozen=True, slots=True)
class Token:
    """One word. `chinese` is a Chinese digit or unit, `value` what it counts."""

    kind: Kind
    value: Decimal = Decimal(0)
    chinese: bool = False
    text: str = ""


def has_numeral(text: str) -> bool:
    """Whether a figure stands anywhere in the text."""
    figures = text.translate(_FORMAL).replace("百分", "")
    return re.search(r"[0-9一二两三四五六七八九十百千]", figures) is not None


def tokens_of(text: str) -> tuple[list[Token], str]:
    """The words at the beginning of a tidied text, and what is left of it."""
    text = text.translate(_FORMAL)
    found: list[Token] = []
    position = 0
    while match := _TOKEN.match(text, position):
        token = _token(match)
        if found and _apart(found[-1], token):
            break
        found.append(token)
        after = match.end()
        position = _over_spaces(text, after, token)
        if position == after and text[after : after + 1] == " ":
            break
    return found, text[position:].strip()


def _apart(before: Token, token: Token) -> bool:
    """Whether two figures side by side are two numbers."""
    if before.kind != "number" or token.kind != "number":
        return False
    return not before.chinese or not (token.chinese or before.value == 0)


def _over_spaces(text: str, position: int, token: Token) -> int:
    """A unit may stand apart from its figure (1.5 亿); two figures apart are two numbers."""
    spaced = re.compile(r" +(?=[亿万千百]|(?:w|k|m|mn|bn|thousand|million|billion)(?![a-z]))")
    if token.kind == "unit" and not token.chinese:
        spaced = re.compile(r" +(?=[0-9])")
    match = spaced.match(text, position)
    return match.end() if match else position


def _token(match: re.Match[str]) -> Token:
    text = match.group()
    match match.lastgroup:
        case "number":
            return Token("number", Decimal(text.replace(",", "")), text=text)
        case "digit":
            return Token("number", Decimal(_DIGITS[text]), chinese=True, text=text)
        case "big":
            return Token("unit", Decimal(_BIG[text]), chinese=True, text=text)
        case "small":
            return Token("unit", Decimal(_SMALL[text]), chinese=True, text=text)
        case "latin":
            return Token("unit", Decimal(_LATIN[text]), text=text)
        case "over":
            return Token("over", text=text)
        case "some":
            return Token("some", text=text)
        case "near":
            return Token("near", text=text)
        case _:
            return Token("point", text=text)
