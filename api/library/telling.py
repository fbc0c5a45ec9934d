"""From the engine's verdict to what clients get: values as written, citations resolved."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from api.library.outcomes import (
    BenefitOut,
    ChangeOut,
    CitationOut,
    ClockOut,
    ExceptionOut,
    GivenOut,
    OutcomeOut,
    PaymentOut,
    RouteOut,
    ScoreLineOut,
    ScoreOut,
    StandingOut,
    VerdictOut,
)
from dialogs.wording import sentence
from knowledge.base import KnowledgeBase
from knowledge.citation import parse_cite
from knowledge.clock import ClockOutcome
from knowledge.criterion import Criterion, Group
from knowledge.expression.tree import Test
from knowledge.fact import Fact
from knowledge.model import Text
from knowledge.profile import Asking, Cell, Range, Records
from knowledge.programme import Programme
from knowledge.receipt import Receipt
from knowledge.truth import StandingRange
from knowledge.value import write_cell, write_value
from knowledge.verdict import (
    BenefitOutcome,
    Change,
    ExceptionOutcome,
    Given,
    Outcome,
    RouteOutcome,
    ScoreOutcome,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells verdicts of one programme."""

    base: KnowledgeBase
    programme: Programme

    def verdict(self, verdict: Verdict, receipt: Receipt | None) -> VerdictOut:
        """The whole answer."""
        model = self.programme
        return VerdictOut(
            programme=model.id,
            title=model.title,
            release=verdict.release,
            as_of=verdict.as_of,
            timing=verdict.timing,
            window=verdict.window,
            award=model.award,
            applicability=verdict.applicability,
            standing=_standing(verdict.standing),
            decided=verdict.decided,
            ruled_out=verdict.ruled_out,
            live=verdict.live,
            applies_to=self._maybe(verdict.applies_to, "applies_to"),
            criteria=self._maybe(verdict.criteria, "criterion"),
            exclusions=tuple(self._outcome(one, "exclusion") for one in verdict.exclusions),
            exceptions=tuple(self._exception(one) for one in verdict.exceptions),
            excludes=model.excludes,
            routes=tuple(self._route(one) for one in verdict.routes),
            benefits=tuple(self._benefit(one) for one in verdict.benefits),
            clocks=tuple(self._clock(one) for one in verdict.clocks),
            score=self._score(verdict.score),
            ranking=model.ranking,
            materials=model.materials,
            steps=model.steps,
            duties=model.duties,
            revocation=model.revocation,
            missing=written(verdict.missing),
            receipt=receipt,
        )

    def citation(self, cite: str, quote: str) -> CitationOut:
        """An article with the official number of its document."""
        place = parse_cite(cite, self.programme.basis[0])
        document = self.base.documents.get(place.document)
        number = place.document if document is None else document.number
        return CitationOut(
            document=place.document, number=number, article=place.article, quote=quote
        )

    def _maybe(self, outcome: Outcome | None, kind: str) -> OutcomeOut | None:
        return None if outcome is None else self._outcome(outcome, kind)

    def _outcome(self, outcome: Outcome, kind: str) -> OutcomeOut:
        node = outcome.node
        criterion = node if isinstance(node, Criterion) else None
        return OutcomeOut.model_validate(
            {
                "id": node.id or "",
                "kind": "group" if isinstance(node, Group) else kind,
                "title": node.title,
                "sentence": self._sentence(outcome.test, criterion),
                "force": None if criterion is None else criterion.force,
                "needed": node.needed if isinstance(node, Group) else None,
                "citation": (
                    None if criterion is None else self.citation(criterion.cite, criterion.quote)
                ),
                "reading": None if criterion is None else criterion.reading,
                "other_reading": (
                    criterion.other_reading.says if criterion and criterion.other_reading else None
                ),
                "standing": _standing(outcome.standing),
                "relevant": outcome.relevant,
                "reasons": outcome.reasons,
                "given": self._given(outcome.given),
                "missing": written(outcome.missing),
                "changes": tuple(
                    tuple(self._change(change) for change in together)
                    for together in outcome.changes
                ),
                "children": tuple(self._outcome(child, kind) for child in outcome.children),
            }
        )

    def _sentence(self, test: Test | None, criterion: Criterion | None) -> Text | None:
        if test is not None:
            return self.sentence(test)
        return None if criterion is None else criterion.says

    def sentence(self, test: Test) -> Text:
        """A test as a sentence in both languages."""
        return Text(zh=sentence(test, self.base, "zh"), en=sentence(test, self.base, "en"))

    def _given(self, given: Iterable[Given]) -> tuple[GivenOut, ...]:
        return tuple(
            GivenOut(
                asking=str(one.asking),
                title=self._fact(one.asking).title,
                value=_as_written(self._fact(one.asking), one.value),
            )
            for one in given
        )

    def _change(self, change: Change) -> ChangeOut:
        fact = self._fact(change.asking)
        return ChangeOut(
            asking=str(change.asking),
            title=fact.title,
            now=_as_written(fact, change.now),
            needed=_as_written(fact, change.needed),
        )

    def _fact(self, asking: Asking) -> Fact:
        return self.base.fact_of(asking)

    def _exception(self, outcome: ExceptionOutcome) -> ExceptionOut:
        return ExceptionOut(
            rule=outcome.rule,
            citation=self.citation(outcome.rule.cite, outcome.rule.quote),
            state=outcome.state,
            missing=written(outcome.missing),
        )

    def _route(self, outcome: RouteOutcome) -> RouteOut:
        rule = outcome.rule
        return RouteOut(
            id=rule.id,
            route=rule.route,
            says=rule.says,
            sentence=self.sentence(outcome.test),
            citation=self.citation(rule.cite, rule.quote),
            reading=rule.reading,
            other_reading=None if rule.other_reading is None else rule.other_reading.says,
            possible=outcome.possible,
            proven=outcome.proven,
            given=self._given(outcome.given),
            missing=written(outcome.missing),
        )

    def _benefit(self, outcome: BenefitOutcome) -> BenefitOut:
        paid = outcome.payment
        return BenefitOut(
            rule=outcome.rule,
            citation=self.citation(outcome.rule.cite, outcome.rule.quote),
            due=outcome.due,
            payment=None
            if paid is None
            else PaymentOut(low=paid.low, high=paid.high, currency=paid.currency, exact=paid.exact),
            capped_by=outcome.capped_by,
            given=self._given(outcome.given),
            missing=written(outcome.missing),
        )

    def _clock(self, outcome: ClockOutcome) -> ClockOut:
        return ClockOut(
            rule=outcome.rule,
            citation=self.citation(outcome.rule.cite, outcome.rule.quote),
            first=outcome.first,
            last=outcome.last,
            provisional=outcome.provisional,
            no_row=outcome.no_row or None,
            missing=written(outcome.missing),
        )

    def _score(self, outcome: ScoreOutcome | None) -> ScoreOut | None:
        sheet = self.programme.score_sheet
        if outcome is None or sheet is None:
            return None
        titles = {line.id: line.title for line in sheet.lines}
        return ScoreOut(
            lines=tuple(
                ScoreLineOut(
                    id=line.id, title=titles[line.id], low=line.low, high=line.high,
                    missing=written(line.missing),
                )
                for line in outcome.lines
            ),
            low=outcome.low,
            high=outcome.high,
        )  # fmt: skip


def written(askings: Iterable[Asking]) -> tuple[str, ...]:
    """Askings as they are written in requests."""
    return tuple(str(asking) for asking in askings)


def _standing(standing: StandingRange) -> StandingOut:
    return StandingOut.model_validate(
        {
            "word": standing.word,
            "worst": standing.worst.word,
            "best": standing.best.word,
            "decided": standing.decided,
        }
    )


def _as_written(fact: Fact, value: Cell | Records | None) -> JsonValue:
    if value is None:
        return None
    if isinstance(value, Records):
        raw: JsonValue = write_value(fact, value)  # type: ignore[assignment]  # Raw is JSON of texts
        return raw
    if fact.shape == "records" and isinstance(value, Range):
        return str(value.low)  # a change of records is a number of rows
    cell: JsonValue = write_cell(fact, value)  # type: ignore[assignment]  # as above
    return cell
