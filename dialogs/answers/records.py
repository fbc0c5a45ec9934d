"""Rows typed as lines: one row a line, cells by column where only one reading fits."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from dialogs.answers.outcome import Code, Refused
from dialogs.answers.tidying import says_none, says_unsure, tidy
from knowledge.fact import Column, Fact
from knowledge.profile import Cell, Records, Row

ReadCell: TypeAlias = Callable[[Column, str], Cell]
"""Reads one cell of a column; raises Refused."""

_FAR = frozenset({Code.NOT_UNDERSTOOD, Code.NO_SUCH_OPTION, Code.SEVERAL_NUMBERS, Code.VAGUE})
"""Refusals that say that a cell has nothing to do with a column."""
_LONGEST = 5000
_MOST_CELLS = 12
_YES = re.compile("是|有|有的|对|嗯|yes|y")
_SEPARATORS = (
    re.compile(r"[|\uff5c\t]"),
    re.compile(r"[;；]"),
    re.compile(r"[,，、]"),
    re.compile(r"\s+"),
)
_LABEL = re.compile(r"^\s*([^:：=]{1,40})\s*[:：=]\s*(.+)$")
_NUMBERED = re.compile(r"^\s*(?:[0-9]{1,3}[.、)）]|[-*•·])\s+")


def read_records(fact: Fact, text: str, read: ReadCell) -> Records:
    """No rows for 没有, which is complete; rows typed are "at least these". Raises Refused."""
    said = tidy(text, _LONGEST)
    if says_none(said) or said == "0":
        return Records(())
    if _YES.fullmatch(said):
        raise Refused(Code.WHICH_ROWS)
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    if len(lines) > fact.max_rows:
        raise Refused(Code.TOO_MANY_ROWS, most=str(fact.max_rows))
    try:
        return Records(tuple(_row(fact.columns, line, read) for line in lines), complete=False)
    except Refused as refused:
        if says_unsure(said):
            raise Refused(Code.UNSURE) from refused
        raise


def _row(columns: Mapping[str, Column], line: str, read: ReadCell) -> Row:
    """The one row a line can mean; columns that were not said stay out of it."""
    bare = _NUMBERED.sub("", line)
    for cells in _splits(bare):
        if len(cells) > len(columns):
            continue
        if row := _labelled(columns, cells, read) or _placed(columns, cells, read):
            return row
    raise Refused(Code.NOT_A_ROW)


def _splits(line: str) -> Iterator[list[str]]:
    """The line cut at each kind of separator it has, the most telling first; last as one cell."""
    for separator in _SEPARATORS:
        cells = [cell.strip() for cell in separator.split(line) if cell.strip()]
        if 1 < len(cells) <= _MOST_CELLS:
            yield cells
    yield [line.strip()]


def _labelled(columns: Mapping[str, Column], cells: list[str], read: ReadCell) -> Row | None:
    """Every cell says its column: 类别：专利."""
    row: dict[str, Cell] = {}
    for cell in cells:
        match = _LABEL.match(cell)
        name = _named(columns, match[1]) if match else None
        if match is None or name is None or name in row:
            return None
        try:
            row[name] = read(columns[name], match[2])
        except Refused:
            return None
    return row


def _named(columns: Mapping[str, Column], label: str) -> str | None:
    said = label.strip().lower()
    for name, column in columns.items():
        if said in (name, column.title.zh.lower(), column.title.en.lower()):
            return name
    return None


def _placed(columns: Mapping[str, Column], cells: list[str], read: ReadCell) -> Row | None:
    """Each cell in the column that reads it, when there is exactly one way to do so."""
    options = [_readable(columns, cell, read) for cell in cells]
    ways = list(_ways(options, {}))
    if len(ways) != 1:
        return None
    telling = [name for name, column in columns.items() if column.type != "text"]
    return ways[0] if not telling or any(name in ways[0] for name in telling) else None


def _readable(columns: Mapping[str, Column], cell: str, read: ReadCell) -> dict[str, Cell]:
    """The columns a cell may stand in. Text reads anything: it takes what fits no other."""
    found, far = _tried(columns, cell, read, texts=False)
    return found if found or not far else _tried(columns, cell, read, texts=True)[0]


def _tried(
    columns: Mapping[str, Column], cell: str, read: ReadCell, *, texts: bool
) -> tuple[dict[str, Cell], bool]:
    found: dict[str, Cell] = {}
    far = True
    for name, column in columns.items():
        if (column.type == "text") is not texts:
            continue
        try:
            found[name] = read(column, cell)
        except Refused as refused:
            far = far and refused.code in _FAR
    return found, far


def _ways(options: list[dict[str, Cell]], taken: dict[str, Cell]) -> Iterator[dict[str, Cell]]:
    if not options:
        yield dict(taken)
        return
    for name, value in options[0].items():
        if name not in taken:
            yield from _ways(options[1:], {**taken, name: value})
