"""Every policy case as a card, in both languages: nothing is lost, promised or left unsaid."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from dialogs.buttons import named
from dialogs.cards import overview_card, programme_card
from dialogs.cards.overview import ON_A_PAGE
from dialogs.cards.reasons import tops
from dialogs.message import Card, CardLine, Pressed, Reply
from dialogs.scene import Scene
from dialogs.state import State
from dialogs.tree import builtin as tree
from dialogs.why import why
from dialogs.world import in_memory
from knowledge.cases import Case
from knowledge.loading import builtin
from knowledge.profile import Dossier
from knowledge.value import read_dossier
from knowledge.verdict import FilingWindow, Outcome, Timing, Verdict
from tests.builders.conversations import a_talk, everything
from tests.knowledge.test_policy_cases import CASES

CHINESE = re.compile(r"[\u4e00-\u9fff]")
KB = builtin()


def a_scene(dossier: Dossier, day: date, language: str = "zh") -> Scene:
    world = in_memory(KB, datetime.combine(day, time(4), UTC), dossier=dossier, consent=True)
    state = State(language="en" if language == "en" else "zh", node="programmes")
    return Scene(world=world, state=state, places=tree().places)


def scenes(programme: str, language: str) -> Iterator[tuple[Case, Scene]]:
    for _, case in CASES[programme]:
        dossier = read_dossier(KB.facts, case.given)
        yield case, a_scene(dossier, case.as_of, language)


def lines(card: Card) -> Iterator[CardLine]:
    for section in card.sections:
        yield from section.lines


def said(card: Card) -> str:
    return everything(Reply(kind="card", text="", card=card))


@pytest.mark.parametrize("programme", sorted(CASES))
def test_every_case_has_a_card_that_says_its_timing_first(programme: str) -> None:
    for _, scene in scenes(programme, "zh"):
        verdict = scene.verdict(programme)
        card = programme_card(scene, verdict)
        assert card.lead
        assert card.sections[0].title == "时效和窗口"
        check_honest(verdict, card)
        for line in lines(card):
            assert line.text.strip()
            assert "None" not in line.text


def check_honest(verdict: Verdict, card: Card) -> None:
    if verdict.timing is Timing.EXPIRED:
        assert "失效" in card.lead
        assert "能得到什么" not in [section.title for section in card.sections]
    elif verdict.criteria is None:
        return  # what must be done, by which way: nothing is granted
    elif not verdict.ruled_out and verdict.standing.word in {"eligible", "to_be_evidenced"}:
        assert "不等于获批" in card.lead or "还不能下结论" in card.lead
    else:
        assert "不等于获批" not in card.lead


@pytest.mark.parametrize("programme", sorted(CASES))
def test_every_relevant_criterion_stands_on_the_card_with_its_quote(programme: str) -> None:
    for _, scene in scenes(programme, "zh"):
        verdict = scene.verdict(programme)
        quotes = {line.quote.text for line in lines(programme_card(scene, verdict)) if line.quote}
        for outcome in (each for top in tops(verdict) for each in counting(top)):
            assert getattr(outcome.node, "quote", None) in quotes


def counting(outcome: Outcome) -> Iterator[Outcome]:
    if outcome.relevant and not outcome.children:
        yield outcome
    for child in outcome.children if outcome.relevant else ():
        yield from counting(child)


@pytest.mark.parametrize("programme", sorted(CASES))
def test_every_case_can_be_read_in_english(programme: str) -> None:
    for _, scene in list(scenes(programme, "en"))[::3]:
        verdict = scene.verdict(programme)
        card = programme_card(scene, verdict)
        words = [card.title, card.lead, *(badge.label for badge in card.badges)]
        words += [section.title for section in card.sections]
        assert [word for word in words if CHINESE.search(word)] == []
        assert said(overview_card(scene, [verdict]))


@pytest.mark.parametrize("programme", sorted(CASES))
def test_every_question_can_be_explained(programme: str) -> None:
    scene = a_scene(Dossier(), date(2024, 3, 1))
    if not scene.briefs[programme].live:
        return  # what has lapsed is not asked about
    for asking in scene.briefs[programme].missing:
        asked = scene.moved(asking=str(asking), scope=(programme,))
        reply = why(asked).replies[-1]
        assert reply.card is not None
        assert any(line.quote is not None for line in lines(reply.card))


def test_what_decides_nothing_is_said_to_decide_nothing() -> None:
    scene = a_scene(Dossier(), date(2024, 3, 1))
    asked = scene.moved(asking="rd_staff", scope=("pilot-base-review",))
    assert "不影响" in why(asked).replies[-1].text


@pytest.mark.parametrize(
    ("opens", "closes", "badge"),
    [
        (date(2024, 2, 1), date(2024, 4, 1), "正在受理申报"),
        (date(2024, 5, 1), date(2024, 6, 1), "申报时间已公布，还没开始"),
        (date(2024, 1, 1), date(2024, 2, 1), "本轮申报已经截止"),
    ],
)
def test_a_window_is_told_with_its_days_and_link(opens: date, closes: date, badge: str) -> None:
    window = FilingWindow("new-rd-institution", opens, closes, "https://kjt.henan.gov.cn/notice")
    scene = a_scene(Dossier(), date(2024, 3, 1))
    scene = replace(scene, world=replace(scene.world, windows=(window,)))
    card = programme_card(scene, scene.verdict("new-rd-institution"))
    assert badge in [each.label for each in card.badges]
    shown = next(line for line in lines(card) if "申报窗口" in line.text)
    assert shown.link == "https://kjt.henan.gov.cn/notice"


def test_a_link_that_is_none_is_not_shown() -> None:
    window = FilingWindow(
        "new-rd-institution", date(2024, 2, 1), date(2024, 4, 1), "javascript:alert(1)"
    )
    scene = a_scene(Dossier(), date(2024, 3, 1))
    scene = replace(scene, world=replace(scene.world, windows=(window,)))
    card = programme_card(scene, scene.verdict("new-rd-institution"))
    assert all(not line.link for line in lines(card))


def test_no_number_of_a_lapsed_programme_stands_in_the_overview() -> None:
    talk = a_talk(consent=True)
    talk.take(Pressed(button="go:overview"))
    talk.take(Pressed(button="p:999"))  # what has lapsed stands last
    card = talk.last[-1].card
    assert card is not None
    lapsed = next(section for section in card.sections if section.title.startswith("已经失效"))
    assert all("万元" not in note for line in lapsed.lines for note in line.notes)


def test_where_no_programme_applies_the_overview_says_so_and_shows_which() -> None:
    study = "hgr-clinical-trial-filing"
    dossier = read_dossier(KB.facts, {"hgr_activities": []})
    card = overview_card(scene := a_scene(dossier, date(2026, 1, 5)), [scene.verdict(study)])
    assert card.lead == "按您的回答，没有现在适用的项目。"
    assert [(each.title, each.folded) for each in card.sections] == [("不适用", False)]


def test_every_case_file_is_of_a_programme() -> None:
    assert set(CASES) == set(KB.programmes)


def test_the_overview_shows_every_programme_once_over_its_pages() -> None:
    talk = a_talk(consent=True)
    talk.take(Pressed(button="go:overview"))
    seen: list[str] = []
    while True:
        shown = talk.last[-1]
        assert shown.card is not None
        cards = [choice.id for line in lines(shown.card) for choice in line.choices]
        assert 0 < len(cards) <= ON_A_PAGE
        seen += cards
        onward = [each for each in shown.choices if each.label == "下一页"]
        if not onward:
            break
        talk.take(Pressed(button=onward[0].id))
    assert sorted(seen) == sorted(named("card", each) for each in KB.programmes)
