"""A question of one's own is answered by what the articles say, or by nothing at all."""

import pytest

from dialogs.quoting import is_question, surely_question
from knowledge.loading import builtin
from knowledge.search import Search
from tests.builders.conversations import Talk, a_talk


@pytest.fixture(scope="module")
def search() -> Search:
    return Search(builtin())


def a_searching_talk(search: Search) -> Talk:
    return a_talk(consent=True, search=search)


def test_an_article_is_quoted_with_its_place_and_leads_to_its_programme(search: Search) -> None:
    talk = a_searching_talk(search)
    talk.say("新型研发机构对研发人员有什么要求？")
    card = talk.last[-1].card
    assert card is not None
    quotes = [line.quote for section in card.sections for line in section.lines if line.quote]
    assert any(quote.article == "第四条（六）" and "10 人" in quote.text for quote in quotes)
    talk.press("河南省新型研发机构备案")
    assert "时效和窗口" in talk.shown


def test_what_the_texts_do_not_say_is_not_answered(search: Search) -> None:
    talk = a_searching_talk(search)
    talk.say("明天郑州下雨吗？")
    assert "没有找到" in talk.shown
    assert "转人工" in [choice.label for choice in talk.buttons]


def test_a_question_can_be_asked_where_questions_are_asked(search: Search) -> None:
    talk = a_searching_talk(search)
    talk.say("问一问")
    talk.say("中试基地考核优秀给多少钱")
    assert "200 万元" in talk.shown


def test_a_question_amid_a_question_comes_back_to_it(search: Search) -> None:
    talk = a_searching_talk(search)
    talk.open("only-new-rd-institution")
    asked = talk.last[-1].text
    talk.say("研发费用包括哪些？")
    assert talk.last[0].card is not None
    assert talk.last[-1].text == asked
    assert not talk.effects


@pytest.mark.parametrize(
    ("text", "asks", "surely"),
    [
        ("研发费用怎么算", True, False),
        ("30 人？", True, False),
        ("我们没有研发机构可以申请吗", True, True),
        ("What counts as R&D staff", True, True),
        ("40 人", False, False),
        ("郑州", False, False),
        ("", False, False),
    ],
)
def test_questions_are_told_from_answers(text: str, asks: bool, surely: bool) -> None:  # noqa: FBT001 - a table
    assert is_question(text) is asks
    assert surely_question(text) is surely
