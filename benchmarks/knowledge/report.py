"""What was measured: kept as JSON, shown as tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import keeping
from benchmarks.knowledge.agreement import Agreement, Probe, Unknowns
from benchmarks.knowledge.beside import Timed
from benchmarks.knowledge.own import Own
from benchmarks.knowledge.timing import Figures

_MARKS = ("<!-- figures: written by the command -->", "<!-- end of figures -->")
_PEERS = {"openfisca": "OpenFisca-core", "zen": "zen-engine"}


@dataclass(frozen=True, slots=True)
class Report:
    """One run: times are microseconds."""

    machine: Mapping[str, str]
    versions: Mapping[str, str]
    release: str
    thorough: bool
    built_in: Own
    agreements: Sequence[Agreement]
    beside: Sequence[Timed]
    unknowns: Mapping[str, Unknowns]
    probes: Sequence[Probe]


def write_json(report: Report, file: Path) -> None:
    """Every figure."""
    keeping.write_json(asdict(report), file)


def write_page(report: Report, file: Path) -> None:
    """Put the tables into their place on a page; raises ValueError for a page without it."""
    keeping.write_page(tables(report), file, _MARKS)


def tables(report: Report) -> str:
    """Every table, in Markdown."""
    machine = "; ".join(f"{name}: {value}" for name, value in report.machine.items())
    peers = ", ".join(f"{name} {number}" for name, number in report.versions.items())
    parts = [f"Machine: {machine}. Peers: {peers}. Release `{report.release[:12]}`."]
    if not report.thorough:
        parts.append("**A quick run: it shows that everything works, its figures say nothing.**")
    parts += [*_own("The built-in release", report.built_in)]
    parts += [
        "### Beside the peers: one full profile, all 20 made-up programmes",
        _figures_table((t.does, t.figures) for t in report.beside),
        "### Checked equal first",
        _agreements(report.agreements),
        "### Where they part",
        _unknowns(report.unknowns),
        _probes(report.probes),
    ]
    return "\n\n".join(parts) + "\n"


def _own(title: str, own: Own) -> list[str]:
    cold, verdicts, questions = own.cold, own.verdicts, own.questions
    lines: list[tuple[str, Figures]] = [
        ("cold: a fresh process, imports and load", cold.process),
        ("cold: imports of the engine", cold.imports),
        ("cold: load alone", cold.load),
        ("verdict of one programme, without trace", verdicts.one),
        ("verdict of one programme, with trace", verdicts.one_traced),
        ("verdicts of all, without trace, weighed anew", verdicts.all),
        ("verdicts of all, without trace, weighed before", verdicts.all_kept),
        ("verdicts of all, with trace", verdicts.all_traced),
        ("the first question of a process", questions.first),
        ("next question, random partial profiles", questions.partial),
        ("next question, whole interviews", questions.interview),
    ]
    size = f"{own.programmes} programmes, {own.criteria} criteria, {own.facts} facts to answer"
    return [f"### {title}: {size}", _figures_table(lines)]


def _figures_table(lines: Iterable[tuple[str, Figures]]) -> str:
    rows = [
        (what, *map(duration, (f.median, f.p95, f.p99, f.least)), str(f.runs)) for what, f in lines
    ]
    return _table(("what", "median", "p95", "p99", "least", "runs"), rows)


_MILLISECOND, _SECOND = 1e3, 1e6


def duration(microseconds: float) -> str:
    """A time as people read it: µs, ms or s, three digits."""
    if microseconds >= _SECOND:
        return f"{microseconds / _SECOND:.2f} s"
    if microseconds >= _MILLISECOND:
        return f"{microseconds / _MILLISECOND:.3g} ms"
    return f"{microseconds:.3g} µs"


def _agreements(found: Sequence[Agreement]) -> str:
    head = ("rules", "tests", "whole programmes", "left out", "profiles", "answers compared",
            "of them met", "zero denominators", "OpenFisca differs", "zen differs")  # fmt: skip
    rows = [
        (a.release, str(a.tests), str(a.programmes), str(a.left_out), str(a.profiles),
         f"{a.compared:,}", f"{a.held / a.compared:.0%}", str(a.zero_denominators),
         _differing(a.openfisca_differs), _differing(a.zen_differs))
        for a in found
    ]  # fmt: skip
    return _table(head, rows)


def _differing(ids: Sequence[str]) -> str:
    return "nowhere" if not ids else ", ".join(ids)


def _unknowns(found: Mapping[str, Unknowns]) -> str:
    head = ("a fifth of the facts missing", "Huiqi: undetermined", "peer says yes or no",
            "Huiqi: decided", "peer says otherwise", "peer has no answer")  # fmt: skip
    rows = [
        (_PEERS[peer], str(u.undetermined), str(u.answered_all_the_same), str(u.decided),
         str(u.decided_otherwise), str(u.decided_unanswered))
        for peer, u in found.items()
    ]  # fmt: skip
    return _table(head, rows)


def _probes(found: Sequence[Probe]) -> str:
    rows = [(p.question, p.huiqi, p.openfisca, p.zen) for p in found]
    return _table(("question", "Huiqi", "OpenFisca-core", "zen-engine"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
