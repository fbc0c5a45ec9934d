"""Criteria, exclusions and groups of one programme, judged on what is known."""

from dataclasses import replace

from knowledge.changes import changes_of
from knowledge.compiled import CompiledProgramme
from knowledge.compiled_test import CompiledTest, joined, reads_on, still_open
from knowledge.criterion import UNTESTED, Criterion, Force, Group
from knowledge.expression import tree
from knowledge.expression.env import Env
from knowledge.expression.reads import reads_of
from knowledge.plan import by_force, of_two_readings, untested
from knowledge.profile import Asking, Dossier
from knowledge.truth import (
    FALSE,
    NO_ANSWER,
    TRUE,
    Standing,
    StandingRange,
    Truth,
    lifted,
    matters,
    narrower,
    negate,
    nth_greatest,
)
from knowledge.verdict import Change, Given, Outcome, Reason


class Judge:
    """Judges one programme. `trace=False` leaves out what only people read (given, changes)."""

    def __init__(
        self, compiled: CompiledProgramme, env: Env, dossier: Dossier, *, trace: bool = True
    ) -> None:
        self.compiled = compiled
        self.env = env
        self.dossier = dossier
        self.trace = trace
        self._lifts: dict[str, list[tuple[str, tuple[Asking, ...]]]] = {}

    def truth(self, test: CompiledTest) -> Truth:
        """The truth of a test on what is known."""
        return test.run(self.env)

    def lift(self, ids: tuple[str, ...], state: str, missing: tuple[Asking, ...]) -> None:
        """Note an exception for the criteria it lifts, before they are judged."""
        for id_ in ids:
            self._lifts.setdefault(id_, []).append((state, missing))

    def node(self, node: Criterion | Group) -> Outcome:
        """The outcome of a criterion or of a group with everything below it."""
        if isinstance(node, Criterion):
            return self._criterion(node, excludes=False)
        children = [self.node(part) for part in node.parts]
        standing = nth_greatest([child.standing for child in children], node.needed)
        children = _marked(children, node, standing)
        whole = Outcome(node, standing, relevant=True, children=tuple(children))
        return replace(whole, missing=tuple(missing_within(whole, standing)))

    def exclusion(self, criterion: Criterion) -> Outcome:
        """The outcome of an exclusion: its test must fail."""
        return self._criterion(criterion, excludes=True)

    def applies_to(self) -> Outcome | None:
        """The outcome of the programme's own circle of applicants, as a hard criterion."""
        rule = self.compiled.model.applies_to
        if rule is None:
            return None
        criterion = Criterion(
            id=rule.id,
            cite=rule.cite,
            quote=rule.quote,
            test=rule.test,
            reading=rule.reading,
            not_in_quote=rule.not_in_quote,
        )
        return self._criterion(criterion, excludes=False)

    def missing_of(self, test: CompiledTest) -> tuple[Asking, ...]:
        """The facts that could still change an undecided test."""
        return tuple(dict.fromkeys(test.missing(self.env)))

    def given_of(self, node: tree.Test | tree.Number) -> tuple[Given, ...]:
        """Every fact a tree reads, with its value."""
        return tuple(
            Given(asking, self.dossier.get(asking)) for asking in reads_of(node, self.env.today)
        )

    def open_facts(self, node: tree.Test | tree.Number) -> list[Asking]:
        """The facts a tree reads that are missing, ranged or incomplete."""
        return still_open(reads_on(node, self.env.today), self.env.values)

    def _criterion(self, criterion: Criterion, *, excludes: bool) -> Outcome:
        if criterion.force in UNTESTED:
            return self._untested(criterion)
        test = self.compiled.tests[criterion.id]
        other = self.compiled.other_readings.get(criterion.id)
        truth = self._read(test, excludes=excludes)
        standing = by_force(criterion.force, truth)
        reasons = _reasons(criterion.force, truth)
        missing = [] if standing.decided else test.missing(self.env)
        if other is not None:
            alternative = by_force(criterion.force, self._read(other, excludes=excludes))
            if standing.decided and alternative.decided and standing != alternative:
                reasons = (Reason.READINGS_DIFFER,)
            if not alternative.decided:
                missing = [*missing, *other.missing(self.env)]
            standing = of_two_readings(standing, alternative)
        for state, needed in self._lifts.get(criterion.id, ()):
            raised = lifted(standing, state)
            if raised != standing:
                reasons = (*reasons, *((Reason.LIFTED_BY_EXCEPTION,) if state == "open" else ()))
                missing = [*missing, *needed]
            standing = raised
        outcome = Outcome(
            criterion,
            standing,
            relevant=True,
            missing=() if standing.decided else tuple(dict.fromkeys(missing)),
            reasons=reasons,
            test=test.tree,
            other_test=None if other is None else other.tree,
            excludes=excludes,
        )
        return self._explained(outcome, test, other) if self.trace else outcome

    def _read(self, test: CompiledTest, *, excludes: bool) -> Truth:
        truth = test.run(self.env)
        return negate(truth) if excludes else truth

    def _explained(
        self, outcome: Outcome, test: CompiledTest, other: CompiledTest | None
    ) -> Outcome:
        """With what was given and, where it is missed, what would meet it in every reading."""
        changes: tuple[tuple[Change, ...], ...] = ()
        read = test.tree if other is None else tree.Both("all", (test.tree, other.tree))
        if outcome.standing.decided and outcome.standing.best < Standing.ELIGIBLE:
            wanted = FALSE if outcome.excludes else TRUE
            if other is not None:
                test = joined("any" if outcome.excludes else "all", (test, other))
            changes = changes_of(test, self.env, self.dossier, wanted)
        return replace(outcome, given=self.given_of(read), changes=changes)

    def _untested(self, criterion: Criterion) -> Outcome:
        given: tuple[Given, ...] = ()
        reasons: tuple[Reason, ...] = ()
        if criterion.force == "not_stated":
            reasons = (Reason.NOT_STATED,)
        if criterion.self_view is not None:
            asking = Asking.parse(criterion.self_view)
            value = self.dossier.get(asking)
            given = (Given(asking, value),)
            reasons = (Reason.RISK,) if value is False else ()
        standing = untested(criterion.force)
        return Outcome(criterion, standing, relevant=True, given=given, reasons=reasons)


def _reasons(force: Force, truth: Truth) -> tuple[Reason, ...]:
    if truth == NO_ANSWER:
        return (Reason.ZERO_DENOMINATOR,)
    if truth[1] == FALSE and force == "open_list":
        return (Reason.NOT_NAMED_IN_LIST,)
    if truth[1] == FALSE and force == "soft":
        return (Reason.SOFT_MISSED,)
    return ()


def missing_within(outcome: Outcome, within: StandingRange) -> list[Asking]:
    """The facts below an outcome that could still move the range it counts towards."""
    if not matters(outcome.standing, within):
        return []
    if not outcome.children:
        return list(outcome.missing)
    inner = narrower(outcome.standing, within)
    found: dict[Asking, None] = {}
    for child in outcome.children:
        found.update(dict.fromkeys(missing_within(child, inner)))
    return list(found)


def _marked(children: list[Outcome], group: Group, standing: StandingRange) -> list[Outcome]:
    """The children, those marked irrelevant that can no longer influence the group."""
    if group.all is not None:
        return children
    chosen = [_selected(child) for child in children]
    marked = []
    for child, selected in zip(children, chosen, strict=True):
        beaten = child.standing.best < standing.worst
        other_branch = selected is False and True in chosen
        marked.append(replace(child, relevant=not (beaten or other_branch)))
    return marked


def _selected(branch: Outcome) -> bool | None:
    """Of a branch that begins with "it is of this kind": whether it is. None for other branches."""
    first = branch.leaves()[0]
    if not branch.children or not isinstance(first.test, tree.OneOf):
        return None
    if not first.standing.decided:
        return None
    return first.standing.best is Standing.ELIGIBLE
