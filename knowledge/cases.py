"""Policy cases beside a programme: what a policy person expects, and where the rule differs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated

from pydantic import Field, TypeAdapter

from knowledge.base import KnowledgeBase
from knowledge.consistency import check_role
from knowledge.document import Day
from knowledge.evaluation import evaluate
from knowledge.judging import missing_within
from knowledge.model import Frozen, Line
from knowledge.profile import Dossier
from knowledge.quantity import QuantityRefused, parse_quantity
from knowledge.truth import StandingRange
from knowledge.value import ValueRefused, read_dossier
from knowledge.verdict import (
    BenefitOutcome,
    FilingWindow,
    Outcome,
    Payment,
    Reason,
    ScoreLine,
    Verdict,
)
from knowledge.yaml_text import Problem, Refused, read_as


class CaseWindow(Frozen):
    """A filing window that the case assumes."""

    opens: Day
    closes: Day


class Case(Frozen):
    """One case: a sentence, the day, what is given and what must come out."""

    case: Line
    as_of: Day
    given: Mapping[str, object] = Field(default_factory=dict)
    windows: tuple[CaseWindow, ...] = ()
    expect: Annotated[Mapping[str, object], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that the rule does not meet."""

    programme: str
    case: str
    line: int
    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return str(self.problem)

    @property
    def problem(self) -> Problem:
        """Where the case stands, and what came out instead."""
        reason = f"{self.what}: expected {self.expected}, found {self.found}"
        return Problem(f"programmes/{self.programme}.cases.yaml", self.line, self.case, reason)


def read_cases(file: str | PurePath, text: str) -> tuple[tuple[int, Case], ...]:
    """The cases of one file with their lines; raises Refused."""
    cases, plain = read_as(file, text, TypeAdapter(tuple[Case, ...]))
    return tuple((plain.line_of((place,)), case) for place, case in enumerate(cases))


def run_cases(
    base: KnowledgeBase, programme: str, cases: tuple[tuple[int, Case], ...]
) -> Iterator[Difference]:
    """Every expectation that does not hold; raises Refused for a case that cannot be read."""
    for line, case in cases:
        try:
            for key in case.given:
                check_role(base.facts, base.roles, key)
            dossier = read_dossier(base.facts, case.given)
        except ValueRefused as refused:
            file = f"programmes/{programme}.cases.yaml"
            raise Refused([Problem(file, line, case.case, str(refused))]) from refused
        windows = [FilingWindow(programme, w.opens, w.closes) for w in case.windows]
        verdict = evaluate(base, programme, dossier, case.as_of, windows)
        checker = _Checker(verdict, dossier, case)
        for what, expected in case.expect.items():
            found = checker.found(what, expected)
            if found is not None:
                yield Difference(programme, case.case, line, what, str(expected), found)


def failed_cases(base: KnowledgeBase, files: Mapping[str, str]) -> tuple[list[Problem], int]:
    """What does not hold of all cases among the files of a release, and how many were run.

    Raises Refused for a case that cannot be read.
    """
    problems: list[Problem] = []
    ran = 0
    for name, text in files.items():
        if not name.endswith(".cases.yaml"):
            continue
        programme = PurePath(name).name.removesuffix(".cases.yaml")
        if programme not in base.programmes:
            problems.append(Problem(name, 0, "", f"there is no programme {programme}"))
            continue
        cases = read_cases(name, text)
        ran += len(cases)
        problems.extend(found.problem for found in run_cases(base, programme, cases))
    return problems, ran


class _Checker:
    """Compares one verdict with what a case expects."""

    def __init__(self, verdict: Verdict, dossier: Dossier, case: Case) -> None:
        self._verdict = verdict
        self._dossier = dossier
        self._case = case
        self._outcomes = dict(_by_id(verdict))

    def found(self, what: str, expected: object) -> str | None:
        """What was found instead, or None when the expectation holds."""
        if not _is_of_its_form(what, expected):
            return f"{what} is not written so"
        fields = {
            "missing": self._missing,
            "routes": self._routes,
            "benefits": self._benefits,
            "clocks": self._clocks,
            "risk": self._risk,
            "exceptions": self._exceptions,
            "score": self._score,
        }
        if what in fields:
            return fields[what](expected)
        if what in {"programme", "ruled_out", "timing", "window"}:
            return self._field_differs(what, str(expected))
        outcome = self._outcomes.get(what)
        if outcome is None:
            return "no such criterion, exclusion or group"
        return _standing(str(expected), outcome.standing)

    def _field_differs(self, what: str, expected: str) -> str | None:
        found = self._field(what)
        if what == "programme" and found != "not_applicable":
            return _standing(expected, self._verdict.standing)
        return _differs(expected, found)

    def _field(self, what: str) -> str:
        verdict = self._verdict
        if what == "programme":
            if verdict.applicability.value == "not_applicable":
                return "not_applicable"
            return verdict.standing.word
        if what == "ruled_out":
            return "yes" if verdict.ruled_out else "no"
        return verdict.timing.value if what == "timing" else verdict.window.value

    def _missing(self, expected: object) -> str | None:
        named = [self._outcomes[id_] for id_ in self._case.expect if id_ in self._outcomes]
        if len(named) == 1:
            found = missing_within(named[0], named[0].standing)
        else:
            found = list(self._verdict.missing)
        wanted = expected if isinstance(expected, list) else []
        return _differs(sorted(map(str, wanted)), sorted(map(str, found)))

    def _routes(self, expected: object) -> str | None:
        found = {
            "possible": sorted(r.rule.id for r in self._verdict.routes if r.possible),
            "proven": sorted(r.rule.id for r in self._verdict.routes if r.proven),
        }
        wanted = expected if isinstance(expected, dict) else {}
        for word, ids in wanted.items():
            if sorted(ids) != found.get(word):
                return f"{word} {found.get(word)}"
        return None

    def _risk(self, expected: object) -> str | None:
        found = sorted(id_ for id_, o in self._outcomes.items() if Reason.RISK in o.reasons)
        return _differs(sorted(expected) if isinstance(expected, list) else [], found)

    def _exceptions(self, expected: object) -> str | None:
        states = {outcome.rule.id: outcome.state for outcome in self._verdict.exceptions}
        return _differ_by_id(expected, states)

    def _benefits(self, expected: object) -> str | None:
        outcomes = {outcome.rule.id: outcome for outcome in self._verdict.benefits}
        wanted = expected if isinstance(expected, dict) else {}
        for id_, words in wanted.items():
            if id_ not in outcomes:
                return f"{id_}: no such benefit"
            if not _pays(str(words), outcomes[id_]):
                return f"{id_}: {_benefit_words(outcomes[id_])}"
        return None

    def _clocks(self, expected: object) -> str | None:
        found = {}
        for outcome in self._verdict.clocks:
            words = "undetermined" if outcome.first is None else str(outcome.last)
            if outcome.first != outcome.last:
                words = f"{outcome.first}..{outcome.last}"
            found[outcome.rule.id] = words
        return _differ_by_id(expected, found)

    def _score(self, expected: object) -> str | None:
        lines = () if self._verdict.score is None else self._verdict.score.lines
        return _differ_by_id(expected, {line.id: _points(line) for line in lines})


def _by_id(verdict: Verdict) -> Iterator[tuple[str, Outcome]]:
    tops = [*verdict.exclusions]
    if verdict.applies_to is not None:
        tops.append(verdict.applies_to)
    if verdict.criteria is not None:
        tops.append(verdict.criteria)
    for top in tops:
        yield from _below(top)


def _below(outcome: Outcome) -> Iterator[tuple[str, Outcome]]:
    if outcome.node.id is not None:
        yield outcome.node.id, outcome
    for child in outcome.children:
        yield from _below(child)


def _is_of_its_form(what: str, expected: object) -> bool:
    """Whether an expectation says anything: one of the wrong form would hold whatever is found."""
    if what in {"routes", "benefits", "clocks", "exceptions", "score"}:
        return isinstance(expected, dict) and bool(expected)
    if what in {"missing", "risk"}:
        return isinstance(expected, list) or expected == "none"
    return isinstance(expected, str)


def _differs(expected: object, found: object) -> str | None:
    return None if expected == found else str(found)


def _differ_by_id(expected: object, found: Mapping[str, str]) -> str | None:
    wanted = expected if isinstance(expected, dict) else {}
    for id_, words in wanted.items():
        if found.get(id_) != words:
            return f"{id_}: {found.get(id_, 'no such id')}"
    return None


def _standing(expected: str, standing: StandingRange) -> str | None:
    word, _, ends = expected.partition(" ")
    found = standing.word
    between = f"{standing.worst.word}..{standing.best.word}"
    if word != found or (ends and ends != between):
        return f"{found} {between}" if found == "undetermined" else found
    return None


def _pays(words: str, outcome: BenefitOutcome) -> bool:
    if words == "not_due":
        return outcome.due == "no"
    if outcome.due == "no":
        return False
    if words == "undetermined":
        return outcome.due == "undetermined" or bool(outcome.missing)
    if words == "not_stated":
        return outcome.payment is None
    try:
        return outcome.payment == _payment(words)
    except QuantityRefused:
        return False


def _payment(words: str) -> Payment:
    if words.startswith("at most "):
        quantity = parse_quantity(words.removeprefix("at most "))
        return Payment(None, quantity.number, quantity.unit)
    low, separator, high = words.partition("..")
    most = parse_quantity(high if separator else low)
    if not separator:
        return Payment(most.number, most.number, most.unit)
    least = parse_quantity(low)
    if not least.is_money:
        least = parse_quantity(low + high.strip().lstrip("0123456789. "))
    return Payment(least.number, most.number, most.unit)


def _benefit_words(outcome: BenefitOutcome) -> str:
    if outcome.due == "no":
        return "not_due"
    if outcome.payment is None:
        return f"not_stated ({outcome.due})"
    pay = outcome.payment
    missing = ", ".join(map(str, outcome.missing))
    return f"{pay.low}..{pay.high} {pay.currency} ({outcome.due}), open: {missing or 'nothing'}"


def _points(line: ScoreLine) -> str:
    if line.low is None or line.high is None:
        return "not_stated"
    return f"{line.low} 分" if line.low == line.high else f"{line.low}..{line.high} 分"
