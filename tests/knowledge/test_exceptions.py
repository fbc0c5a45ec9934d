"""Exceptions: a miss rises to the authority, opened by facts or only by the authority itself."""

from datetime import date

import pytest

from knowledge.base import KnowledgeBase
from knowledge.evaluation import evaluate
from knowledge.verdict import Reason, Verdict
from tests.builders.knowledge import (
    a_criterion,
    a_programme_of,
    a_release,
    files_with,
    given,
    range_of,
    refusals,
)

TODAY = date(2024, 6, 1)
CRITERIA = a_programme_of(a_criterion("listed"), a_criterion("honest", id_="two"))


def an_exception(opened_by: str, lifts: str = "", id_: str = "way-out") -> str:
    return (
        f"  - id: {id_}\n    cite: 第一条\n    quote: 可以例外\n"
        f"    says: {{zh: 例外, en: exception}}\n    opened_by: {opened_by}\n"
        + (f"    lifts: [{lifts}]\n" if lifts else "")
    )


def a_base(*rules: str) -> KnowledgeBase:
    return a_release(CRITERIA + "exceptions:\n" + "".join(rules))


def judged(base: KnowledgeBase, **known: object) -> Verdict:
    return evaluate(base, "trial", given(base, **known), TODAY)


def state(verdict: Verdict) -> str:
    return verdict.exceptions[0].state


def missing(verdict: Verdict) -> list[str]:
    return list(map(str, verdict.missing))


class TestOpenedByFacts:
    def test_an_open_one_raises_the_miss_of_the_whole(self) -> None:
        verdict = judged(a_base(an_exception("colour == red")), listed="no", colour="red")
        assert state(verdict) == "open"
        assert verdict.standing.word == "authority_decides"
        assert missing(verdict) == []

    def test_a_shut_one_leaves_the_miss(self) -> None:
        verdict = judged(a_base(an_exception("colour == red")), listed="no", colour="blue")
        assert state(verdict) == "shut"
        assert verdict.standing.word == "ineligible"

    def test_an_undetermined_one_is_asked_about(self) -> None:
        verdict = judged(a_base(an_exception("colour == red")), listed="no", honest="yes")
        assert state(verdict) == "undetermined"
        assert range_of(verdict.standing) == "ineligible..authority_decides"
        assert missing(verdict) == ["colour"]

    def test_what_is_met_stays_eligible(self) -> None:
        verdict = judged(a_base(an_exception("colour == red")), listed="yes", honest="yes")
        assert verdict.standing.word == "eligible"
        assert missing(verdict) == []

    def test_a_zero_denominator_never_shuts_the_door(self) -> None:
        base = a_base(an_exception("rd_staff / staff >= 50%"))
        verdict = judged(base, listed="no", honest="yes", staff="0 人", rd_staff="0 人")
        assert verdict.standing.word == "authority_decides"
        assert missing(verdict) == []


class TestLifts:
    def test_only_the_named_criterion(self) -> None:
        base = a_base(an_exception("colour == red", lifts="one"))
        lifted = judged(base, listed="no", honest="yes", colour="red")
        assert lifted.standing.word == "authority_decides"
        assert lifted.outcomes()[0].reasons == (Reason.LIFTED_BY_EXCEPTION,)
        assert judged(base, listed="yes", honest="no", colour="red").standing.word == "ineligible"

    def test_an_undetermined_one_is_asked_where_it_matters(self) -> None:
        base = a_base(an_exception("colour == red", lifts="one"))
        verdict = judged(base, listed="no", honest="yes")
        assert range_of(verdict.standing) == "ineligible..authority_decides"
        assert missing(verdict) == ["colour"]
        assert verdict.outcomes()[0].reasons == ()
        assert missing(judged(base, listed="yes", honest="yes")) == []

    def test_one_of_two_is_enough(self) -> None:
        first = an_exception("colour == red", lifts="one")
        second = an_exception("staff >= 2 人", lifts="one", id_="other-way")
        verdict = judged(a_base(first, second), listed="no", honest="yes", colour="blue", staff="2")
        assert verdict.standing.word == "authority_decides"

    def test_with_readings_that_differ_nothing_is_lost(self) -> None:
        more = "other_reading:\n  test: staff >= 1 人\n  says: {zh: 另一读法}"
        body = a_programme_of(a_criterion("listed", more=more))
        base = a_release(body + "exceptions:\n" + an_exception("colour == red", lifts="one"))
        known = {"listed": "no", "colour": "red"}
        assert judged(base, **known, staff="0 人").standing.word == "authority_decides"
        assert judged(base, **known).standing.word == "authority_decides"

    def test_an_exclusion_can_be_lifted(self) -> None:
        body = CRITERIA + (
            "exclusions:\n  - {id: bars, cite: 第一条, quote: 不得为红, test: colour == red}\n"
            "exceptions:\n" + an_exception("staff >= 2 人", lifts="bars")
        )
        known = {"listed": "yes", "honest": "yes", "colour": "red", "staff": "2 人"}
        assert judged(a_release(body), **known).standing.word == "authority_decides"


class TestOpenedByManyFacts:
    def test_what_is_decided_stays_decided(self) -> None:
        tests = ("listed", "colour == red", "colour == blue")
        body = a_programme_of(*(a_criterion(t, id_=f"c{n}") for n, t in enumerate(tests)))
        flags = [f"flag{n}" for n in range(12)]
        facts = "subject: organisation\ntopic: {zh: 试, en: trial}\nfacts:\n" + "".join(
            f'  {flag}:\n    title: {{zh: 旗, en: flag}}\n    ask: {{zh: 旗, en: "Flag?"}}\n'
            "    type: yes_no\n"
            for flag in flags
        )
        rule = an_exception(" and ".join(flags), lifts="c0")
        more = {"facts/organisation-flags.yaml": facts}
        base = a_release(body + "exceptions:\n" + rule, more)
        before, after = judged(base).standing, judged(base, listed="no").standing
        assert before.worst <= after.worst <= after.best <= before.best


class TestOpenedByTheAuthority:
    @pytest.mark.parametrize("lifts", ["", "one"])
    def test_the_standing_stays_and_nothing_is_asked(self, lifts: str) -> None:
        verdict = judged(a_base(an_exception("authority", lifts)), listed="no")
        assert state(verdict) == "authority"
        assert verdict.standing.word == "ineligible"
        assert missing(verdict) == []


class TestRefuse:
    def test_lifting_what_is_not_there(self) -> None:
        files = files_with(CRITERIA + "exceptions:\n" + an_exception("listed", lifts="three"))
        assert "lifts 'three', which is no criterion" in refusals(files)
