"""One whole run: agreement first, then every time."""

import gc

from benchmarks.knowledge.agreement import both_agreements, probes, unknowns
from benchmarks.knowledge.beside import timed_beside, versions
from benchmarks.knowledge.own import (
    QUICK,
    THOROUGH,
    builtin_files,
    own_figures,
)
from benchmarks.knowledge.report import Report
from benchmarks.knowledge.synthetic import synthetic_files
from benchmarks.knowledge.timing import machine
from knowledge.loading import builtin, load_files

_PROFILES = 200
_FEW_PROFILES = 3


def run(*, quick: bool = False) -> Report:
    """Measure everything; `quick` shows only that it works."""
    effort = QUICK if quick else THOROUGH
    profiles = _FEW_PROFILES if quick else _PROFILES
    described = machine()
    made_up, built_in = load_files(synthetic_files()), builtin()
    agreements = both_agreements(made_up, built_in, profiles)
    unknown, probed = unknowns(made_up, profiles), probes(made_up)
    beside = timed_beside(made_up, effort)
    gc.collect()
    own = own_figures(builtin_files(), effort)
    return Report(
        described,
        versions(),
        built_in.release,
        not quick,
        own,
        agreements,
        beside,
        unknown,
        probed,
    )
