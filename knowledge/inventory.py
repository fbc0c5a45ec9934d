"""The inventory: each thing the documents offer or demand, and the programmes that tell it."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from knowledge.base import KnowledgeBase
from knowledge.model import Frozen, Line, Slug
from knowledge.yaml_text import Problem, read_as

FILE = "inventory.yaml"


class Entry(Frozen):
    """One line of the inventory; two may share a programme."""

    line: Line
    programmes: tuple[Slug, ...] = ()


def read_inventory(folder: Path) -> dict[str, tuple[Entry, ...]]:
    """The lines by document; raises Refused. Empty where the folder has no inventory."""
    file = folder / FILE
    if not file.is_file():
        return {}
    adapter = TypeAdapter(dict[Line, tuple[Entry, ...]])
    return read_as(FILE, file.read_text("utf-8"), adapter)[0]


def check_inventory(base: KnowledgeBase, inventory: dict[str, tuple[Entry, ...]]) -> list[Problem]:
    """What is not there yet: a document, a line without a programme, one that does not cite it."""
    return list(_problems(base, inventory))


def _problems(base: KnowledgeBase, inventory: dict[str, tuple[Entry, ...]]) -> Iterator[Problem]:
    for document, entries in inventory.items():
        if document not in base.documents:
            yield Problem(FILE, 0, document, "there is no such document")
            continue
        for entry in entries:
            if not entry.programmes:
                yield Problem(FILE, 0, document, f"no programme tells {entry.line}")
            for id_ in entry.programmes:
                if id_ not in base.programmes:
                    yield Problem(FILE, 0, document, f"there is no programme {id_}: {entry.line}")
                elif document not in base.programmes[id_].basis:
                    yield Problem(FILE, 0, document, f"{id_} does not rest on it: {entry.line}")
