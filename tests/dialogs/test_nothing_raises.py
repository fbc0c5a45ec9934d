"""Whatever is said, pressed, forged or handed in, in whatever order, there is an answer."""

import json
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs import tree
from dialogs.effect import EraseMe, Forget, GiveConsent, OpenTicket, Remember
from dialogs.message import INCOMING, Attached, Incoming, Opened, Pressed, Said, Submitted
from dialogs.state import Draft, Objection, Place, State, load_state
from dialogs.turn import take_turn
from dialogs.world import Invitation, Party
from knowledge.loading import builtin
from tests.builders.conversations import Talk, a_small_talk, a_talk, buttons_of
from tests.builders.windows import WINDOW, a_deadline

WORDS = [
    "测一测", "返回", "菜单", "人工", "为什么问这个", "不知道", "跳过", "改前面的答案", "看结果",
    "English", "中文", "帮助", "企业", "有", "没有", "没有了", "12", "40 人", "三成", "1e999", "😀",
    "2022-05-01", "说不准，大概 300 万", "研发费用怎么算？", "多少？", "是", "否", "1", "", " ",
    "\x00", "红", "政府、企业", "就这些", "字" * 50_000, "{operator}", "{", "%s",
    "why", "skip", "\ud800", "期限", "我的单位", "输入代码", "加入", "QRST-2345", "join qrst2345",
    "join \x00", "邀请同事", "connect another chat", "交还助手", "/deadlines@bot", "/@",
]  # fmt: skip
IDS = [
    "", "go:", "go:nowhere", "go:menu", "go:change", "go:consent", "do:confirm", "do:", "a:", "e:",
    "card:", "card:nowhere", "only:x", "p:0", "p:9999", "p:-1", "p:²", "o:on", "o:left", "s:export",
    "s:erase", "s:erase-all", "m:menu.screening", "m:consent.agree", "no:0000000000", "x" * 5_000,
    "fo:trial", "fo:", "un:trial", "un:gone", "rf:", f"rf:{WINDOW}", f"rl:{WINDOW}", f"rn:{WINDOW}",
    "rn:" + "x" * 500, "join:", "join:QRST2345", "join:\u0660" * 3, "n:name", "n:p2", "s:p2",
    "do:device", "do:colleague", "do:resume", "go:join", "go:organisation", "go:deadlines",
]  # fmt: skip

texts = st.one_of(st.sampled_from(WORDS), st.text(max_size=30)).map(lambda text: Said(text=text))
ids = st.one_of(st.sampled_from(IDS), st.text(max_size=50))
forged = ids.map(lambda each: Pressed(button=each))
forms = st.builds(
    Submitted,
    asking=st.sampled_from(["staff", "income@2025", "prizes", "prizes@2", "@", "x.y@z", ""]),
    value=st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(WORDS[:20])),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=5,
    ),
)
opened = st.sampled_from(
    ["", "card-trial", "card-x", "screening", "only-trial", "-", "join-", "join-qrst2345", "join"]
).map(lambda start: Opened(start=start))
files = st.builds(Attached, name=st.sampled_from(WORDS), text=st.sampled_from(WORDS))
shown = st.integers(min_value=0, max_value=10_000)
"""A button seen at some time in the conversation, counted from the newest."""
steps = st.lists(
    st.one_of(shown, shown, shown, texts, texts, forged, forms, opened, files), max_size=25
)


def incoming(step: int | Incoming, seen: list[str]) -> Incoming:
    if not isinstance(step, int):
        return step
    return Pressed(button=seen[-1 - step % len(seen)]) if seen else Opened()


def check(talk: Talk, before: Talk) -> None:
    consented = before.world.consent
    for effect in talk.effects:
        if isinstance(effect, GiveConsent):
            consented = True
        elif isinstance(effect, EraseMe):
            consented = False
        else:
            assert consented, effect
    assert talk.last, "an answer to everything"
    for reply in talk.last:
        assert reply.text.strip()
        for choice in buttons_of(reply):
            assert choice.id.isascii()
            assert 3 <= len(choice.id) <= 40
            assert choice.label.strip()
    state = load_state(talk.kept)
    assert not state.lost
    assert len(json.dumps(talk.kept)) < 20_000


def converse(talk: Talk, said: list[int | Incoming]) -> None:
    seen: list[str] = []
    for step in said:
        before = replace(talk)
        talk.take(incoming(step, seen))
        check(talk, before)
        seen.extend(choice.id for choice in talk.buttons)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_nothing_that_can_be_said_raises(said: list[int | Incoming]) -> None:
    converse(a_small_talk(), said)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_nothing_raises_after_consent(said: list[int | Incoming]) -> None:
    talk = a_small_talk(consent=True)
    talk.press("测一测")
    converse(talk, said)


def a_busy_talk() -> Talk:
    """One with windows, a code to offer and one to use, and two organisations."""
    talk = a_small_talk(consent=True)
    talk.world = replace(
        talk.world,
        deadlines=(
            a_deadline(),
            a_deadline(window="w2", closes=talk.world.now),
            a_deadline("gone"),
        ),
        fresh_code="ABCDEFGH",
        messenger_link="https://t.me/huiqi_bot",
        web_address="http://127.0.0.1",
        subject=Party(id="p1", name=""),
        others=(Party(id="p2", name="乙公司"),),
    )
    talk.invitations = {"QRST2345": Invitation("QRST2345", "colleague", "甲公司")}
    return talk


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_nothing_raises_with_windows_and_organisations(said: list[int | Incoming]) -> None:
    converse(a_busy_talk(), said)


@settings(max_examples=100, deadline=None)
@given(st.one_of(texts, forged, forms, opened, files))
def test_while_it_is_held_nothing_said_is_kept(said: Incoming) -> None:
    talk = a_busy_talk()
    talk.press("测一测")
    talk.world = replace(talk.world, held_by="张老师")
    talk.take(said)
    assert not any(
        isinstance(each, Remember | Forget | OpenTicket | EraseMe) for each in talk.effects
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_nothing_raises_over_the_whole_release(said: list[int | Incoming]) -> None:
    talk = a_talk(builtin(), consent=True)
    talk.press("测一测")
    converse(talk, said)


nodes = st.sampled_from(["", "gone", *tree.builtin().nodes])
askings = st.sampled_from(
    ["", "staff", "partner.staff", "income@2024", "income", "staff@2024", "prizes", "gone", "@x"]
)
several = st.lists(askings, max_size=3).map(tuple)
programmes = st.sampled_from(["", "trial", "gone"])
places = st.builds(
    Place, node=nodes, programme=programmes, asking=askings, scope=st.lists(programmes).map(tuple)
)
drafts = st.builds(
    Draft,
    asking=askings,
    column=st.sampled_from(["", "kind", "gone"]),
    cells=st.dictionaries(st.sampled_from(["kind", "gone"]), st.sampled_from(["gold", "gone"])),
    picked=st.lists(st.sampled_from(["state", "gone"])).map(tuple),
)
states = st.builds(
    State,
    language=st.sampled_from([None, "zh", "en"]),
    node=nodes,
    programme=programmes,
    scope=st.lists(programmes, max_size=2).map(tuple),
    asking=askings,
    skipped=several,
    not_known=several,
    answered=several,
    draft=st.none() | drafts,
    wanted=st.none() | places,
    objection=st.none() | st.builds(Objection, programme=programmes, criterion=askings),
    wish=st.sampled_from(["", "fo:trial", "fo:gone", "do:device", "go:nowhere"]),
    entering=st.sampled_from(["", "name", "code"]),
    code=st.sampled_from(["", "QRST2345"]),
    offered=st.lists(st.sampled_from(["2 人", "x", 3, None, {"a": []}])).map(tuple),
    page=st.sampled_from([0, 1, 99]),
    stack=st.lists(places, max_size=3).map(tuple),
    lost=st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(states, st.one_of(texts, forged, forms, opened, files))
def test_no_kept_state_raises(state: State, said: Incoming) -> None:
    world = a_busy_talk().world
    take_turn(said, state, world)


@given(st.recursive(st.one_of(st.none(), st.integers(), st.text()), st.lists, max_leaves=5))
def test_no_kept_json_raises(raw: object) -> None:
    load_state(raw)
    load_state({"version": 1, "node": raw, "stack": raw})


@given(st.one_of(texts, forged, opened, files))
def test_an_incoming_is_kept_as_json(said: Incoming) -> None:
    try:
        kept = INCOMING.dump_json(said)
    except ValueError:  # a lone surrogate is no text JSON can hold; channels never carry one
        return
    assert INCOMING.validate_json(kept) == said


def test_a_doubt_or_a_hand_off_is_only_opened_when_confirmed() -> None:
    talk = a_small_talk(consent=True)
    talk.say("人工")
    assert not any(isinstance(each, OpenTicket | Remember | Forget) for each in talk.all_effects)
    talk.press("确认")
    assert talk.effects == (OpenTicket(kind="person", reason=""),)
    turn = talk.take(Pressed(button="do:confirm"))
    assert not turn.effects
