"""Document by article: what it is encoded as, and what is not accounted for.

An article is accounted for by a provision that tells it, or by a part of a programme that cites it;
one that says nothing to an applicant has a provision that says so.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.base import KnowledgeBase
from knowledge.citation import parse_cite
from knowledge.citing import cited_parts
from knowledge.official_text import OfficialText, Place, read_place

NOTHING = "nothing for an applicant"


@dataclass(frozen=True, slots=True)
class Covered:
    """One article or item of an official text and what it became; nothing: not accounted for."""

    document: str
    article: str
    encoded_as: tuple[str, ...]
    """`criterion ×2`, `clock`, `provision`, `target`, or `NOTHING`; most frequent first."""

    def __str__(self) -> str:
        return f"{self.document} {self.article}: {', '.join(self.encoded_as) or 'NOT ENCODED'}"


def coverage(base: KnowledgeBase, folder: Path) -> list[Covered]:
    """Every article of every text in a folder (`<document id>.txt`, UTF-8), in their order.

    A text without a document in the release is one line, not encoded.
    """
    mentions = _mentions(base)
    found: list[Covered] = []
    for file in sorted(folder.glob("*.txt")):
        if file.stem not in base.documents:
            found.append(Covered(file.stem, "the whole text", ()))
            continue
        text = OfficialText.read(file.read_text("utf-8"))
        told = mentions.get(file.stem, [])
        found.extend(_of_text(file.stem, text, told))
    return found


_Mention = tuple[Place, str]


def _of_text(document: str, text: OfficialText, told: list[_Mention]) -> Iterator[Covered]:
    seen: set[Place] = set()
    for place, _ in text.pieces:
        # The covering letter and the head of an annex: title, number, addressees.
        if place in seen or not (place.trail or place.outer):
            continue
        seen.add(place)
        kinds = Counter(kind for cited, kind in told if _accounts(cited, place))
        article = str(place) if place.annex is None else f"附件{place.annex or ''} {place}"
        if not place.trail and any(_under(other, place) for other, _ in text.pieces):
            kinds = kinds or Counter({"heading": 1})
        encoded = (kind if n == 1 else f"{kind} ×{n}" for kind, n in kinds.most_common())
        yield Covered(document, article, tuple(encoded))


def _under(other: Place, heading: Place) -> bool:
    return other != heading and heading.covers(other)


def _accounts(cited: Place, place: Place) -> bool:
    """Whether a citation accounts for a place: it names it, an article around it, or part of it.

    A citation of a whole section tells that there is one, not what its items say.
    """
    # A citation that names no annex and no chapter means the place wherever it stands.
    annex = None if cited.annex is None else place.annex
    outer = place.outer if cited.outer or not place.trail else ()
    if replace(place, annex=annex, outer=outer).covers(cited):
        return True
    return cited.covers(place) and bool(cited.trail or not place.trail or not cited.outer)


def _mentions(base: KnowledgeBase) -> Mapping[str, list[_Mention]]:
    found: dict[str, list[_Mention]] = {id_: [] for id_ in base.documents}
    for id_, document in base.documents.items():
        for provision in document.provisions:
            place = read_place(provision.article)
            if place is None:
                continue
            kind = "provision" if provision.for_applicants == "yes" else NOTHING
            found[id_].append((place, kind))
            found[id_].extend((place, "target") for _ in provision.targets)
    for programme in base.programmes.values():
        for part in cited_parts(programme):
            cite = parse_cite(part.cite, programme.basis[0])
            place = read_place(cite.article)
            if place is not None and cite.document in found:
                found[cite.document].append((place, part.kind))
    return found
