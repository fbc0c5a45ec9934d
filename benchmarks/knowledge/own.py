"""Huiqi by itself: loading a release, verdicts of all programmes, the next question."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.knowledge.profiles import (
    AS_OF,
    Enquiry,
    enquiry_of,
    full_profile,
    partial_profile,
)
from benchmarks.knowledge.timing import Figures, figures, measured, took
from knowledge.base import KnowledgeBase
from knowledge.briefing import briefs, weigh
from knowledge.evaluation import evaluate, evaluate_all
from knowledge.loading import BUILTIN_FOLDER, load_files, read_folder
from knowledge.profile import Asking, Cell, Dossier, Records
from knowledge.questions import next_question

_HERE = Path(__file__).parents[2]
_COLD = """
import sys
from time import perf_counter
start = perf_counter()
from pathlib import Path
from knowledge.loading import load
imported = perf_counter()
load(Path(sys.argv[1]))
print(imported - start, perf_counter() - imported)
"""


@dataclass(frozen=True, slots=True)
class Effort:
    """How often each thing is run."""

    processes: int
    profiles: int
    repeats: int
    partial_profiles: int
    interviews: int
    columns: int


THOROUGH = Effort(7, 20, 15, 200, 10, 10_000)
QUICK = Effort(1, 2, 1, 5, 1, 20)
"""Shows that everything runs; no figure to quote."""


@dataclass(frozen=True, slots=True)
class Cold:
    """A process that loads a release: all of it, its imports, the load alone."""

    process: Figures
    imports: Figures
    load: Figures


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Verdicts on full profiles: of one programme (any), of each by itself, of all."""

    one: Figures
    one_traced: Figures
    each: Mapping[str, Figures]
    each_traced: Mapping[str, Figures]
    all: Figures
    all_kept: Figures
    """The same once it was weighed: what a turn costs whose answer changes nothing."""
    all_traced: Figures


@dataclass(frozen=True, slots=True)
class Questions:
    """The very first question of a process, those on partial profiles and in whole interviews."""

    first: Figures
    partial: Figures
    interview: Figures


@dataclass(frozen=True, slots=True)
class Own:
    """A release by itself."""

    programmes: int
    criteria: int
    facts: int
    cold: Cold
    verdicts: Verdicts
    questions: Questions


def own_figures(files: Mapping[str, str], effort: Effort) -> Own:
    """Every figure of one release."""
    base = load_files(files)
    enquiry = enquiry_of(base)
    return Own(
        len(base.programmes),
        sum(len(programme.all_criteria) for programme in base.programmes.values()),
        len(enquiry.facts),
        _cold(files, effort),
        _verdicts(base, enquiry, effort),
        _questions(base, enquiry, effort),
    )


def builtin_files() -> dict[str, str]:
    """The files of the built-in release."""
    return read_folder(BUILTIN_FOLDER)


def _cold(files: Mapping[str, str], effort: Effort) -> Cold:
    whole, imports, loads = [], [], []
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, "utf-8")
        for _ in range(effort.processes + 1):
            printed: list[str] = []
            whole.append(took(partial(_load_in_process, folder, printed)))
            imported, loaded = (float(part) * 1e6 for part in printed[0].split())
            imports.append(imported)
            loads.append(loaded)
    # The first process may have had byte code to write.
    return Cold(figures(whole[1:]), figures(imports[1:]), figures(loads[1:]))


def _load_in_process(folder: str, printed: list[str]) -> None:
    command = [sys.executable, "-c", _COLD, folder]
    done = subprocess.run(command, cwd=_HERE, capture_output=True, text=True, check=True)
    printed.append(done.stdout)


def _verdicts(base: KnowledgeBase, enquiry: Enquiry, effort: Effort) -> Verdicts:
    dossiers = [full_profile(enquiry, seed) for seed in range(effort.profiles)]
    each, each_traced, singles, singles_traced = {}, {}, [], []
    for id_ in sorted(base.programmes):
        plain = [partial(evaluate, base, id_, d, AS_OF, trace=False) for d in dossiers]
        traced = [partial(evaluate, base, id_, d, AS_OF) for d in dossiers]
        each[id_] = measured(plain, effort.repeats)
        each_traced[id_] = measured(traced, effort.repeats)
        singles += plain
        singles_traced += traced
    return Verdicts(
        measured(singles, 1),
        measured(singles_traced, 1),
        each,
        each_traced,
        measured([partial(all_untraced, base, d) for d in dossiers], effort.repeats),
        measured([partial(briefs, base, d, AS_OF) for d in dossiers], effort.repeats),
        measured([partial(evaluate_all, base, d, AS_OF) for d in dossiers], effort.repeats),
    )


def all_untraced(base: KnowledgeBase, dossier: Dossier) -> None:
    """The standing of every programme and what is missing, weighed anew: nothing kept is used."""
    for compiled in base.compiled.values():
        weigh(compiled, dossier, AS_OF)


def _questions(base: KnowledgeBase, enquiry: Enquiry, effort: Effort) -> Questions:
    first = took(partial(next_question, base, Dossier(), AS_OF))
    some = [partial_profile(enquiry, seed) for seed in range(effort.partial_profiles)]
    asked: list[float] = []
    for seed in range(effort.interviews):
        asked += _interview(base, full_profile(enquiry, seed))
    return Questions(
        figures([first]),
        measured([partial(next_question, base, d, AS_OF) for d in some], 1),
        figures(asked),
    )


def _interview(base: KnowledgeBase, full: Dossier) -> Iterator[float]:
    """Microseconds of every question until nothing is left to ask, answered from a full profile."""
    dossier, left = Dossier(), list[Asking]()
    while True:
        found: list[Asking] = []
        yield took(partial(_ask, base, dossier, left, found))
        if not found:
            return
        answer = full.get(found[0])
        dossier, left = _answered(dossier, left, found[0], answer)


def _ask(
    base: KnowledgeBase, dossier: Dossier, left: Sequence[Asking], found: list[Asking]
) -> None:
    question = next_question(base, dossier, AS_OF, leave=left)
    if question is not None:
        found.append(question.asking)


def _answered(
    dossier: Dossier, left: list[Asking], asking: Asking, answer: Cell | Records | None
) -> tuple[Dossier, list[Asking]]:
    if answer is None:
        return dossier, [*left, asking]
    return dossier.having(asking, answer), left
