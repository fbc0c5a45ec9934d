"""A programme: whatever an applicant can get, must do or is entitled to, as its texts write it."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from knowledge.benefit import Benefit
from knowledge.clock import Clock
from knowledge.criterion import Cited, Criterion, Group, OtherReading, TestSource, criteria_of
from knowledge.document import Day
from knowledge.model import FactId, Frozen, Line, MaybeText, Slug, Text
from knowledge.score_sheet import Ranking, ScoreSheet

ProgrammeKind: TypeAlias = Literal[
    "subsidy", "certification", "award", "evaluation", "voucher", "loan", "tax", "permit",
    "filing", "report", "review", "pilot", "right", "duty", "investment", "training",
    "encouragement",
]  # fmt: skip
RouteKind: TypeAlias = Literal["prohibited", "permit", "filing", "report", "review", "exempt"]


class Applicant(Frozen):
    """Who files: the role, and the words of the text for it."""

    role: FactId
    who: Text


class Beneficiary(Frozen):
    """Who is paid: a role, or somebody only the text names."""

    role: FactId | None = None
    who: Text | None = None


class Term(Cited):
    """The programme's own term, where it differs from its document's. `until` is the last day."""

    start: Annotated[Day, Field(alias="from")]
    until: Annotated[Day, Field(alias="to")]


class AppliesTo(Cited):
    """Whom the programme judges at all; the others are not_applicable."""

    test: TestSource
    id: Slug = "applies-to"


class Definition(Cited):
    """A test the texts define once (以下称…) and several criteria or routes use by its name."""

    says: Text
    test: TestSource


class ExceptionRule(Cited):
    """A way past criteria, opened by facts (a miss rises to authority_decides) or the authority."""

    id: Slug
    says: Text
    opened_by: TestSource
    lifts: tuple[Slug, ...] = ()


class Excluded(Cited):
    """What may not be enjoyed together, as the text states it."""

    says: Text


class Route(Cited):
    """One way the text sends a case. `exempt` holds only when its own test does."""

    id: Slug
    route: RouteKind
    says: Text
    test: TestSource
    other_reading: OtherReading | None = None


class Material(Frozen):
    """Something to hand in."""

    id: Slug
    cite: Line
    says: Text
    when: TestSource | None = None


class Step(Frozen):
    """One step of the procedure and who handles it."""

    cite: Line
    says: Text
    who: Text


class Duty(Frozen):
    """What must be done afterwards, by which clock."""

    cite: Line
    says: Text
    clock: Slug | None = None


class Ground(Frozen):
    """A ground on which it is withdrawn."""

    cite: Line
    says: Text


class Silence(Frozen):
    """What the texts leave out, and where it would be found."""

    what: Literal["criteria", "amount", "window", "materials", "procedure", "applicant"]
    says: Text


class Passage(Frozen):
    """The way from one state to the next, and the clock that runs towards it."""

    to: Slug
    on: Text
    cite: Line
    clock: Slug | None = None


class State(Frozen):
    """One state of what a programme grants: building, titled, under rectification, barred."""

    id: Slug
    title: Text
    cite: Line
    next: tuple[Passage, ...] = ()


class Yielding(Cited):
    """Where this text gives way to another rule, or to the other programme named."""

    says: Text
    programme: Slug | None = None


class Programme(Frozen):
    """One programme, whole: criteria, or routes, or both."""

    id: Slug
    basis: Annotated[tuple[Line, ...], Field(min_length=1)]
    title: Text
    summary: Text
    kind: ProgrammeKind
    topics: tuple[Line, ...] = ()
    applicant: Applicant
    subject: FactId
    beneficiary: Beneficiary
    award: Literal["entitlement", "competitive", "discretionary", "case_by_case"]
    term: Term | None = None
    always_open: Cited | None = None
    """Where the text takes applications at any time (常态化受理)."""
    bodies: tuple[Line, ...] = ()
    defines: Mapping[FactId, Definition] = Field(default_factory=dict)
    applies_to: AppliesTo | None = None
    criteria: Group | None = None
    exclusions: tuple[Criterion, ...] = ()
    exceptions: tuple[ExceptionRule, ...] = ()
    excludes: tuple[Excluded, ...] = ()
    routes: tuple[Route, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    clocks: tuple[Clock, ...] = ()
    materials: tuple[Material, ...] = ()
    steps: tuple[Step, ...] = ()
    duties: tuple[Duty, ...] = ()
    revocation: tuple[Ground, ...] = ()
    score_sheet: ScoreSheet | None = None
    ranking: Ranking | None = None
    lifecycle: tuple[State, ...] = ()
    yields_to: tuple[Yielding, ...] = ()
    silent_on: tuple[Silence, ...] = ()
    notes: tuple[MaybeText, ...] = ()

    @model_validator(mode="after")
    def _says_who_qualifies(self) -> Self:
        if self.criteria is None and not self.routes:
            raise ValueError("a programme has criteria or routes")
        return self

    @property
    def all_criteria(self) -> tuple[Criterion, ...]:
        """Criteria and exclusions, in the order of the text."""
        written = () if self.criteria is None else criteria_of(self.criteria)
        return (*written, *self.exclusions)
