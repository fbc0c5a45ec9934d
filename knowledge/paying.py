"""Benefits and score sheets on what is known: amounts and points as ranges, never a guess."""

from dataclasses import replace
from decimal import Decimal

from knowledge.benefit import Benefit
from knowledge.compiled import CompiledAmount, CompiledProgramme
from knowledge.compiled_test import CompiledTest
from knowledge.expression.env import Env, NumberRun
from knowledge.expression.reads import reads_of
from knowledge.fact import Fact
from knowledge.judging import Judge
from knowledge.profile import Asking, Range, Records
from knowledge.quantity import parse_quantity
from knowledge.score_sheet import ScoreSheet, SheetLine
from knowledge.truth import CERTAIN, FALSE, TRUE, Truth
from knowledge.verdict import BenefitOutcome, Given, Payment, ScoreLine, ScoreOutcome

_ZERO = Decimal(0)


def benefit_outcomes(
    compiled: CompiledProgramme, judge: Judge, *, ruled_out: bool
) -> tuple[BenefitOutcome, ...]:
    """What each benefit comes to; nothing is due from a programme that is ruled out."""
    outcomes = tuple(_benefit(compiled, benefit, judge) for benefit in compiled.model.benefits)
    return tuple(replace(each, due="no") for each in outcomes) if ruled_out else outcomes


def _benefit(compiled: CompiledProgramme, benefit: Benefit, judge: Judge) -> BenefitOutcome:
    amount = compiled.amounts[benefit.id]
    when = compiled.tests.get(benefit.id)
    truth = CERTAIN if when is None else judge.truth(when)
    missing = [] if when is None else list(judge.missing_of(when))
    given: list[Given] = [] if when is None else list(judge.given_of(when.tree))
    for part in amount.trees:
        missing.extend(judge.open_facts(part))
        given.extend(judge.given_of(part))
    payment, capped_by = _payment(benefit, amount, judge)
    return BenefitOutcome(
        benefit,
        _due(truth),
        payment,
        capped_by,
        tuple({one.asking: one for one in given}.values()),
        tuple(dict.fromkeys(missing)),
    )


def _due(truth: Truth) -> str:
    if truth[0] == TRUE:
        return "yes"
    return "no" if truth[1] == FALSE else "undetermined"


def _payment(
    benefit: Benefit, amount: CompiledAmount, judge: Judge
) -> tuple[Payment | None, tuple[int, ...]]:
    if benefit.amount.stated in {"none", "in_kind"} or not (amount.trees or amount.caps):
        return None, ()
    ends = _ends(amount, judge.env)
    bounded = _ends(amount, _with_half_the_bounds(amount, judge))
    # An end that moves with the bounds of a missing fact says nothing about this applicant.
    low = ends[0] if ends[0] == bounded[0] and (ends[0] or not _missing(amount, judge)) else None
    high = ends[1] if ends[1] == bounded[1] else None
    capped_by = tuple(place for place, cap in amount.caps if high is not None and high > cap)
    ceiling = min((cap for _, cap in amount.caps), default=None)
    if ceiling is not None:
        low = None if low is None else min(low, ceiling)
        high = ceiling if high is None else min(high, ceiling)
    return Payment(low, high, amount.currency), capped_by


def _ends(amount: CompiledAmount, env: Env) -> tuple[Decimal | None, Decimal | None]:
    return _end(amount.low, 0, env), _end(amount.high, 1, env)


def _end(run: NumberRun | None, end: int, env: Env) -> Decimal | None:
    if run is None:
        return None
    value = run(env)[end]
    return max(value, _ZERO) if isinstance(value, Decimal) else None


def _missing(amount: CompiledAmount, judge: Judge) -> bool:
    """Whether a fact of the formula has no value at all."""
    return any(
        judge.dossier.get(asking) is None
        for part in amount.trees
        for asking in reads_of(part, judge.env.today)
    )


def _with_half_the_bounds(amount: CompiledAmount, judge: Judge) -> Env:
    """The same facts, but what is missing has half its bounds."""
    dossier = judge.dossier
    for part in amount.trees:
        for asking, fact in reads_of(part, judge.env.today).items():
            if dossier.get(asking) is None:
                halved = _halved(fact)
                dossier = dossier if halved is None else dossier.having(asking, halved)
    return Env(dossier.values, judge.env.today)


def _halved(fact: Fact) -> Range | Records | None:
    if fact.shape == "records":
        return Records(())
    if isinstance(fact.low, Decimal) and isinstance(fact.high, Decimal):
        return Range(fact.low, fact.low + (fact.high - fact.low) / 2)
    return None


def score_outcome(compiled: CompiledProgramme, judge: Judge) -> ScoreOutcome | None:
    """The points of each line; none at all where the text states no scoring."""
    sheet = compiled.model.score_sheet
    if sheet is None:
        return None
    lines = tuple(_line(sheet, line, compiled, judge) for line in sheet.lines)
    lows, highs = [line.low for line in lines], [line.high for line in lines]
    return ScoreOutcome(lines, _sum(lows), _sum(highs))


def _sum(points: list[Decimal | None]) -> Decimal | None:
    """The sum of a sheet, unless a line of it cannot be scored."""
    known = [point for point in points if point is not None]
    return sum(known, _ZERO) if len(known) == len(points) else None


def _line(
    sheet: ScoreSheet, line: SheetLine, compiled: CompiledProgramme, judge: Judge
) -> ScoreLine:
    if sheet.scoring == "not_stated" or not line.points_when:
        return ScoreLine(line.id, None, None)
    possible, missing = _bands(compiled.points[line.id], judge)
    most = parse_quantity(line.points).number
    capped = [min(points, most) for points in possible]
    return ScoreLine(line.id, min(capped), max(capped), tuple(missing))


def _bands(
    bands: tuple[tuple[CompiledTest, Decimal], ...], judge: Judge
) -> tuple[list[Decimal], list[Asking]]:
    """The points still possible, going down to the first band that certainly holds."""
    possible, missing = list[Decimal](), list[Asking]()
    for test, points in bands:
        truth = judge.truth(test)
        if truth[1] > FALSE:
            possible.append(points)
        if truth[0] == TRUE:
            return possible, missing
        missing.extend(judge.missing_of(test))
    return [*possible, _ZERO], missing
