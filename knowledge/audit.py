"""A second reading of a text held against the first: which figures both found, which only one.

Whoever re-encodes a document sees only its text and the format below, and writes down each figure
that binds or is offered, with article, comparing word and force. The audit compares; it does not
say who is right: each difference is settled against the text, with a reason.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import TypeAdapter, model_validator

from knowledge.base import KnowledgeBase
from knowledge.encoded import Encoded, encoded_figures, figures_in_words
from knowledge.figures import Figure, figures_in
from knowledge.model import Frozen, Line
from knowledge.official_text import Place, read_place
from knowledge.yaml_text import read_as

Sign: TypeAlias = Literal[">=", ">", "<=", "<", "=", ""]
SETTLED = "settled.yaml"


class BlindEntry(Frozen):
    """One figure of a text, as somebody read it who saw nothing else."""

    article: Line
    what: Line
    value: Line
    """As it is counted: `10 人`, `100 万元`, `30%`, `2 个月`, `12 月 31 日`."""
    sign: Sign = ""
    """The text's own comparing word; empty where it has none, as with a deadline or an amount."""
    force: Literal["hard", "soft", "offer", "target", "authority"] = "hard"

    @model_validator(mode="after")
    def _has_a_figure(self) -> "BlindEntry":
        if not figures_in(self.value):
            raise ValueError(f"no figure: {self.value!r}")
        if read_place(self.article) is None:
            raise ValueError(f"no article: {self.article!r}")
        return self


class BlindFile(Frozen):
    """What somebody found in one document."""

    document: Line
    entries: tuple[BlindEntry, ...] = ()


class Settlement(Frozen):
    """Why a difference stands: looked up in the text."""

    document: Line
    article: Line
    value: Line
    """As the audit shows it; `*` settles every difference of the article."""
    why: Line


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that only one reading has, or whose comparing word differs."""

    document: str
    article: str
    value: str
    kind: Literal["only_blind", "only_encoded", "sign"]
    what: str
    settled: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """One document: how many figures both readings have, and where they differ."""

    document: str
    agreed: int
    in_words: int
    """Of the blind figures those that the release tells in words, without a test."""
    differences: tuple[Difference, ...]


def read_blind(folder: Path) -> dict[str, BlindFile]:
    """The blind readings by document; raises Refused."""
    found = {}
    for file in sorted(folder.glob("*.yaml")):
        if file.name == SETTLED:
            continue
        read, _ = read_as(file.name, file.read_text("utf-8"), TypeAdapter(BlindFile))
        found[read.document] = read
    return found


def read_settled(folder: Path) -> tuple[Settlement, ...]:
    """The settlements; none where nothing had to be settled. Raises Refused."""
    file = folder / SETTLED
    if not file.is_file():
        return ()
    return read_as(SETTLED, file.read_text("utf-8"), TypeAdapter(tuple[Settlement, ...]))[0]


def audit(
    base: KnowledgeBase, blind: Mapping[str, BlindFile], settled: tuple[Settlement, ...]
) -> list[Audit]:
    """Each document that was read blind, against the release."""
    why = {(each.document, each.article, each.value): each.why for each in settled}
    encoded = encoded_figures(base)
    return [
        _Comparison(file, encoded.get(document, []), figures_in_words(base, document), why).audit()
        for document, file in blind.items()
    ]


class _Comparison:
    """One document: its blind figures beside the encoded ones."""

    def __init__(
        self,
        file: BlindFile,
        encoded: list[Encoded],
        words: list[tuple[Place, Figure]],
        why: Mapping[tuple[str, str, str], str],
    ) -> None:
        self._file = file
        self._encoded = encoded
        self._words = words
        self._why = why

    def audit(self) -> Audit:
        agreed = in_words = 0
        differences: list[Difference] = []
        for entry in self._file.entries:
            for figure in _figures_of(entry):
                found = [each for each in self._encoded if _same(each, figure, entry)]
                if any(_sign_fits(each, entry.sign) for each in found):
                    agreed += 1
                elif found:
                    what = f"{entry.what}: {entry.sign or 'no sign'} / {found[0].sign or 'no sign'}"
                    differences.append(self._difference(entry.article, figure, "sign", what))
                elif self._told(figure, entry):
                    in_words += 1
                else:
                    what = entry.what
                    differences.append(self._difference(entry.article, figure, "only_blind", what))
        differences.extend(self._unseen())
        return Audit(self._file.document, agreed, in_words, tuple(differences))

    def _told(self, figure: Figure, entry: BlindEntry) -> bool:
        place = _place(entry.article)
        return any(_alike(each, figure) and _meet(cited, place) for cited, each in self._words)

    def _unseen(self) -> Iterator[Difference]:
        """Encoded figures the blind reading does not have."""
        seen: set[tuple[str, Figure]] = set()
        for each in self._encoded:
            blind = any(
                _alike(each.figure, figure) and _meet(each.place, _place(entry.article))
                for entry in self._file.entries
                for figure in figures_in(entry.value)
            )
            if not blind and (each.article, each.figure) not in seen:
                seen.add((each.article, each.figure))
                yield self._difference(each.article, each.figure, "only_encoded", each.source)

    def _difference(
        self,
        article: str,
        figure: Figure,
        kind: Literal["only_blind", "only_encoded", "sign"],
        what: str,
    ) -> Difference:
        document, value = self._file.document, shown(figure)
        why = self._why.get((document, article, value)) or self._why.get((document, article, "*"))
        return Difference(document, article, value, kind, what, why or "")


def shown(figure: Figure) -> str:
    """A figure as the settlements and the page write it: `10 人`, `30%`, `1000000 CNY`."""
    if figure.unit == "ratio":
        return f"{(figure.number * 100).normalize():f}%"
    return f"{figure.number.normalize():f} {figure.unit}".strip()


def _place(article: str) -> Place:
    place = read_place(article)
    if place is None:
        raise AssertionError("articles were checked when they were read")
    return place


def _meet(one: Place, other: Place) -> bool:
    return one == other or one.covers(other) or other.covers(one)


def _same(encoded: Encoded, figure: Figure, entry: BlindEntry) -> bool:
    return _alike(encoded.figure, figure) and _meet(encoded.place, _place(entry.article))


def _alike(one: Figure, other: Figure) -> bool:
    """The same number and unit; in 2—3 家 the first number has lost its unit."""
    return one.number == other.number and (one.unit == other.unit or "" in {one.unit, other.unit})


def _figures_of(entry: BlindEntry) -> list[Figure]:
    """The figures of an entry; of 12 月 31 日 for 12 月底 the month, for the text has no day."""
    found = sorted(figures_in(entry.value), key=str)
    if any(figure.unit == "月" for figure in found):
        found = [each for each in found if each.unit != "日" or each.number < _SHORTEST_MONTH]
    return found


_SHORTEST_MONTH = 28


_OPPOSITE = {">=": "<", "<": ">=", "<=": ">", ">": "<="}


def _sign_fits(encoded: Encoded, sign: Sign) -> bool:
    """A bare figure fits any sign; a test that must fail may write the opposite."""
    if not sign or not encoded.sign or sign == "=":
        return True
    return encoded.sign == sign or (encoded.either_way and _OPPOSITE.get(encoded.sign) == sign)
