"""What a card says beyond the rule, and how many programmes are found and offered."""

import pytest

from dialogs.buttons import named
from dialogs.message import Card, Pressed
from dialogs.nodes.programme import _ON_A_PAGE
from knowledge.loading import builtin
from tests.builders.conversations import Talk, a_talk

KB = builtin()


def card_of(programme: str) -> Card:
    talk = a_talk(consent=True)
    talk.take(Pressed(button=named("card", programme)))
    found = talk.last[-1].card
    assert found is not None
    return found


def lines_under(card: Card, title: str) -> list[str]:
    return [line.text for each in card.sections if each.title == title for line in each.lines]


@pytest.mark.parametrize("programme", sorted(KB.programmes))
def test_every_card_says_what_its_texts_leave_out_and_give_way_to(programme: str) -> None:
    card, model = card_of(programme), KB.programmes[programme]
    assert lines_under(card, "文件没写、要到别处看的") == [each.says.zh for each in model.silent_on]
    given_way = lines_under(card, "让位于其他规定的地方")
    assert [each.says.zh for each in model.yields_to] == [
        each.split("（见：")[0] for each in given_way
    ]
    assert lines_under(card, "状态变化") == [each.title.zh for each in model.lifecycle]


def test_a_state_names_its_ways_out() -> None:
    section = next(s for s in card_of("green-factory").sections if s.title == "状态变化")
    assert section.lines[0].notes[0].endswith("→ 培育")


@pytest.mark.parametrize("kind", ["duty", "right", "subsidy"])
def test_only_what_is_applied_for_lacks_a_window(kind: str) -> None:
    programme = next(
        each.id for each in KB.programmes.values() if each.kind == kind and not each.always_open
    )
    card = card_of(programme)
    said = "申报时间没有公布" in lines_under(card, "时效和窗口")
    assert said == (kind == "subsidy")


def test_a_duty_is_no_gain() -> None:
    for each in KB.programmes.values():
        if each.kind == "duty":
            titles = [section.title for section in card_of(each.id).sections]
            assert "能得到什么" not in titles


def searching() -> Talk:
    talk = a_talk(consent=True)
    talk.say("看某个项目")
    return talk


def test_a_word_that_too_many_share_lists_the_first_and_asks_for_more() -> None:
    talk = searching()
    talk.say("支持")
    cards = [each for each in talk.last[-1].choices if each.id.startswith("card:")]
    assert len(cards) == _ON_A_PAGE
    assert "再多打几个字" in talk.shown


def test_a_whole_name_is_that_one_though_others_hold_it() -> None:
    talk = searching()
    talk.say(KB.programmes["new-rd-institution"].title.zh)
    assert talk.last[-1].card is not None


def test_every_direction_can_be_chosen_by_its_number() -> None:
    talk = a_talk(consent=True)
    talk.say("测一测")
    directions = [each for each in talk.last[-1].choices if each.id.startswith("s:")]
    assert len(directions) > 9
    talk.say(str(len(directions) - 1))
    assert talk.last[-1].slot != "subjects"
