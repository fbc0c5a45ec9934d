"""The whole answer for one programme: standing, the fields beside it, and every criterion."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from knowledge.clock import ClockOutcome
from knowledge.profile import Asking, Cell, Records
from knowledge.truth import FALSE, TRUE, Standing, StandingRange, Truth

if TYPE_CHECKING:
    from knowledge.benefit import Benefit
    from knowledge.criterion import Criterion, Group
    from knowledge.expression.tree import Test
    from knowledge.programme import ExceptionRule, Route


class Timing(StrEnum):
    """Whether the programme's texts are in force on the day of evaluation."""

    IN_FORCE = "in_force"
    TERM_NOT_STATED = "term_not_stated"
    EXPIRED = "expired"
    NOT_YET_IN_FORCE = "not_yet_in_force"


class WindowState(StrEnum):
    """The filing window known for the day of evaluation."""

    OPEN = "open"
    SHUT = "shut"
    ANNOUNCED = "announced"
    NOT_PUBLISHED = "not_published"
    ALWAYS = "always"
    """The text itself takes applications at any time."""


class Applicability(StrEnum):
    """Whether this kind of applicant or subject is judged at all."""

    APPLICABLE = "applicable"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"


class Reason(StrEnum):
    """Why a standing is what it is, beyond the test's own answer."""

    ZERO_DENOMINATOR = "zero_denominator"
    NOT_NAMED_IN_LIST = "not_named_in_list"
    SOFT_MISSED = "soft_missed"
    READINGS_DIFFER = "readings_differ"
    LIFTED_BY_EXCEPTION = "lifted_by_exception"
    RISK = "risk"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True)
class FilingWindow:
    """A published window: the programme takes applications on these days, both included."""

    programme: str
    opens: date
    closes: date
    link: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A fact a criterion asks for, with the value known (None: missing)."""

    asking: Asking
    value: Cell | Records | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one fact towards meeting a criterion."""

    asking: Asking
    now: Cell | Records | None
    needed: Cell
    """The nearest value that will do (an exact Range for numbers, amounts, ratios and days); for
    records the number of rows needed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one criterion, exclusion or group; groups have children.

    `relevant` is False where the outcome can no longer influence the standing of its group, as in
    the branches of an `any` that is decided. `changes` are alternatives: after all changes of any
    one of them, and nothing else, the criterion would be met. `test` is None for a group and for a
    qualitative criterion; `excludes` says that the test must fail.
    """

    node: "Criterion | Group"
    standing: StandingRange
    relevant: bool
    children: tuple["Outcome", ...] = ()
    given: tuple[Given, ...] = ()
    missing: tuple[Asking, ...] = ()
    reasons: tuple[Reason, ...] = ()
    changes: tuple[tuple[Change, ...], ...] = ()
    test: "Test | None" = None
    other_test: "Test | None" = None
    excludes: bool = False

    def leaves(self) -> "tuple[Outcome, ...]":
        """The criteria below, in the order of the text; a criterion is its own leaf."""
        if not self.children:
            return (self,)
        return tuple(leaf for child in self.children for leaf in child.leaves())


@dataclass(frozen=True, slots=True)
class ExceptionOutcome:
    """An exception: `open` or `shut` by facts, `authority` (may examine), or `undetermined`."""

    rule: "ExceptionRule"
    state: str
    missing: tuple[Asking, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteOutcome:
    """One route: proven, still possible, or ruled out."""

    rule: "Route"
    test: "Test"
    truth: Truth
    given: tuple[Given, ...] = ()
    missing: tuple[Asking, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether some completion of the facts leads this way."""
        return self.truth[1] > FALSE

    @property
    def proven(self) -> bool:
        """Whether every completion of the facts leads this way."""
        return self.truth[0] == TRUE


@dataclass(frozen=True, slots=True)
class Payment:
    """Money within [low, high] in 元 or dollars; None: neither text nor facts give a bound."""

    low: Decimal | None
    high: Decimal | None
    currency: str = "CNY"

    @property
    def exact(self) -> bool:
        """Whether the amount is one figure."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True, slots=True)
class BenefitOutcome:
    """A benefit. `due`: `yes`, `no`, `undetermined`, by its own `when`. No payment: none stated."""

    rule: "Benefit"
    due: str
    payment: Payment | None
    capped_by: tuple[int, ...] = ()
    given: tuple[Given, ...] = ()
    missing: tuple[Asking, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """Points of one line of a score sheet: a range, or None where the text states no scoring."""

    id: str
    low: Decimal | None
    high: Decimal | None
    missing: tuple[Asking, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreOutcome:
    """A score sheet's lines and their sum; None where no scoring rule is stated."""

    lines: tuple[ScoreLine, ...]
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Brief:
    """The answer for one programme without its reasons: what screening and audiences go by.

    Its standing says "meets the written criteria", never "will be granted". `missing` are the facts
    that would still narrow applicability, standing or routes; most useful first is the business of
    `knowledge.questions`; what only narrows an amount or a date stands with the benefit or clock.
    """

    programme: str
    timing: Timing
    window: WindowState
    applicability: Applicability
    standing: StandingRange
    missing: tuple[Asking, ...]

    @property
    def decided(self) -> bool:
        """Whether no further fact can change applicability, standing or routes."""
        return not self.missing

    @property
    def ruled_out(self) -> bool:
        """Best is ineligible, or the wrong kind of applicant."""
        return (
            self.applicability is Applicability.NOT_APPLICABLE
            or self.standing.best is Standing.INELIGIBLE
        )

    @property
    def live(self) -> bool:
        """Not lapsed and not ruled out: what screening asks about."""
        return self.timing is not Timing.EXPIRED and not self.ruled_out


@dataclass(frozen=True, slots=True)
class Verdict(Brief):
    """The whole answer: the brief, and every criterion, route, benefit and clock behind it."""

    release: str
    as_of: date
    applies_to: Outcome | None
    criteria: Outcome | None
    exclusions: tuple[Outcome, ...]
    exceptions: tuple[ExceptionOutcome, ...]
    routes: tuple[RouteOutcome, ...]
    benefits: tuple[BenefitOutcome, ...]
    clocks: tuple[ClockOutcome, ...]
    score: ScoreOutcome | None

    def outcomes(self) -> tuple[Outcome, ...]:
        """Every criterion and exclusion, in the order of the text."""
        before = () if self.applies_to is None else (self.applies_to,)
        written = () if self.criteria is None else self.criteria.leaves()
        return (*before, *written, *self.exclusions)
