"""Routes: the ways still possible, and what they do to standing and applicability."""

from datetime import date

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from knowledge.base import KnowledgeBase
from knowledge.evaluation import evaluate
from knowledge.verdict import Applicability, Verdict
from tests.builders.knowledge import a_release, given, range_of
from tests.knowledge.completions import askings, completions, dossiers, programmes, routes

TODAY = date(2024, 6, 1)
CRITERIA = "criteria:\n  all:\n    - {id: one, cite: 第一条, quote: 上市, test: listed}\n"


def a_route(kind: str, test: str, other: str = "") -> str:
    return (
        f"  - id: {kind}\n    route: {kind}\n    cite: 第一条\n    quote: 按此办理\n"
        f"    says: {{zh: 办理, en: this way}}\n    test: {test}\n"
        + (
            f"    other_reading:\n      test: {other}\n      says: {{zh: 另一读法}}\n"
            if other
            else ""
        )
    )


def a_base(*routes: str, criteria: str = CRITERIA) -> KnowledgeBase:
    return a_release(criteria + "routes:\n" + "".join(routes))


PERMIT = a_route("permit", "colour == red")
FILING = a_route("filing", "colour == green")
EXEMPT = a_route("exempt", "colour == blue")
PROHIBITED = a_route("prohibited", "not honest")
ALL = (PROHIBITED, PERMIT, FILING, EXEMPT)


def judged(base: KnowledgeBase, **known: object) -> Verdict:
    return evaluate(base, "trial", given(base, **known), TODAY)


def possible(verdict: Verdict) -> list[str]:
    return [route.rule.id for route in verdict.routes if route.possible]


def proven(verdict: Verdict) -> list[str]:
    return [route.rule.id for route in verdict.routes if route.proven]


def missing(verdict: Verdict) -> list[str]:
    return list(map(str, verdict.missing))


class TestRoutes:
    def test_nothing_known_leaves_every_way_possible(self) -> None:
        verdict = judged(a_base(*ALL))
        assert possible(verdict) == ["prohibited", "permit", "filing", "exempt"]
        assert proven(verdict) == []
        assert range_of(verdict.standing) == "ineligible..eligible"
        assert missing(verdict) == ["honest", "colour", "listed"]

    def test_a_proven_prohibition_is_ineligible(self) -> None:
        verdict = judged(a_base(*ALL), honest="no")
        assert proven(verdict) == ["prohibited"]
        assert verdict.standing.word == "ineligible"
        assert verdict.applicability is Applicability.APPLICABLE
        assert missing(verdict) == []

    def test_where_one_applies_the_criteria_decide(self) -> None:
        base = a_base(*ALL)
        known = {"honest": "yes", "colour": "red"}
        assert judged(base, **known, listed="yes").standing.word == "eligible"
        assert judged(base, **known, listed="no").standing.word == "ineligible"
        assert missing(judged(base, **known)) == ["listed"]

    def test_two_ways_may_be_proven_together(self) -> None:
        verdict = judged(a_base(PERMIT, a_route("filing", "honest")), colour="red", honest="yes")
        assert proven(verdict) == ["permit", "filing"]

    def test_a_proven_exemption_leaves_nothing_to_apply_for(self) -> None:
        verdict = judged(a_base(*ALL), honest="yes", colour="blue")
        assert verdict.applicability is Applicability.NOT_APPLICABLE
        assert verdict.ruled_out
        assert missing(verdict) == []

    def test_an_exemption_is_never_the_remainder(self) -> None:
        verdict = judged(a_base(PERMIT, a_route("exempt", "honest")), colour="blue")
        assert possible(verdict) == ["exempt"]
        assert verdict.applicability is Applicability.UNDETERMINED
        assert missing(verdict) == ["honest"]

    def test_where_none_is_named_the_authority_decides(self) -> None:
        verdict = judged(a_base(PERMIT, FILING), colour="blue")
        assert possible(verdict) == []
        assert verdict.standing.word == "authority_decides"
        assert verdict.applicability is Applicability.APPLICABLE
        assert missing(verdict) == []

    def test_without_criteria_an_applied_way_is_eligible(self) -> None:
        verdict = judged(a_base(PERMIT, FILING, criteria=""), colour="red")
        assert verdict.standing.word == "eligible"

    def test_what_was_given_stands_with_the_route(self) -> None:
        verdict = judged(a_base(PERMIT), colour="red")
        assert verdict.routes[0].given[0].value == "red"


UNCLEAR = "rd_staff / staff >= 50%"
ZERO = {"staff": "0 人", "rd_staff": "0 人"}


class TestWaysTheTextLeavesOpen:
    def test_readings_that_differ_leave_it_possible_not_proven(self) -> None:
        base = a_base(a_route("permit", "staff >= 2 人", other="staff > 2 人"))
        verdict = judged(base, staff="2 人", listed="yes")
        assert possible(verdict) == ["permit"]
        assert proven(verdict) == []
        assert missing(verdict) == []
        assert proven(judged(base, staff="3 人")) == ["permit"]

    def test_the_facts_of_both_readings_are_asked(self) -> None:
        base = a_base(a_route("permit", "staff >= 2 人", other="honest"))
        assert missing(judged(base, staff="2 人", listed="yes")) == ["honest"]

    @pytest.mark.parametrize("listed", ["yes", "no"])
    def test_an_unclear_way_leaves_it_to_the_authority(self, listed: str) -> None:
        verdict = judged(a_base(a_route("permit", UNCLEAR)), listed=listed, **ZERO)
        assert verdict.standing.word == "authority_decides"
        assert missing(verdict) == []

    def test_an_unclear_prohibition_is_at_best_for_the_authority(self) -> None:
        base = a_base(a_route("prohibited", UNCLEAR), PERMIT)
        met = judged(base, colour="red", listed="yes", **ZERO)
        assert met.standing.word == "authority_decides"
        missed = judged(base, colour="red", listed="no", **ZERO)
        assert missed.standing.word == "ineligible"

    def test_an_open_prohibition_keeps_the_worst_possible(self) -> None:
        verdict = judged(a_base(PROHIBITED, PERMIT), colour="red", listed="yes")
        assert range_of(verdict.standing) == "ineligible..eligible"
        assert missing(verdict) == ["honest"]

    def test_an_open_way_spans_criteria_and_authority(self) -> None:
        verdict = judged(a_base(PERMIT), listed="yes")
        assert range_of(verdict.standing) == "authority_decides..eligible"
        verdict = judged(a_base(PERMIT), listed="no")
        assert range_of(verdict.standing) == "ineligible..authority_decides"
        assert missing(verdict) == ["colour"]


@drawn(st.data())
@settings(max_examples=40)
def test_every_completion_lies_in_the_range_of_standing_and_routes(data: st.DataObject) -> None:
    criteria = data.draw(st.one_of(st.just(""), programmes()))
    base = a_release(criteria + data.draw(routes()))
    dossier = data.draw(dossiers(base, most_missing=3))
    verdict = evaluate(base, "trial", dossier, TODAY, trace=False)
    for full in completions(base, dossier, askings(base)):
        point = evaluate(base, "trial", full, TODAY, trace=False)
        assert point.standing.decided
        assert point.missing == ()
        assert verdict.standing.worst <= point.standing.worst <= verdict.standing.best
        assert set(proven(verdict)) <= set(proven(point))
        assert set(possible(point)) <= set(possible(verdict))
        if verdict.applicability is not Applicability.UNDETERMINED:
            assert point.applicability is verdict.applicability
