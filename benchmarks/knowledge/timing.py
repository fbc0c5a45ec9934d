"""Repeated runs to figures, and the machine they were taken on."""

import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter_ns


@dataclass(frozen=True, slots=True)
class Figures:
    """Microseconds of one run: the middle, the tails and the quickest of `runs`."""

    median: float
    p95: float
    p99: float
    least: float
    runs: int


def figures(microseconds: Sequence[float]) -> Figures:
    """The figures of runs timed elsewhere."""
    ordered = sorted(microseconds)
    return Figures(
        round(statistics.median(ordered), 1),
        round(_at(ordered, 0.95), 1),
        round(_at(ordered, 0.99), 1),
        round(ordered[0], 1),
        len(ordered),
    )


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def measured(runs: Sequence[Callable[[], object]], repeats: int, per: int = 1) -> Figures:
    """Time every run `repeats` times after one unmeasured round; `per` divides each time."""
    for run in runs:
        run()
    return figures([took(run) / per for _ in range(repeats) for run in runs])


def interleaved(
    ways: Mapping[str, Sequence[Callable[[], object]]], repeats: int
) -> dict[str, Figures]:
    """Time several ways in turn, round by round, so that a busy machine troubles all alike."""
    times: dict[str, list[float]] = {way: [] for way in ways}
    for runs in ways.values():
        for run in runs:
            run()
    for _ in range(repeats):
        for way, runs in ways.items():
            times[way] += [took(run) for run in runs]
    return {way: figures(found) for way, found in times.items()}


def took(run: Callable[[], object]) -> float:
    """Microseconds of one run."""
    start = perf_counter_ns()
    run()
    return (perf_counter_ns() - start) / 1000


def machine() -> dict[str, str]:
    """What the figures depend on. No host name, no path."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load average at the start": f"{os.getloadavg()[0]:.1f}",
    }


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text("utf-8").splitlines() if described.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "not stated"
