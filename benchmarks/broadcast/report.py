"""What was measured: kept as JSON, shown as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import keeping
from benchmarks.broadcast.running import Laid, Used

_MARKS = ("<!-- broadcast: written by the command -->", "<!-- end of broadcast -->")


@dataclass(frozen=True, slots=True)
class Report:
    """One run."""

    machine: Mapping[str, str]
    thorough: bool
    used: Sequence[Used]
    laid: Sequence[Laid]


def write_json(report: Report, file: Path) -> None:
    """Every figure."""
    keeping.write_json(asdict(report), file)


def write_page(report: Report, file: Path) -> None:
    """Put the tables into their place on a page; raises ValueError for a page without it."""
    keeping.write_page(tables(report), file, _MARKS)


def tables(report: Report) -> str:
    """Both tables, in Markdown."""
    machine = "; ".join(f"{name}: {value}" for name, value in report.machine.items())
    parts = [f"Machine: {machine}."]
    if not report.thorough:
        parts.append("**A quick run: it shows that everything works, its figures say nothing.**")
    parts += ["### Share of the allowed rate", _used(report.used)]
    parts += ["### Rows laid down", _laid(report.laid)]
    return "\n\n".join(parts) + "\n"


def _used(found: Sequence[Used]) -> str:
    head = ("kept in", "workers", "allowed in all", "allowed to a broadcast", "arrived a second",
            "share", "most in any second")  # fmt: skip
    rows = [
        (u.engine, str(u.workers), f"{u.a_second}/s", f"{u.allowed}/s",
         f"{u.arrived / u.seconds:.1f}", f"{u.share:.1%}", str(u.most_in_a_second))
        for u in found
    ]  # fmt: skip
    return _table(head, rows)


def _laid(found: Sequence[Laid]) -> str:
    head = ("kept in", "followers", "facts of each", "rows", "seconds", "rows a second",
            "most memory of the worker")  # fmt: skip
    rows = [
        (each.engine, f"{each.followers:,}", str(each.facts), f"{each.rows:,}",
         f"{each.seconds:.1f}", f"{each.rows / max(each.seconds, 0.1):,.0f}",
         f"{each.mebibytes:.0f} MiB")
        for each in found
    ]  # fmt: skip
    return _table(head, rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
