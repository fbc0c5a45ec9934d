"""Timing and filing window stand beside the standing and never hide it."""

from datetime import date

import pytest

from knowledge.evaluation import evaluate, evaluate_all
from knowledge.verdict import FilingWindow, Timing, Verdict, WindowState
from tests.builders.knowledge import (
    DOCUMENT,
    a_criterion,
    a_programme_of,
    a_release,
    files_with,
    given,
    refusals,
)

BODY = a_programme_of(a_criterion("listed"))
FILE = "documents/试-2023-1.yaml"
TERM = "term: {from: 2024-01-01, to: 2024-12-31, cite: 第一条, quote: 有效期一年}\n"


def judged(as_of: str, body: str = BODY, document: str = DOCUMENT, **known: object) -> Verdict:
    base = a_release(body, {FILE: document})
    return evaluate(base, "trial", given(base, **known), date.fromisoformat(as_of))


class TestTiming:
    @pytest.mark.parametrize(
        ("as_of", "timing"),
        [
            ("2023-01-31", Timing.NOT_YET_IN_FORCE),
            ("2023-02-01", Timing.IN_FORCE),
            ("2025-12-31", Timing.IN_FORCE),
            ("2026-01-01", Timing.EXPIRED),
        ],
    )
    def test_by_the_days_of_the_document(self, as_of: str, timing: Timing) -> None:
        assert judged(as_of).timing is timing

    @pytest.mark.parametrize(
        ("as_of", "timing"),
        [("2023-01-31", Timing.NOT_YET_IN_FORCE), ("2030-01-01", Timing.TERM_NOT_STATED)],
    )
    def test_without_an_end(self, as_of: str, timing: Timing) -> None:
        document = DOCUMENT.replace("expires: 2025-12-31", "expires: not_stated")
        assert judged(as_of, document=document).timing is timing

    def test_without_a_start_the_day_of_issue_counts(self) -> None:
        document = DOCUMENT.replace("effective: 2023-02-01", "effective: not_stated")
        assert judged("2023-01-09", document=document).timing is Timing.NOT_YET_IN_FORCE
        assert judged("2023-01-10", document=document).timing is Timing.IN_FORCE

    @pytest.mark.parametrize(
        ("as_of", "timing"),
        [
            ("2023-12-31", Timing.NOT_YET_IN_FORCE),
            ("2024-01-01", Timing.IN_FORCE),
            ("2024-12-31", Timing.IN_FORCE),
            ("2025-01-01", Timing.EXPIRED),
        ],
    )
    def test_a_term_of_its_own_comes_first(self, as_of: str, timing: Timing) -> None:
        assert judged(as_of, BODY + TERM).timing is timing

    def test_a_lapsed_one_keeps_its_standing_and_is_not_live(self) -> None:
        verdict = judged("2026-01-01", listed="yes")
        assert verdict.standing.word == "eligible"
        assert not verdict.live
        assert not verdict.ruled_out

    def test_one_to_come_is_live(self) -> None:
        assert judged("2023-01-01", listed="yes").live


TODAY = date(2024, 6, 1)


def a_window(opens: str, closes: str, programme: str = "trial") -> FilingWindow:
    return FilingWindow(programme, date.fromisoformat(opens), date.fromisoformat(closes))


PAST = a_window("2024-01-01", "2024-05-31")
NOW = a_window("2024-06-01", "2024-06-01")
NEXT = a_window("2024-06-02", "2024-07-01")


class TestWindow:
    @pytest.mark.parametrize(
        ("windows", "state"),
        [
            ((), WindowState.NOT_PUBLISHED),
            ((PAST,), WindowState.SHUT),
            ((NEXT,), WindowState.ANNOUNCED),
            ((NOW,), WindowState.OPEN),
            ((PAST, NEXT), WindowState.ANNOUNCED),
            ((PAST, NEXT, NOW), WindowState.OPEN),
            ((a_window("2024-01-01", "2024-12-31", "another"),), WindowState.NOT_PUBLISHED),
        ],
    )
    def test_the_most_useful_state(
        self, windows: tuple[FilingWindow, ...], state: WindowState
    ) -> None:
        base = a_release(BODY)
        verdict = evaluate(base, "trial", given(base), TODAY, windows)
        assert verdict.window is state
        assert verdict.live

    @pytest.mark.parametrize("windows", [(), (PAST,)])
    def test_a_text_that_takes_applications_at_any_time(
        self, windows: tuple[FilingWindow, ...]
    ) -> None:
        base = a_release("always_open: {cite: 第一条, quote: 常态化受理}\n" + BODY)
        assert evaluate(base, "trial", given(base), TODAY, windows).window is WindowState.ALWAYS

    def test_is_told_to_every_programme(self) -> None:
        base = a_release(BODY)
        assert evaluate_all(base, given(base), TODAY, (NOW,))["trial"].window is WindowState.OPEN


class TestRefuse:
    def test_a_gap_names_programmes_that_exist(self) -> None:
        document = (
            DOCUMENT + "gaps:\n  - {article: 第一条, programmes: [nothing], says: {zh: 未写明}}\n"
        )
        assert "there is no programme 'nothing'" in refusals(files_with(BODY, {FILE: document}))

    @pytest.mark.parametrize(
        "clause",
        ["{word: 以上, cite: 第一条}", "{word: 日, includes: yes, means: natural, cite: 第一条}"],
    )
    def test_a_counting_clause_says_one_thing(self, clause: str) -> None:
        document = DOCUMENT + f"counting:\n  - {clause}\n"
        assert "either includes or means" in refusals(files_with(BODY, {FILE: document}))
