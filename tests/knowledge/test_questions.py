"""The next question: what decides most over the live programmes, and when to stop."""

import gc
from datetime import date
from weakref import ref

from knowledge.base import KnowledgeBase
from knowledge.profile import Asking
from knowledge.questions import next_question, progress
from knowledge.verdict import FilingWindow
from tests.builders.knowledge import (
    HEAD,
    a_criterion,
    a_programme_of,
    a_release,
    a_rich_release,
    given,
)

TODAY = date(2024, 6, 1)
LAPSED = date(2026, 1, 1)


def a_base(*tests: str, word: str = "all") -> KnowledgeBase:
    return a_release(
        a_programme_of(*(a_criterion(t, id_=f"c{n}") for n, t in enumerate(tests)), word=word)
    )


def two_programmes(first: str, second: str) -> KnowledgeBase:
    """`another` and `trial`, each with one test."""
    other = HEAD.replace("id: trial", "id: another") + a_programme_of(a_criterion(second))
    return a_release(a_programme_of(a_criterion(first)), {"programmes/another.yaml": other})


def asked(base: KnowledgeBase, as_of: date = TODAY, **known: object) -> str | None:
    question = next_question(base, given(base, **known), as_of)
    return None if question is None else str(question.asking)


class TestNextQuestion:
    def test_is_about_what_is_missing(self) -> None:
        assert asked(a_base("listed")) == "listed"
        assert asked(a_base("listed"), listed="yes") is None

    def test_what_settles_several_programmes_comes_first(self) -> None:
        base = two_programmes("staff >= 2 人 and honest", "honest")
        question = next_question(base, given(base), TODAY)
        assert question is not None
        assert str(question.asking) == "honest"
        assert question.programmes == ("another", "trial")
        assert question.remaining == 2

    def test_among_equals_the_easier_answer(self) -> None:
        assert asked(a_base("count(prizes) >= 1 项", "listed")) == "listed"

    def test_stops_when_ruled_out(self) -> None:
        assert asked(a_base("listed", "honest"), listed="no") is None

    def test_a_lapsed_programme_asks_nothing(self) -> None:
        assert asked(a_base("listed"), LAPSED) is None

    def test_a_missing_window_takes_no_programme_away(self) -> None:
        base = a_base("listed")
        shut = FilingWindow("trial", date(2023, 1, 1), date(2023, 2, 1))
        for windows in ((), (shut,)):
            assert next_question(base, given(base), TODAY, windows) is not None

    def test_what_was_left_is_not_asked_again(self) -> None:
        base = a_base("listed", "honest")
        question = next_question(base, given(base), TODAY, leave={Asking("listed")})
        assert question is not None
        assert str(question.asking) == "honest"
        both = {Asking("listed"), Asking("honest")}
        assert next_question(base, given(base), TODAY, leave=both) is None

    def test_only_the_programmes_named(self) -> None:
        base = two_programmes("listed", "honest")
        question = next_question(base, given(base), TODAY, programmes=["trial"])
        assert question is not None
        assert question.programmes == ("trial",)
        assert str(question.asking) == "listed"

    def test_the_year_is_that_of_the_day(self) -> None:
        base = a_base("last_year(income) >= 1 万元")
        assert asked(base, date(2024, 1, 1)) == "income@2023"
        assert asked(base, date(2023, 12, 31)) == "income@2022"

    def test_every_kind_of_fact_can_be_asked(self) -> None:
        tests = (
            "share >= 30%", "capital >= 1 元", "opened <= today", "town == luoyang",
            "includes(founders, state)", "last_year(audited)", "count(grants) >= 1 项",
            "partner.staff >= 1 人",
        )  # fmt: skip
        criteria = (a_criterion(t, id_=f"c{n}") for n, t in enumerate(tests))
        base = a_rich_release(a_programme_of(*criteria))
        seen: set[Asking] = set()
        while (question := next_question(base, given(base), TODAY, leave=seen)) is not None:
            seen.add(question.asking)
        assert len(seen) == len(tests)


class TestProgress:
    def test_counts_what_is_decided_and_what_is_left(self) -> None:
        base = two_programmes("listed and staff >= 2 人", "honest")
        found = progress(base, given(base), TODAY)
        assert (found.decided, found.total, found.remaining) == (0, 2, 3)
        found = progress(base, given(base, honest="no"), TODAY)
        assert (found.decided, found.total, found.remaining) == (1, 2, 2)

    def test_what_was_left_stays_undecided(self) -> None:
        base = a_base("listed")
        found = progress(base, given(base), TODAY, leave={Asking("listed")})
        assert (found.decided, found.total, found.remaining) == (0, 1, 0)

    def test_a_lapsed_programme_counts_as_decided(self) -> None:
        base = a_base("listed")
        assert progress(base, given(base), LAPSED).decided == 1

    def test_only_the_programmes_named(self) -> None:
        base = two_programmes("listed", "honest")
        assert progress(base, given(base), TODAY, programmes=["trial"]).total == 1


def test_a_release_that_nobody_uses_any_more_is_forgotten() -> None:
    base = a_base("staff >= 2 人", "listed")
    assert next_question(base, given(base), TODAY) is not None
    left = ref(base)
    del base
    gc.collect()
    assert left() is None
