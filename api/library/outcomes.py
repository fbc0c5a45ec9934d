"""Verdicts as clients get them: everything needed to show and to check one by hand."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from knowledge.benefit import Benefit
from knowledge.clock import Clock
from knowledge.criterion import Force
from knowledge.model import MaybeText, Text
from knowledge.programme import Duty, ExceptionRule, Excluded, Ground, Material, RouteKind, Step
from knowledge.receipt import Receipt
from knowledge.score_sheet import Ranking
from knowledge.verdict import Applicability, Reason, Timing, WindowState

StandingWord = Literal[
    "ineligible", "authority_decides", "to_be_evidenced", "eligible", "undetermined"
]


class Out(BaseModel):
    """Whatever goes out: immutable."""

    model_config = ConfigDict(frozen=True)


class CitationOut(Out):
    """An article of a document, and its words."""

    document: str
    number: str
    article: str
    quote: str


class StandingOut(Out):
    """Every standing from `worst` to `best` is possible; `word` is undetermined until they meet."""

    word: StandingWord
    worst: StandingWord
    best: StandingWord
    decided: bool


class GivenOut(Out):
    """A fact that was weighed; null: it is missing."""

    asking: str
    title: Text
    value: JsonValue


class ChangeOut(Out):
    """One fact and the nearest value that will do; of records the number of rows."""

    asking: str
    title: Text
    now: JsonValue
    needed: JsonValue


class OutcomeOut(Out):
    """One criterion, exclusion or group. `relevant` is false where it can no longer matter.

    `sentence` is rendered from the test. `changes` are alternatives: after all of one of them,
    and nothing else, the criterion would be met.
    """

    id: str
    kind: Literal["criterion", "group", "exclusion", "applies_to"]
    title: Text | None
    sentence: Text | None
    force: Force | None
    needed: int | None
    citation: CitationOut | None
    reading: MaybeText | None
    other_reading: MaybeText | None
    standing: StandingOut
    relevant: bool
    reasons: tuple[Reason, ...]
    given: tuple[GivenOut, ...]
    missing: tuple[str, ...]
    changes: tuple[tuple[ChangeOut, ...], ...]
    children: "tuple[OutcomeOut, ...]"


class ExceptionOut(Out):
    """A way past criteria: `open`, `shut`, `undetermined`, or for the `authority` to examine."""

    rule: ExceptionRule
    citation: CitationOut
    state: str
    missing: tuple[str, ...]


class RouteOut(Out):
    """One way the text sends the case; readings that differ leave it possible, never proven."""

    id: str
    route: RouteKind
    says: Text
    sentence: Text
    citation: CitationOut
    reading: MaybeText | None
    other_reading: MaybeText | None
    possible: bool
    proven: bool
    given: tuple[GivenOut, ...]
    missing: tuple[str, ...]


class PaymentOut(Out):
    """Money within [low, high]; null: the text and the facts give no bound."""

    low: Decimal | None
    high: Decimal | None
    currency: str
    exact: bool


class BenefitOut(Out):
    """What the programme gives. `payment` null: the text states no amount; it is never guessed."""

    rule: Benefit
    citation: CitationOut
    due: str
    payment: PaymentOut | None
    capped_by: tuple[int, ...]
    given: tuple[GivenOut, ...]
    missing: tuple[str, ...]


class ClockOut(Out):
    """The dates a clock yields. `provisional`: a working-day calendar is not published yet.

    `no_row`: why no date can be counted, where the calendars do not reach back so far.
    """

    rule: Clock
    citation: CitationOut
    first: date | None
    last: date | None
    provisional: bool
    no_row: str | None
    missing: tuple[str, ...]


class ScoreLineOut(Out):
    """Points of one line; null where the text states no scoring."""

    id: str
    title: Text
    low: Decimal | None
    high: Decimal | None
    missing: tuple[str, ...]


class ScoreOut(Out):
    """A score sheet. A grade that depends on others is never computed."""

    lines: tuple[ScoreLineOut, ...]
    low: Decimal | None
    high: Decimal | None


class VerdictOut(Out):
    """The whole answer for one programme.

    `eligible` means that the written criteria are met, never that anything will be granted.
    """

    programme: str
    title: Text
    release: str
    as_of: date
    timing: Timing
    window: WindowState
    award: Literal["entitlement", "competitive", "discretionary", "case_by_case"]
    applicability: Applicability
    standing: StandingOut
    decided: bool
    ruled_out: bool
    live: bool
    applies_to: OutcomeOut | None
    criteria: OutcomeOut | None
    exclusions: tuple[OutcomeOut, ...]
    exceptions: tuple[ExceptionOut, ...]
    excludes: tuple[Excluded, ...]
    routes: tuple[RouteOut, ...]
    benefits: tuple[BenefitOut, ...]
    clocks: tuple[ClockOut, ...]
    score: ScoreOut | None
    ranking: Ranking | None
    materials: tuple[Material, ...]
    steps: tuple[Step, ...]
    duties: tuple[Duty, ...]
    revocation: tuple[Ground, ...]
    missing: tuple[str, ...]
    receipt: Receipt | None
