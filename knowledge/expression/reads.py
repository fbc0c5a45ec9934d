"""Which facts a tree reads, and whether they are known to the last digit."""

from collections.abc import Mapping
from datetime import date

from knowledge.expression import tree
from knowledge.fact import Fact
from knowledge.profile import Asking, Cell, Range, Records


def years_of(node: tree.YearValue, today: date) -> tuple[int, ...]:
    """The calendar years a function of years reads on a day, latest first."""
    if node.function == "this_year":
        return (today.year,)
    if node.function == "years_ago":
        return (today.year - node.years,)
    return tuple(today.year - back for back in range(1, node.years + 1))


def exact(fact: Fact, value: Cell | Records | None) -> bool:
    """Whether an answer leaves nothing open: present, not a range, rows complete to the cell."""
    match value:
        case None:
            return False
        case Range():
            return value.exact
        case Records():
            return value.complete and all(
                exact(fact, row.get(column)) for row in value.rows for column in fact.columns
            )
        case _:
            return True


def reads_of(node: "tree.Test | tree.Number", today: date) -> Mapping[Asking, Fact]:
    """Every fact the tree reads on that day, in the order it is written, each once."""
    found: dict[Asking, Fact] = {}
    _collect(node, today, found)
    return found


def _collect(node: "tree.Test | tree.Number", today: date, found: dict[Asking, Fact]) -> None:
    match node:
        case tree.FactValue() | tree.Counted() | tree.Summed() | tree.Exists():
            found[Asking(node.fact.id, node.role)] = node.fact
        case tree.OneOf() | tree.Includes() if node.column is None:
            found[Asking(node.fact.id, node.role)] = node.fact
        case tree.YesNo() if node.column is None:
            year = today.year - 1 if node.last_year else None
            found[Asking(node.fact.id, node.role, year)] = node.fact
        case tree.YearValue():
            for year in years_of(node, today):
                found[Asking(node.fact.id, node.role, year)] = node.fact
        case _:
            pass
    for part in parts_of(node):
        _collect(part, today, found)


def parts_of(node: tree.Test | tree.Number) -> tuple[tree.Test | tree.Number, ...]:
    """The nodes directly below."""
    match node:
        case tree.Compare() | tree.Arithmetic():
            return node.left, node.right
        case tree.CompareRatio():
            return node.above, node.below, node.right
        case tree.Both() | tree.Least():
            return node.parts
        case tree.Not() | tree.Defined():
            return (node.part,)
        case tree.Shifted() | tree.YearOf():
            return (node.day,)
        case tree.WholeSteps():
            return (node.value,)
        case tree.Choose():
            return node.test, node.then, node.otherwise
        case tree.Counted() | tree.Exists():
            return () if node.where is None else (node.where,)
        case tree.Summed():
            return (node.body,) if node.where is None else (node.body, node.where)
        case _:
            return ()
