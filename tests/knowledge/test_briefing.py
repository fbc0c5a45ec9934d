"""Briefs: the same answer as the verdict's, kept only under the facts it was weighed on."""

from datetime import date

from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from knowledge.briefing import brief, briefs, weigh
from knowledge.evaluation import evaluate
from knowledge.expression.env import Env
from knowledge.judging import Judge
from knowledge.profile import Dossier
from tests.builders.knowledge import a_criterion, a_programme_of, a_release, given, range_of
from tests.knowledge.completions import (
    TODAY,
    askings,
    dossiers,
    every_value,
    programmes,
    release_of,
)

quick = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])


@drawn(st.data())
@quick
def test_what_is_kept_is_what_would_be_weighed_now(data: st.DataObject) -> None:
    base = release_of(data.draw(programmes()))
    dossier = data.draw(dossiers(base, most_missing=9))
    for asking in (*askings(base), *askings(base)):
        kept = brief(base, "trial", dossier, TODAY)
        fresh = weigh(base.compiled["trial"], dossier, TODAY)
        assert (kept.standing, kept.applicability) == (fresh.standing, fresh.applicability)
        assert kept.missing == fresh.missing
        value = data.draw(st.sampled_from(every_value(base.fact_of(asking))))
        dossier = dossier.having(asking, value)


@drawn(st.data())
@quick
def test_the_criteria_of_a_verdict_add_up_to_its_standing(data: st.DataObject) -> None:
    """The judge shows what the plan weighed: never more hope, and the same once all is known."""
    base = release_of(data.draw(programmes()))
    dossier = data.draw(dossiers(base, most_missing=9))
    verdict = evaluate(base, "trial", dossier, TODAY)
    judge = Judge(base.compiled["trial"], Env(dossier.values, TODAY), dossier)
    criteria = base.programmes["trial"].criteria
    if criteria is None or verdict.exclusions or verdict.exceptions or verdict.routes:
        return
    shown = judge.node(criteria).standing
    assert shown.worst <= verdict.standing.worst <= verdict.standing.best <= shown.best
    if not verdict.missing and not verdict.ruled_out:
        assert shown.decided
        assert shown == verdict.standing


def test_another_answer_another_day_another_brief() -> None:
    base = a_release(a_programme_of(a_criterion("founded <= today - 1 年")))
    known = given(base, founded="2020-01-03")
    assert range_of(brief(base, "trial", known, date(2021, 1, 2)).standing) == "ineligible"
    assert range_of(brief(base, "trial", known, date(2021, 1, 3)).standing) == "eligible"
    assert range_of(brief(base, "trial", Dossier(), date(2021, 1, 3)).standing) == (
        "ineligible..eligible"
    )


def test_all_programmes_or_those_asked_for() -> None:
    base = a_release(a_programme_of(a_criterion("listed")))
    assert list(briefs(base, Dossier(), TODAY)) == ["trial"]
    assert briefs(base, Dossier(), TODAY, programmes=()) == {}
