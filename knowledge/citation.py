"""Citations: an article of a document, as authors write it."""

import re
from dataclasses import dataclass

_OTHER_DOCUMENT = re.compile(r"^(\S*\d{4}-\d+|\S+令-\d+)\s+(.+)$")


@dataclass(frozen=True, slots=True)
class Citation:
    """An article of a document, named by its file: `豫财科-2023-2`, `第十七条`."""

    document: str
    article: str


def parse_cite(cite: str, first: str) -> Citation:
    """Read `第四条（六）` (of `first`) or `豫财科-2023-2 第十七条`."""
    found = _OTHER_DOCUMENT.match(cite.strip())
    return Citation(found[1], found[2]) if found else Citation(first, cite.strip())
