"""What holds for every verdict: more facts only narrow, and what is decided is decided."""

import random
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.base import KnowledgeBase
from knowledge.evaluation import evaluate
from knowledge.profile import Dossier, Range, Records
from knowledge.questions import next_question
from knowledge.verdict import Applicability, Verdict
from tests.knowledge.completions import (
    TODAY,
    a_random_programme,
    askings,
    completions,
    dossiers,
    every_value,
    programmes,
    release_of,
)

quick = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def judged(base: KnowledgeBase, dossier: Dossier) -> Verdict:
    return evaluate(base, "trial", dossier, TODAY, trace=False)


@given(st.data())
@quick
def test_every_completion_lies_in_the_range(data: st.DataObject) -> None:
    base = release_of(data.draw(programmes()))
    dossier = data.draw(dossiers(base, most_missing=3))
    verdict = judged(base, dossier)
    for full in completions(base, dossier, askings(base)):
        point = judged(base, full).standing
        assert point.decided
        assert verdict.standing.worst <= point.worst <= verdict.standing.best


@given(st.data())
@quick
def test_more_facts_only_narrow(data: st.DataObject) -> None:
    base = release_of(data.draw(programmes()))
    dossier = data.draw(dossiers(base, most_missing=9))
    for asking in askings(base):
        before = judged(base, dossier).standing
        if dossier.get(asking) is None:
            value = data.draw(st.sampled_from(every_value(base.fact_of(asking))))
            dossier = dossier.having(asking, value)
        after = judged(base, dossier).standing
        assert before.worst <= after.worst <= after.best <= before.best


@given(st.data())
@quick
def test_a_range_holds_each_of_its_values(data: st.DataObject) -> None:
    base = release_of(data.draw(programmes()))
    dossier = data.draw(dossiers(base, most_missing=2))
    low = data.draw(st.integers(0, 4))
    high = data.draw(st.integers(low, 4))
    asking = next(a for a in askings(base) if a.fact == "staff")
    ranged = judged(base, dossier.having(asking, Range(Decimal(low), Decimal(high)))).standing
    for number in range(low, high + 1):
        exact = dossier.having(asking, Range(Decimal(number), Decimal(number)))
        point = judged(base, exact).standing
        assert ranged.worst <= point.worst <= point.best <= ranged.best


@given(st.data())
@quick
def test_at_least_these_rows_holds_every_longer_list(data: st.DataObject) -> None:
    base = release_of(data.draw(programmes()))
    dossier = data.draw(dossiers(base, most_missing=2))
    asking = next(a for a in askings(base) if a.fact == "prizes")
    whole = data.draw(st.sampled_from(every_value(base.fact_of(asking))))
    assert isinstance(whole, Records)
    part = Records(whole.rows[: data.draw(st.integers(0, len(whole.rows)))], complete=False)
    before = judged(base, dossier.having(asking, part)).standing
    after = judged(base, dossier.having(asking, whole)).standing
    assert before.worst <= after.worst <= after.best <= before.best


@given(st.data())
@quick
def test_questions_end_and_leave_nothing_undetermined(data: st.DataObject) -> None:
    base = release_of(data.draw(programmes()))
    dossier = Dossier()
    asked = 0
    while (question := next_question(base, dossier, TODAY)) is not None:
        assert dossier.get(question.asking) is None
        value = data.draw(st.sampled_from(every_value(base.fact_of(question.asking))))
        dossier = dossier.having(question.asking, value)
        asked += 1
        assert asked <= len(askings(base))
    verdict = judged(base, dossier)
    assert verdict.ruled_out or verdict.standing.decided


@given(st.data())
@quick
def test_a_question_is_asked_only_while_it_can_matter(data: st.DataObject) -> None:
    base = release_of(data.draw(programmes()))
    dossier = data.draw(dossiers(base, most_missing=9))
    verdict = judged(base, dossier)
    if verdict.standing.decided and verdict.applicability is Applicability.APPLICABLE:
        assert next_question(base, dossier, TODAY) is None


def test_needless_questions_are_rare() -> None:
    """Of the questions asked, those asked when brute force was already decided: at most 3 %."""
    source = random.Random(54)
    asked = needless = 0
    for _ in range(250):
        base = release_of(a_random_programme(source.choice))
        dossier = Dossier()
        while (question := next_question(base, dossier, TODAY)) is not None:
            needed = list(judged(base, dossier).missing)
            if len(needed) <= 3:  # brute force stays small
                points = {
                    judged(base, full).standing for full in completions(base, dossier, needed)
                }
                asked += 1
                needless += len(points) == 1
            value = source.choice(every_value(base.fact_of(question.asking)))
            dossier = dossier.having(question.asking, value)
    assert asked > 200, "too few questions for the share to say anything"
    assert needless <= 0.03 * asked, f"{needless} of {asked}"
