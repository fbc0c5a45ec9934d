"""What every benchmark does with its figures: a file for machines, a place on a page for people."""

import json
from collections.abc import Mapping
from pathlib import Path


def write_json(figures: Mapping[str, object], file: Path) -> None:
    """Every figure."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


def write_page(tables: str, file: Path, marks: tuple[str, str]) -> None:
    """Put tables between two marks of a page; raises ValueError for a page without them."""
    first, last = marks
    before, opened, rest = file.read_text("utf-8").partition(first)
    _, closed, after = rest.partition(last)
    if not opened or not closed:
        raise ValueError(f"{file.name} has no place for the figures: {first} … {last}")
    file.write_text(f"{before}{first}\n\n{tables}\n{last}{after}", "utf-8")
