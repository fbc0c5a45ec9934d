"""One thing that does not agree with an official text."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

FindingKind: TypeAlias = Literal[
    "no_source", "no_such_article", "missing", "ambiguous", "elsewhere",
    "number", "unit", "comparator", "force",
]  # fmt: skip

_SENTENCES: dict[FindingKind, str] = {
    "no_source": "there is no text {}",
    "no_such_article": "the text has no such article",
    "missing": "the quote stands nowhere in the text: {}",
    "ambiguous": "the quote stands {} times within the article",
    "elsewhere": "the quote stands in {}, not in the cited article",
    "number": "the quote has no {}",
    "unit": "the quote has the number, but not the unit of {}",
    "comparator": "the quote has no word for {}",
    "force": "the words of the quote are not those of force {}",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not agree with the official text: which file, where in it, and what."""

    file: str
    id: str
    cite: str
    kind: FindingKind
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.id}: {self.cite}: {_SENTENCES[self.kind].format(self.what)}"
