"""Whether the peers say the same, and what they say where they cannot."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.knowledge.openfisca_peer import OpenFiscaPeer, situation_of
from benchmarks.knowledge.profiles import AS_OF, enquiry_of, full_profile, partial_profile
from benchmarks.knowledge.rules import Rules, single_tests, whole_programmes
from benchmarks.knowledge.zen_peer import ZenPeer, context_of
from knowledge.base import KnowledgeBase
from knowledge.evaluation import evaluate
from knowledge.expression.checking import check_test
from knowledge.expression.env import Env
from knowledge.expression.evaluating import compile_test
from knowledge.profile import Dossier, Range
from knowledge.truth import CERTAIN, NO_ANSWER, Standing

_KNOWN = 0.8


@dataclass(frozen=True, slots=True)
class Agreement:
    """Answers compared on full profiles, those on which a peer differs, and what was left out."""

    release: str
    tests: int
    programmes: int
    left_out: int
    profiles: int
    compared: int
    held: int
    zero_denominators: int
    openfisca_differs: tuple[str, ...]
    zen_differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknowns:
    """Verdicts of whole programmes with a fifth of the facts missing, and a peer's answers."""

    undetermined: int
    answered_all_the_same: int
    decided: int
    decided_otherwise: int
    decided_unanswered: int


@dataclass(frozen=True, slots=True)
class Probe:
    """One question on which number formats or logics part, and each engine's answer."""

    question: str
    huiqi: str
    openfisca: str
    zen: str


def agreement(name: str, base: KnowledgeBase, rules: Rules, profiles: int) -> Agreement:
    """Compare every answer of the three on random full profiles."""
    enquiry, facts = enquiry_of(base), rules.facts
    fisca, zen = OpenFiscaPeer(rules), ZenPeer(rules)
    counted: Counter[str] = Counter()
    fisca_differs: dict[str, None] = {}
    zen_differs: dict[str, None] = {}
    for seed in range(profiles):
        dossier = full_profile(enquiry, seed)
        by_fisca = fisca.answers(situation_of(dossier, facts))
        by_zen = zen.answers(context_of(dossier, facts))
        for id_, answer in own_answers(base, rules, dossier).items():
            counted["zero" if answer is None else "compared"] += 1
            counted["held"] += answer is True
            if answer is not None and by_fisca[id_] is not answer:
                fisca_differs[id_] = None
            if answer is not None and by_zen[id_] is not answer:
                zen_differs[id_] = None
    return Agreement(
        name,
        len(rules.tests),
        len(rules.programmes),
        rules.left_out,
        profiles,
        counted["compared"],
        counted["held"],
        counted["zero"],
        tuple(fisca_differs),
        tuple(zen_differs),
    )


def own_answers(base: KnowledgeBase, rules: Rules, dossier: Dossier) -> Mapping[str, bool | None]:
    """Huiqi's answers to the same rules: tests as they are, programmes by their verdict."""
    env = Env(dossier.values, AS_OF)
    answers: dict[str, bool | None] = {}
    for id_, (programme, criterion) in rules.origin.items():
        truth = base.compiled[programme].tests[criterion].run(env)
        answers[id_] = None if truth == NO_ANSWER else truth == CERTAIN
    for id_, programme in zip(rules.programmes, sorted(base.programmes), strict=False):
        answers[id_] = _eligible(base, programme, dossier)
    return answers


def _eligible(base: KnowledgeBase, programme: str, dossier: Dossier) -> bool | None:
    standing = evaluate(base, programme, dossier, AS_OF, trace=False).standing
    return standing.best is Standing.ELIGIBLE if standing.decided else None


def both_agreements(
    made_up: KnowledgeBase, built_in: KnowledgeBase, profiles: int
) -> list[Agreement]:
    """The made-up programmes whole, and the translatable tests of the built-in release."""
    return [
        agreement("made-up", made_up, whole_programmes(made_up), profiles),
        agreement("built-in", built_in, single_tests(built_in), profiles),
    ]


def unknowns(base: KnowledgeBase, profiles: int) -> dict[str, Unknowns]:
    """What each peer says of whole programmes while a fifth of the facts is missing."""
    rules, enquiry = whole_programmes(base), enquiry_of(base)
    fisca, zen = OpenFiscaPeer(rules), ZenPeer(rules)
    counted = {"openfisca": Counter[str](), "zen": Counter[str]()}
    for seed in range(profiles):
        dossier = partial_profile(enquiry, seed, _KNOWN)
        context = context_of(dossier, rules.facts)
        by_fisca = fisca.programmes(situation_of(dossier, rules.facts))
        for id_, programme in zip(rules.programmes, sorted(base.programmes), strict=True):
            own = _eligible(base, programme, dossier)
            counted["openfisca"][_kind(own=own, other=by_fisca[id_])] += 1
            counted["zen"][_kind(own=own, other=zen.programme(id_, context))] += 1
    return {peer: _unknowns(found) for peer, found in counted.items()}


def _kind(*, own: bool | None, other: bool | None) -> str:
    if own is None:
        return "undetermined" if other is None else "answered"
    if other is None:
        return "unanswered"
    return "same" if own is other else "otherwise"


def _unknowns(found: Counter[str]) -> Unknowns:
    return Unknowns(
        found["undetermined"] + found["answered"],
        found["answered"],
        found["same"] + found["otherwise"] + found["unanswered"],
        found["otherwise"],
        found["unanswered"],
    )


def probes(base: KnowledgeBase) -> list[Probe]:
    """Single figures on which the engines part."""
    near = Decimal("19999999.99")
    return [
        _probe(
            base,
            "one fen short: 19,999,999.99 元 ≥ 2,000 万元?",
            "revenue >= 2000 万元",
            revenue=near,
        ),
        _probe(base, "0 元 / 0 元 ≥ 3 %?", "rd_expense / revenue >= 3%", rd_expense=0, revenue=0),
        _probe(base, "nothing known: revenue ≥ 2,000 万元?", "revenue >= 2000 万元"),
    ]


def _probe(base: KnowledgeBase, question: str, test: str, **given: Decimal | int) -> Probe:
    node = check_test(test, base.words)
    rules = Rules({"t0": node}, {}, {"p0": "t0"}, 0)
    known = {key: Range(Decimal(figure), Decimal(figure)) for key, figure in given.items()}
    dossier = Dossier(known)
    worst, best = compile_test(node)(Env(dossier.values, AS_OF))
    own = ("no", "no answer", "yes")[worst] if worst == best else "unknown"
    fisca = OpenFiscaPeer(rules).answers(situation_of(dossier, rules.facts))["p0"]
    zen = ZenPeer(rules).programme("p0", context_of(dossier, rules.facts))
    return Probe(
        question, own, _yes_or_no(said=fisca), "an error" if zen is None else _yes_or_no(said=zen)
    )


def _yes_or_no(*, said: bool) -> str:
    return "yes" if said else "no"
