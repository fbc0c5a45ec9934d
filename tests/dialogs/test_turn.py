"""What a turn does whatever the tree: holding still, finding back, staying within its bounds."""

from dataclasses import replace

import pytest

from dialogs.effect import GiveConsent, OpenTicket, Remember, SetLanguage, SwitchSubject
from dialogs.message import Opened, Pressed, Said, Submitted
from dialogs.state import State, load_state, write_state
from dialogs.turn import LONGEST, take_turn
from dialogs.world import CHINA, Operator, Party, in_memory
from knowledge.loading import builtin
from knowledge.model import Text
from knowledge.profile import Asking
from tests.builders.conversations import NOON, a_small_talk, a_talk, everything


def test_while_a_person_holds_the_conversation_the_assistant_is_silent() -> None:
    talk = a_small_talk(consent=True)
    talk.press("测一测")
    talk.world = replace(talk.world, held_by="张老师")
    assert not talk.say("红").replies
    assert not talk.say("有人吗？").replies
    assert not talk.all_effects[1:]
    talk.say("菜单")
    assert "张老师接手" in talk.shown
    assert "想做什么" in talk.shown


def test_a_state_that_cannot_be_read_starts_again_at_the_menu_and_says_so() -> None:
    talk = a_small_talk(consent=True, known={"colour": "red"})
    talk.kept = {"version": 99, "node": "screening"}
    talk.say("红")
    assert "没能接上" in talk.shown
    assert "想做什么" in talk.shown
    assert talk.effects == ()


def test_a_node_that_is_gone_starts_again_at_the_menu() -> None:
    talk = a_small_talk(consent=True)
    talk.kept = write_state(State(node="garden"))
    talk.say("红")
    assert "没能接上" in talk.shown


def test_a_text_that_is_too_long_is_refused_and_the_question_stays() -> None:
    talk = a_small_talk(consent=True)
    talk.press("测一测")
    talk.say("红" * 50_000)
    assert str(LONGEST) in talk.shown
    assert "什么颜色" in talk.shown
    assert talk.effects == ()


def test_a_button_of_an_earlier_menu_still_does_what_it_says() -> None:
    talk = a_talk(consent=True)
    talk.say("测一测")
    talk.take(Pressed(button="s:organisation-titles"))
    asked = talk.shown
    talk.take(Pressed(button="m:menu.programmes"))
    assert "想看哪个项目" in talk.shown
    talk.say("返回")
    assert talk.shown == asked
    talk.take(Pressed(button="m:consent.agree"))
    assert (talk.shown, talk.effects) == (asked, ())


def test_consent_can_still_be_given_after_looking_round() -> None:
    talk = a_talk()
    talk.take(Opened(start=""))
    talk.say("看结果")
    talk.take(Pressed(button="m:consent.agree"))
    assert "谢谢" in talk.shown
    assert talk.effects == (GiveConsent(),)


def test_the_language_changes_at_once_and_for_good() -> None:
    talk = a_small_talk(consent=True)
    talk.press("测一测")
    talk.say("in English")
    assert "Which colour?" in talk.shown
    assert talk.effects == (SetLanguage("en"),)
    turn = talk.say("red")
    assert turn.effects == (Remember(Asking("colour"), "red", "said"),)
    talk.say("中文")
    assert talk.last[-1].language == "zh"


def test_before_consent_the_language_is_kept_in_the_conversation_only() -> None:
    talk = a_small_talk()
    talk.open()
    talk.say("English")
    assert talk.effects == ()
    assert load_state(talk.kept).language == "en"


def test_a_value_from_a_form_is_read_strictly_and_only_for_what_is_asked() -> None:
    talk = a_small_talk(consent=True)
    talk.press("测一测")
    talk.take(Submitted(asking="staff", value="3 人"))
    assert talk.effects == ()
    talk.take(Submitted(asking="colour", value="purple"))
    assert "没能读懂" in talk.shown
    turn = talk.take(Submitted(asking="colour", value="green"))
    assert turn.effects == (Remember(Asking("colour"), "green", "form"),)


@pytest.mark.parametrize(
    ("asking", "value", "says"),
    [
        ("staff", "9 人", "超出了合理的范围"),
        ("staff", "1.5 人", "整数"),
        ("staff", "1 家", "单位不对"),
        ("staff", "3..2 人", "前一个数"),
        ("prizes", [{}, {}, {}], "最多记 2 条"),
        ("prizes", "many", "没能读懂"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_kindly(asking: str, value: str, says: str) -> None:
    talk = a_small_talk(consent=True, known={"staff": "1 人", "prizes": []})
    talk.kept = write_state(State(node="change", asking=asking))
    talk.take(Submitted(asking=asking, value=value))
    assert says in talk.shown
    assert talk.effects == ()


def test_whole_records_can_be_handed_in_by_a_form() -> None:
    talk = a_small_talk(consent=True)
    talk.kept = write_state(State(node="change", asking="prizes"))
    talk.take(Submitted(asking="prizes", value=[{"kind": "gold"}]))
    assert talk.effects == (Remember(Asking("prizes"), [{"kind": "gold"}], "form"),)


def test_the_operator_says_who_it_is_and_what_is_kept() -> None:
    operator = Operator(
        name=Text(zh="某市科技局", en="A city's science office"),
        contact="0371-1234567",
        retention_days=30,
        privacy=Text(zh="我们只留三十天。", en="We keep it for thirty days."),
    )
    world = in_memory(builtin(), NOON, operator=operator)
    greeting = "\n".join(
        everything(reply) for reply in take_turn(Said(text="你好"), State(), world).replies
    )
    assert "某市科技局" in greeting
    assert "我们只留三十天。" in greeting
    told = take_turn(Pressed(button="go:person"), State(node="menu"), world)
    assert "0371-1234567" in told.replies[-1].text


def test_a_ticket_says_how_the_operator_is_reached() -> None:
    talk = a_small_talk(consent=True)
    operator = talk.world.operator.model_copy(update={"contact": "0371-1234567"})
    talk.world = replace(talk.world, operator=operator)
    talk.say("人工")
    talk.press("确认")
    assert "0371-1234567" in talk.shown
    assert talk.effects == (OpenTicket(kind="person", reason=""),)


def test_it_is_said_whom_the_menu_and_the_results_are_about() -> None:
    talk = a_talk(consent=True)
    talk.world = replace(talk.world, subject=Party(id="1", name="示例一（虚构）"))
    for words in ("菜单", "看结果"):
        talk.say(words)
        assert "现在说的是“示例一（虚构）”。" in talk.shown


def test_another_subject_is_one_tap_away() -> None:
    talk = a_small_talk(consent=True)
    talk.world = replace(talk.world, others=(Party(id="p2", name="乙公司"),))
    talk.press("设置")
    talk.press("换成“乙公司”")
    assert talk.effects == (SwitchSubject("p2"),)
    assert "下面说的是“乙公司”" in talk.shown


def test_the_day_is_that_of_china() -> None:
    world = in_memory(builtin(), NOON.replace(hour=17))
    assert world.now.date() != world.today
    assert world.today == world.now.astimezone(CHINA).date()
    with pytest.raises(ValueError, match="aware"):
        in_memory(builtin(), NOON.replace(tzinfo=None))


def test_a_lapsed_programme_is_explained_and_never_promised() -> None:
    talk = a_talk(consent=True)
    talk.take(Pressed(button="card:innovation-voucher-claim"))
    assert "已在 2026年6月30日 之后失效" in talk.shown
    assert "当时能得到什么" in talk.shown
    assert "2026年12月30日" not in talk.shown
    assert not any(choice.id.startswith("only:") for choice in talk.buttons)


def test_one_missed_criterion_rules_out_and_the_nearest_change_is_told() -> None:
    talk = a_talk(consent=True, known={"rd_staff": "9 人", "staff": "30 人"})
    talk.take(Pressed(button="card:new-rd-institution"))
    card = talk.last[-1].card
    assert card is not None
    assert "不符合书面条件：有 1 条没有达到" in card.lead
    titles = [section.title for section in card.sections if not section.folded]
    assert "没有达到的条件" in titles
    assert "还不能确定的" not in titles
    assert "研发人员由 9 人增至 10 人" in talk.shown
    talk.say("看结果")
    while "没有达到：研发人员 ≥ 10 人" not in talk.shown:
        talk.take(Pressed(button=next(c.id for c in talk.last[-1].choices if c.label == "下一页")))


def test_a_standing_that_is_met_says_that_it_is_no_grant() -> None:
    talk = a_small_talk(
        consent=True,
        known={
            "colour": "red",
            "staff": "4 人",
            "rd_staff": "2 人",
            "founded": "2020-01-01",
            "founders": ["firm"],
            "income@2024": "200 万元",
            "prizes": [{"kind": "gold"}],
            "listed": "no",
        },
    )
    talk.take(Pressed(button="card:trial"))
    assert "这不等于获批" in talk.shown
    talk.say("看结果")
    assert "符合书面条件（不等于获批）" in talk.shown
