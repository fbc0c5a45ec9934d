"""Criteria: force and test to a standing with its reasons, groups, readings, whom it is for."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from knowledge.base import KnowledgeBase
from knowledge.evaluation import evaluate
from knowledge.profile import Asking, Range
from knowledge.truth import StandingRange
from knowledge.verdict import Applicability, Outcome, Reason, Verdict
from tests.builders.knowledge import (
    a_criterion,
    a_programme_of,
    a_release,
    a_release_with_test,
    files_with,
    given,
    range_of,
    refusals,
)
from tests.knowledge.completions import askings, dossiers, programmes, release_of

TODAY = date(2024, 6, 1)
RATIO = "rd_staff / staff >= 50%"


def judged(base: KnowledgeBase, **known: object) -> Verdict:
    return evaluate(base, "trial", given(base, **known), TODAY)


def outcome(base: KnowledgeBase, id_: str, **known: object) -> Outcome:
    verdict = judged(base, **known)
    return next(o for o in _all(verdict) if o.node.id == id_)


def _all(verdict: Verdict) -> Iterator[Outcome]:
    def below(one: Outcome) -> Iterator[Outcome]:
        yield one
        for child in one.children:
            yield from below(child)

    tops = (verdict.applies_to, verdict.criteria, *verdict.exclusions)
    for top in tops:
        if top is not None:
            yield from below(top)


def missing(of: Verdict | Outcome) -> list[str]:
    return list(map(str, of.missing))


class TestForce:
    @pytest.mark.parametrize(
        ("force", "holds", "fails"),
        [
            ("hard", "eligible", "ineligible"),
            ("soft", "eligible", "authority_decides"),
            ("open_list", "eligible", "authority_decides"),
        ],
    )
    def test_the_table_of_the_design(self, force: str, holds: str, fails: str) -> None:
        base = a_release_with_test("listed", force=force)
        assert range_of(judged(base, listed="yes").standing) == holds
        assert range_of(judged(base, listed="no").standing) == fails
        assert range_of(judged(base).standing) == f"{fails}..{holds}"

    @pytest.mark.parametrize("force", ["hard", "soft", "open_list"])
    def test_a_zero_denominator_leaves_it_to_the_authority(self, force: str) -> None:
        one = outcome(a_release_with_test(RATIO, force=force), "one", staff="0 人")
        assert one.standing.word == "authority_decides"
        assert one.reasons == (Reason.ZERO_DENOMINATOR,)
        assert one.missing == ()

    @pytest.mark.parametrize(
        ("force", "reasons"),
        [
            ("hard", ()),
            ("soft", (Reason.SOFT_MISSED,)),
            ("open_list", (Reason.NOT_NAMED_IN_LIST,)),
        ],
    )
    def test_a_miss_says_why(self, force: str, reasons: tuple[Reason, ...]) -> None:
        one = outcome(a_release_with_test("listed", force=force), "one", listed="no")
        assert one.reasons == reasons


EVIDENCE = """\
    - id: one
      cite: 第一条
      quote: 具有明确的方向
      force: evidence
      says: {zh: 方向明确, en: a clear direction}
      self_view: honest
"""


class TestEvidence:
    @pytest.mark.parametrize("view", [{}, {"honest": "yes"}, {"honest": "no"}])
    def test_is_to_be_evidenced_whatever_one_thinks(self, view: dict[str, str]) -> None:
        base = a_release(f"criteria:\n  all:\n{EVIDENCE}")
        verdict = judged(base, **view)
        assert verdict.standing.word == "to_be_evidenced"
        assert verdict.missing == ()

    def test_a_clear_no_is_shown_as_a_risk(self) -> None:
        base = a_release(f"criteria:\n  all:\n{EVIDENCE}")
        assert outcome(base, "one", honest="no").reasons == (Reason.RISK,)
        assert outcome(base, "one", honest="yes").reasons == ()
        assert outcome(base, "one").given[0].value is None

    def test_without_a_view_nothing_is_asked(self) -> None:
        base = a_release("criteria:\n  all:\n" + EVIDENCE.replace("      self_view: honest\n", ""))
        assert outcome(base, "one").given == ()

    def test_a_miss_beside_it_decides(self) -> None:
        base = a_release(f"criteria:\n  all:\n{EVIDENCE}{a_criterion('listed', id_='two')}\n")
        assert range_of(judged(base).standing) == "ineligible..to_be_evidenced"
        assert range_of(judged(base, listed="no").standing) == "ineligible"


def a_group(word: str, *tests: str, n: int = 0) -> KnowledgeBase:
    leaves = [a_criterion(test, id_=f"c{place}") for place, test in enumerate(tests)]
    if word != "at_least":
        return a_release(a_programme_of(*leaves, word=word))
    inner = "\n".join("  " + line for leaf in leaves for line in leaf.splitlines())
    return a_release(f"criteria:\n  at_least:\n    n: {n}\n    of:\n{inner}\n")


THREE = ("listed", "honest", "colour == red")


class TestGroup:
    def test_all_takes_the_least(self) -> None:
        base = a_group("all", *THREE)
        assert range_of(judged(base, listed="no").standing) == "ineligible"
        assert missing(judged(base, listed="no")) == []
        assert missing(judged(base, listed="yes")) == ["honest", "colour"]

    def test_any_takes_the_greatest(self) -> None:
        base = a_group("any", *THREE)
        assert range_of(judged(base, honest="yes").standing) == "eligible"
        assert range_of(judged(base, honest="no", listed="no").standing) == "ineligible..eligible"
        assert missing(judged(base, honest="no", listed="no")) == ["colour"]

    def test_at_least_two_of_three(self) -> None:
        base = a_group("at_least", *THREE, n=2)
        assert range_of(judged(base, listed="yes", honest="yes").standing) == "eligible"
        assert range_of(judged(base, listed="no", honest="no").standing) == "ineligible"
        assert missing(judged(base, listed="yes")) == ["honest", "colour"]

    def test_a_branch_that_lost_is_not_relevant(self) -> None:
        base = a_group("any", "listed", "honest")
        assert not outcome(base, "c0", listed="no", honest="yes").relevant
        assert outcome(base, "c1", listed="no", honest="yes").relevant

    def test_the_miss_of_an_all_stays_relevant(self) -> None:
        assert outcome(a_group("all", "listed", "honest"), "c0", listed="no").relevant


BY_KIND = """
criteria:
  all:
    - id: by-kind
      title: {zh: 按类, en: by kind}
      any:
        - id: of-red
          all:
            - {id: is-red, cite: 第一条, quote: 红的, test: colour == red}
            - {id: red-staff, cite: 第一条, quote: 红的人, test: staff >= 2 人}
        - id: of-green
          all:
            - {id: is-green, cite: 第一条, quote: 绿的, test: colour == green}
            - {id: green-listed, cite: 第一条, quote: 绿的上市, test: listed}
"""


class TestBranchesByKind:
    def test_the_branch_of_another_kind_is_not_relevant(self) -> None:
        base = a_release(BY_KIND)
        known = {"colour": "red", "staff": "1 人", "listed": "no"}
        assert outcome(base, "of-red", **known).relevant
        assert not outcome(base, "of-green", **known).relevant

    def test_only_the_own_branch_is_asked(self) -> None:
        base = a_release(BY_KIND)
        assert missing(judged(base, colour="red")) == ["staff"]
        assert missing(outcome(base, "by-kind", colour="green")) == ["listed"]

    def test_while_the_kind_is_open_both_are_relevant(self) -> None:
        base = a_release(BY_KIND)
        assert outcome(base, "of-red").relevant
        assert outcome(base, "of-green").relevant
        assert missing(judged(base))[0] == "colour"

    def test_of_no_kind_at_all(self) -> None:
        assert judged(a_release(BY_KIND), colour="blue").standing.word == "ineligible"


OTHER = "reading: {zh: 含本数}\nother_reading:\n  test: staff > 2 人\n  says: {zh: 不含本数}\n"


class TestReadings:
    @pytest.mark.parametrize(
        ("staff", "standing"), [("1", "ineligible"), ("2", "authority_decides"), ("3", "eligible")]
    )
    def test_where_they_differ_the_authority_decides(self, staff: str, standing: str) -> None:
        base = a_release_with_test("staff >= 2 人", more=OTHER)
        one = outcome(base, "one", staff=staff)
        assert one.standing.word == standing
        assert (Reason.READINGS_DIFFER in one.reasons) == (standing == "authority_decides")

    def test_both_are_shown(self) -> None:
        one = outcome(a_release_with_test("staff >= 2 人", more=OTHER), "one", staff="2")
        assert one.test is not None
        assert one.other_test is not None

    def test_the_facts_of_the_other_reading_are_asked_too(self) -> None:
        base = a_release_with_test("listed", more=OTHER)
        assert missing(judged(base, listed="yes")) == ["staff"]
        assert range_of(judged(base, listed="yes").standing) == "authority_decides..eligible"
        assert range_of(judged(base, listed="no").standing) == "ineligible..authority_decides"

    def test_two_softs_that_miss_do_not_differ(self) -> None:
        base = a_release_with_test("staff >= 2 人", force="soft", more=OTHER)
        assert outcome(base, "one", staff="1").reasons == (Reason.SOFT_MISSED,)


EXCLUSION = """
criteria:
  all:
    - {id: one, cite: 第一条, quote: 上市, test: listed}
exclusions:
  - {id: bars, cite: 第一条, quote: 不得为红, test: colour == red}
"""


class TestExclusion:
    def test_its_test_must_fail(self) -> None:
        base = a_release(EXCLUSION)
        assert judged(base, listed="yes", colour="red").standing.word == "ineligible"
        assert judged(base, listed="yes", colour="blue").standing.word == "eligible"
        assert missing(judged(base, listed="yes")) == ["colour"]

    def test_says_that_it_excludes(self) -> None:
        bars = outcome(a_release(EXCLUSION), "bars", colour="red")
        assert bars.excludes
        assert not outcome(a_release(EXCLUSION), "one").excludes

    def test_a_soft_one_leaves_it_to_the_authority(self) -> None:
        base = a_release(EXCLUSION.replace("{id: bars,", "{id: bars, force: soft,"))
        assert judged(base, listed="yes", colour="red").standing.word == "authority_decides"


APPLIES = """
applies_to: {cite: 第一条, quote: 红的单位, test: colour == red}
criteria:
  all:
    - {id: one, cite: 第一条, quote: 上市, test: listed}
"""


class TestAppliesTo:
    def test_the_wrong_kind_is_not_applicable(self) -> None:
        verdict = judged(a_release(APPLIES), colour="blue")
        assert verdict.applicability is Applicability.NOT_APPLICABLE
        assert verdict.ruled_out
        assert not verdict.live
        assert verdict.missing == ()

    def test_the_right_kind_is_judged(self) -> None:
        verdict = judged(a_release(APPLIES), colour="red", listed="yes")
        assert verdict.applicability is Applicability.APPLICABLE
        assert verdict.decided
        assert [o.node.id for o in verdict.outcomes()] == ["applies-to", "one"]

    def test_an_open_kind_is_asked_first(self) -> None:
        verdict = judged(a_release(APPLIES))
        assert verdict.applicability is Applicability.UNDETERMINED
        assert missing(verdict) == ["colour", "listed"]
        assert missing(judged(a_release(APPLIES), listed="no")) == []


class TestVerdict:
    def test_ruled_out_is_not_live_and_asks_nothing(self) -> None:
        verdict = judged(a_group("all", *THREE), listed="no")
        assert verdict.ruled_out
        assert not verdict.live
        assert verdict.decided

    def test_left_to_the_authority_is_live(self) -> None:
        verdict = judged(a_release_with_test("listed", force="soft"), listed="no")
        assert verdict.live
        assert verdict.decided

    def test_says_what_was_given(self) -> None:
        one = outcome(a_release_with_test(RATIO), "one", staff="2 人")
        assert [(str(g.asking), g.value is None) for g in one.given] == [
            ("rd_staff", True), ("staff", False),
        ]  # fmt: skip

    def test_without_trace_nothing_for_people_is_made(self) -> None:
        base = a_release_with_test(RATIO)
        verdict = evaluate(base, "trial", given(base), TODAY, trace=False)
        assert verdict.criteria is not None
        assert verdict.criteria.leaves()[0].given == ()

    def test_an_unknown_programme_is_a_key_error(self) -> None:
        base = a_release_with_test("listed")
        with pytest.raises(KeyError):
            evaluate(base, "nothing", given(base), TODAY)

    def test_a_range_that_stays_in_one_piece_is_no_point(self) -> None:
        base = a_release_with_test("staff >= 2 人")
        standing = judged(base, staff="1..2 人").standing
        assert standing != StandingRange(standing.worst, standing.worst)
        assert missing(judged(base, staff="1..2 人")) == ["staff"]


def both(first: str, second: str, known: dict[str, object] | None = None) -> str:
    """The standing of a programme with two criteria over the same fact."""
    base = a_release(a_programme_of(a_criterion(first), a_criterion(second, id_="two")))
    return range_of(judged(base, **(known or {})).standing)


class TestFactsInSeveralTests:
    def test_what_no_answer_meets_is_ruled_out(self) -> None:
        assert both("colour == red", "colour == blue") == "ineligible"
        assert both("listed", "not listed") == "ineligible"
        assert both("staff >= 3 人", "staff <= 2 人") == "ineligible"
        assert both("founded >= 2020-01-03", "founded < 2020-01-03") == "ineligible"

    def test_what_one_answer_meets_stays_open(self) -> None:
        assert both("staff >= 2 人", "staff <= 2 人") == "ineligible..eligible"
        assert both("founded >= 2020-01-03", "founded <= 2020-01-03") == "ineligible..eligible"

    def test_a_whole_number_between_broken_thresholds_stays_open(self) -> None:
        assert both("staff > 1.5 人", "staff < 2.5 人") == "ineligible..eligible"
        assert both("staff > 1.2 人", "staff < 1.8 人") == "ineligible"

    def test_a_range_opens_nothing_again(self) -> None:
        known: dict[str, object] = {"staff": "1..3 人"}
        assert both("staff >= 2 人", "staff <= 2 人", known) == "ineligible..eligible"
        assert both("staff >= 3 人", "staff <= 2 人", known) == "ineligible"
        assert both("staff < 1 人 or staff > 3 人", "staff <= 4 人", known) == "ineligible"


@drawn(st.data())
@settings(max_examples=60)
def test_a_range_only_narrows(data: st.DataObject) -> None:
    base = release_of(data.draw(programmes()))
    dossier = data.draw(dossiers(base, most_missing=len(askings(base))))
    asking = Asking(data.draw(st.sampled_from(["staff", "rd_staff"])))
    before = evaluate(base, "trial", dossier.without(asking), TODAY, trace=False).standing
    for ends in ((0, 4), (0, 3), (1, 3), (2, 3), (2, 2)):
        dossier = dossier.having(asking, Range(*map(Decimal, ends)))
        after = evaluate(base, "trial", dossier, TODAY, trace=False).standing
        assert before.worst <= after.worst <= after.best <= before.best
        before = after


class TestNotStated:
    BODY = a_programme_of(
        a_criterion("listed"),
        "    - id: rest\n      cite: 第一条\n      quote: 应当符合条件\n      force: not_stated\n"
        "      says: {zh: 其余条件看通知, en: the rest is in the call}",
    )

    @pytest.mark.parametrize(
        ("listed", "standing"), [("yes", "authority_decides"), ("no", "ineligible")]
    )
    def test_what_the_text_leaves_to_others_is_never_eligible(
        self, listed: str, standing: str
    ) -> None:
        base = a_release(self.BODY)
        assert range_of(judged(base, listed=listed).standing) == standing
        rest = outcome(base, "rest", listed=listed)
        assert rest.reasons == (Reason.NOT_STATED,)
        assert rest.missing == ()

    def test_says_in_our_words_and_tests_nothing(self) -> None:
        assert "says is required" in refusals(
            files_with(
                self.BODY.replace("says: {zh: 其余条件看通知, en: the rest is in the call}", "")
            )
        )
        assert "not_stated has no test" in refusals(
            files_with(a_programme_of(a_criterion("listed", force="not_stated", more=SAYS)))
        )


SAYS = "says: {zh: 看通知, en: see the call}"
