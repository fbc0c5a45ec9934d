"""Numerals as people write them: 1,200 · 三点五亿 · 五百多万 · 十几 · 三四百 · 2 million."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import takewhile

from dialogs.answers.numeral_tokens import Token, tokens_of

_SECTION = 10**4
_TEN = 10
_TENTH_FROM = 100
"""From this unit on a digit left over counts tenths: 三百五 is 350, while 二十五 is 25."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral read from the beginning of a text.

    `open_high`: the upper end itself is not reached (五百多 stays below 600). `scale` is what
    stands behind the figure, such as 万; 1 where nothing does; `scaled`: whether 万 or more stands
    anywhere in it. `shared` is what a figure before it in a range takes over (3-5千万: 千万), None
    where that cannot be told (三到五十). `near`: 三十来, about thirty.
    """

    low: Decimal
    high: Decimal
    rest: str
    scale: Decimal = Decimal(1)
    shared: Decimal | None = Decimal(1)
    scaled: bool = False
    plain: bool = False
    """Whether it is a figure without any unit."""
    open_high: bool = False
    near: bool = False


class _NoNumeral(ValueError):
    """The tokens are no numeral."""


def scan(text: str) -> Numeral | None:
    """The numeral at the beginning of a tidied text; None when there is none."""
    tokens, rest = tokens_of(text)
    if not tokens:
        return None
    near = any(t.kind == "near" for t in tokens)
    try:
        numeral = _valued([t for t in tokens if t.kind != "near"], rest)
    except _NoNumeral:
        return None
    units = [t for t in tokens if t.kind == "unit"]
    return replace(
        numeral,
        near=near,
        shared=_shared(tokens),
        scaled=any(_large(t) for t in units),
        plain=not units,
    )


def _valued(tokens: list[Token], rest: str) -> Numeral:
    over = [i for i, t in enumerate(tokens) if t.kind == "over"]
    if len(over) > 1:
        raise _NoNumeral
    if over:
        return _over(tokens[: over[0]], tokens[over[0] + 1 :], rest)
    some = [i for i, t in enumerate(tokens) if t.kind == "some"]
    if some:
        return _some(tokens, some, rest)
    low, high = _either(tokens)
    return Numeral(_value(low), _value(high), rest, _scale(tokens))


def _over(before: list[Token], after: list[Token], rest: str) -> Numeral:
    """五百多万: from 500 to below 600, in 万."""
    if not before or any(t.kind != "unit" or t.value < _SECTION for t in after):
        raise _NoNumeral
    value, step = _value(before), _step(before)
    if value == 0 or (step <= 1 and not after):
        raise _NoNumeral
    factor = _product(after)
    scale = factor if after else _scale(before)
    return Numeral(value * factor, (value + step) * factor, rest, scale, open_high=True)


def _step(tokens: list[Token]) -> Decimal:
    """The place of the last figure said: 100 for 五百, 10 for 120, a tenth of 亿 for 1.5亿."""
    factor = Decimal(1)
    rest = list(tokens)
    while rest and rest[-1].kind == "unit":
        factor *= rest.pop().value
    if not rest or rest[-1].chinese:
        return factor
    figure = rest[-1].value.normalize().as_tuple()
    exponent = figure.exponent if isinstance(figure.exponent, int) else 0
    return factor * Decimal(1).scaleb(exponent)


def _some(tokens: list[Token], some: list[int], rest: str) -> Numeral:
    """十几, 二十几万: from one to below ten more."""
    at = some[0]
    behind = tokens[at + 1 :]
    tens = at > 0 and tokens[at - 1].kind == "unit" and tokens[at - 1].value == _TEN
    if len(some) > 1 or not tens or any(t.kind != "unit" or t.value < _SECTION for t in behind):
        raise _NoNumeral
    base = _value(tokens[:at])
    factor = _product(behind)
    return Numeral((base + 1) * factor, (base + 10) * factor, rest, factor, open_high=True)


def _either(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """三四百: the tokens with the lesser and with the greater digit; twice the same otherwise."""
    runs = [
        i
        for i in range(len(tokens) - 1)
        if _digit(tokens[i]) and _digit(tokens[i + 1]) and not _pointed(tokens, i)
    ]
    if len(runs) != 1 or tokens[runs[0] + 1].value != tokens[runs[0]].value + 1:
        return tokens, tokens
    i = runs[0]
    if tokens[i].value == 0:
        return tokens, tokens
    return tokens[: i + 1] + tokens[i + 2 :], tokens[:i] + tokens[i + 1 :]


def _digit(token: Token) -> bool:
    return token.kind == "number" and token.chinese


def _pointed(tokens: list[Token], i: int) -> bool:
    return any(t.kind == "point" for t in tokens[:i])


def _scale(tokens: list[Token]) -> Decimal:
    """The units of 万 and more, or of Latin letters, that close the numeral."""
    return _product(token for token in _closing(tokens) if _large(token))


def _large(token: Token) -> bool:
    return token.value >= _SECTION or not token.chinese


def _shared(tokens: list[Token]) -> Decimal | None:
    """All units that close the numeral: 千万 of 5千万. 三到五十万 may begin at 3 or at 30 万."""
    units = _closing(tokens)
    return None if any(token.text == "十" for token in units) else _product(units)


def _closing(tokens: list[Token]) -> list[Token]:
    return list(takewhile(lambda token: token.kind == "unit", reversed(tokens)))


def _product(units: Iterable[Token]) -> Decimal:
    return Decimal(math.prod(int(token.value) for token in units))


def _value(tokens: list[Token]) -> Decimal:
    reader = _Reader()
    for token in _figures(tokens):
        reader.take(token)
    return reader.end()


def _figures(tokens: list[Token]) -> Iterator[Token]:
    """Runs of digits as one figure: 一二三 is 123, 三点五 is 3.5; 一百零五 keeps its zero."""
    i = 0
    while i < len(tokens):
        run = i
        while run < len(tokens) and (_digit(tokens[run]) or tokens[run].kind == "point"):
            run += 1
        if run == i:
            yield tokens[i]
            i += 1
            continue
        yield from _figure(tokens[i:run], first=i == 0)
        i = run


def _figure(run: list[Token], *, first: bool) -> Iterator[Token]:
    written = "".join("." if t.kind == "point" else str(t.value) for t in run)
    digits = len(run)
    zeros = any(t.value == 0 for t in run if t.kind == "number")
    leading_zero = not first and written.startswith("0")
    if leading_zero and digits <= 2:  # noqa: PLR2004 - a zero and the figure it keeps apart
        yield Token("number", Decimal(0), chinese=True, text="零")
        yield from run[1:]
        return
    if not first and re.fullmatch(r"\.[0-9]+", written):
        yield Token("number", Decimal(f"0{written}"), text=written)
        return
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", written):
        raise _NoNumeral
    if digits == 2 and "." not in written and not zeros:  # noqa: PLR2004 - 二五 is no 25
        raise _NoNumeral
    if digits > 1 and leading_zero:
        raise _NoNumeral
    yield Token("number", Decimal(written), chinese=digits == 1, text=written)


class _Reader:
    """Adds up figures and their units from the left; units must fall."""

    def __init__(self) -> None:
        self.total = Decimal(0)
        self.section = Decimal(0)
        self.figure: Token | None = None
        self.small_below = Decimal(_SECTION)
        self.big_below = Decimal(10) ** 13
        self.last: Token | None = None
        self.zero = False
        self.spoken = False

    def take(self, token: Token) -> None:
        self.spoken = True
        if token.kind == "number":
            self._take_number(token)
        else:
            self._take_unit(token)

    def _take_number(self, token: Token) -> None:
        if self.figure is not None:
            raise _NoNumeral
        if token.text == "零" and self.last is not None:
            self.zero = True
        else:
            self.figure = token

    def _take_unit(self, unit: Token) -> None:
        if unit.value < _SECTION:
            self._take_small(unit)
        else:
            self._take_big(unit)
        self.figure, self.last, self.zero = None, unit, False

    def _take_small(self, unit: Token) -> None:
        number = Decimal(1) if self.figure is None else self.figure.value
        bare = self.figure is None
        if bare and not (unit.text == "十" and self.section == 0 and self.last is None):
            raise _NoNumeral
        if unit.value >= self.small_below or number == 0:
            raise _NoNumeral
        self.section += number * unit.value
        self.small_below = unit.value

    def _take_big(self, unit: Token) -> None:
        if self.figure is not None:
            self.section += self._fitting(self.figure.value, self.small_below)
            if self._skips_a_place(self.figure):
                raise _NoNumeral
        if self.section == 0 or unit.value >= self.big_below:
            raise _NoNumeral
        self.total += self.section * unit.value
        self.section, self.small_below = Decimal(0), Decimal(_SECTION)
        self.big_below = unit.value

    def _skips_a_place(self, figure: Token) -> bool:
        """五百二万: without a 零 between them it may be 520 as well as 502."""
        return figure.chinese and not self.zero and self.small_below not in {10, _SECTION}

    def _fitting(self, number: Decimal, below: Decimal) -> Decimal:
        if self.section and number >= below:
            raise _NoNumeral
        return number

    def end(self) -> Decimal:
        if not self.spoken:
            raise _NoNumeral
        if self.figure is None:
            if self.zero:
                raise _NoNumeral
            return self.total + self.section
        return self.total + self.section + self._left_over(self.figure)

    def _left_over(self, figure: Token) -> Decimal:
        if self.last is None:
            return figure.value
        if figure.value >= self.last.value:
            raise _NoNumeral
        single = figure.value in {Decimal(d) for d in range(1, 10)}
        if single and not self.zero and self.last.chinese and self.last.value >= _TENTH_FROM:
            return figure.value * self.last.value / 10
        return figure.value
