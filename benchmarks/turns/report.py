"""What was measured: kept as JSON, shown as tables."""

from dataclasses import asdict
from pathlib import Path

from benchmarks import keeping
from benchmarks.turns.running import Report

_MARKS = ("<!-- turns: written by the command -->", "<!-- end of turns -->")

_HEAD = "| turns/s | of the first | p50 ms | p99 ms | CPU ms a turn | server's core | MiB |"


def write_json(report: Report, file: Path) -> None:
    """Every figure."""
    keeping.write_json(asdict(report), file)


def write_page(report: Report, file: Path) -> None:
    """Put the tables into their place on a page; raises ValueError for a page without it."""
    keeping.write_page(tables(report), file, _MARKS)


def tables(report: Report) -> str:
    """Both tables, in Markdown."""
    machine = "; ".join(f"{name}: {value}" for name, value in report.machine.items())
    lines = [f"Machine: {machine}.", ""]
    if not report.thorough:
        lines += ["**A quick run: it shows that everything works, its figures say nothing.**", ""]
    best = next(iter(report.bots.values())).per_second if report.bots else 0.0
    lines += [
        f"| {report.chats} chats, each speaks again at once {_HEAD}",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {f.per_second:,.0f} | {f.per_second / best:.0%} | {f.busy.p50:,.1f} "
        f"| {f.busy.p99:,.1f} | {f.cpu_ms} | {f.server_busy:.0%} | {f.memory_mib:.0f} |"
        for name, f in report.bots.items()
    ]
    lines += [
        "",
        "| evenly offered | answered/s | p50 ms | p95 ms | p99 ms | longest ms | no answer |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {name}: {f.offered:.0f}/s | {f.answered} | {f.steady.p50:,.1f} | {f.steady.p95:,.1f} "
        f"| {f.steady.p99:,.1f} | {f.steady.most:,.1f} | {f.lost} |"
        for name, f in report.bots.items()
    ]
    return "\n".join(lines) + "\n"
