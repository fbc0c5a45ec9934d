"""Huiqi, OpenFisca-core and zen-engine on the same rules and profiles, timed in one run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import TypeAlias

from benchmarks.knowledge.openfisca_peer import OpenFiscaPeer, situation_of
from benchmarks.knowledge.own import Effort, all_untraced
from benchmarks.knowledge.profiles import AS_OF, Enquiry, enquiry_of, full_profile
from benchmarks.knowledge.rules import Rules, whole_programmes
from benchmarks.knowledge.synthetic import synthetic_files
from benchmarks.knowledge.timing import Figures, figures, interleaved, took
from benchmarks.knowledge.zen_peer import ZenPeer, context_of
from knowledge.base import KnowledgeBase
from knowledge.evaluation import evaluate_all
from knowledge.expression.env import Env, TestRun
from knowledge.loading import load_files
from knowledge.profile import Dossier

Ways: TypeAlias = dict[str, list[Callable[[], object]]]


@dataclass(frozen=True, slots=True)
class Timed:
    """One way of one engine; microseconds for one profile and all programmes."""

    does: str
    figures: Figures


def versions() -> dict[str, str]:
    """The peers measured."""
    return {name: version(name) for name in ("openfisca-core", "zen-engine")}


def timed_beside(base: KnowledgeBase, effort: Effort) -> list[Timed]:
    """Every engine by its recommended use, for one profile and all programmes."""
    rules, enquiry = whole_programmes(base), enquiry_of(base)
    dossiers = [full_profile(enquiry, seed) for seed in range(effort.profiles)]
    fisca = OpenFiscaPeer(rules)
    ways = (
        _huiqi(base, rules, dossiers) | _zen(rules, dossiers) | _openfisca(fisca, rules, dossiers)
    )
    found = interleaved(ways, effort.repeats) | interleaved(_making(rules), effort.processes)
    found |= _ready_or_many(fisca, rules, enquiry, effort)
    return [Timed(does, found[does]) for does in sorted(found)]


def _huiqi(base: KnowledgeBase, rules: Rules, dossiers: Sequence[Dossier]) -> Ways:
    tests = [base.compiled[programme].tests[id_].run for programme, id_ in rules.origin.values()]
    return {
        "Huiqi: verdicts, without trace": [partial(all_untraced, base, d) for d in dossiers],
        "Huiqi: verdicts, with trace": [partial(evaluate_all, base, d, AS_OF) for d in dossiers],
        "Huiqi: the tests alone": [
            partial(_run_all, tests, Env(d.values, AS_OF)) for d in dossiers
        ],
    }


def _run_all(tests: Sequence[TestRun], env: Env) -> None:
    for test in tests:
        test(env)


def _zen(rules: Rules, dossiers: Sequence[Dossier]) -> Ways:
    peer = ZenPeer(rules)
    contexts = [context_of(dossier, rules.facts) for dossier in dossiers]
    return {
        "zen-engine: criteria and programmes": [partial(peer.answers, c) for c in contexts],
        "zen-engine: criteria and programmes, with trace": [
            partial(peer.traced, c) for c in contexts
        ],
        "zen-engine: programmes alone": [partial(peer.programmes, c) for c in contexts],
    }


def _openfisca(peer: OpenFiscaPeer, rules: Rules, dossiers: Sequence[Dossier]) -> Ways:
    situations = [situation_of(dossier, rules.facts) for dossier in dossiers]
    return {
        "OpenFisca-core: test case and programmes": [
            partial(peer.programmes, s) for s in situations
        ],
        "OpenFisca-core: test case and programmes, with trace": [
            partial(peer.programmes, s, trace=True) for s in situations
        ],
    }


def _ready_or_many(
    peer: OpenFiscaPeer, rules: Rules, enquiry: Enquiry, effort: Effort
) -> dict[str, Figures]:
    """OpenFisca without its test case, and with many profiles at once: one of them."""
    dossiers = (full_profile(enquiry, seed) for seed in range(effort.columns))
    situations = [situation_of(dossier, rules.facts) for dossier in dossiers]
    ready = [peer.simulation(situation) for situation in situations[: effort.profiles]]
    columns = [peer.simulations(situations) for _ in range(3)]
    return {
        "OpenFisca-core: programmes, test case ready": figures(
            [took(partial(peer.computed, one)) for one in ready]
        ),
        f"OpenFisca-core: programmes, one of {effort.columns:,} profiles as columns": figures(
            [took(partial(peer.computed, many)) / effort.columns for many in columns]
        ),
    }


def _making(rules: Rules) -> Ways:
    """From rules to something that answers. Huiqi reads and checks YAML, the peers get objects."""
    return {
        "Huiqi: the rules made ready, once": [partial(load_files, synthetic_files())],
        "zen-engine: the rules made ready, once": [partial(ZenPeer, rules)],
        "OpenFisca-core: the rules made ready, once": [partial(OpenFiscaPeer, rules)],
    }
