"""Following a programme, and answering the reminders that come of it; from wherever one is."""

from dataclasses import replace
from typing import Literal

from dialogs import wording
from dialogs.buttons import LONGEST, find, named
from dialogs.cards.reminder import card_choice, round_name, slot_of
from dialogs.effect import AnswerReminder, Subscribe, Unsubscribe
from dialogs.message import Choice
from dialogs.scene import Scene
from dialogs.world import Deadline
from knowledge.verdict import Timing

_ANSWERS: dict[str, Literal["filed", "later", "not_for_us"]] = {
    "rf": "filed",
    "rl": "later",
    "rn": "not_for_us",
}


def toggle(scene: Scene, programme: str) -> tuple[Choice, ...]:
    """To follow a programme or to follow it no longer; a lapsed one has no deadline to come."""
    if programme in scene.world.subscriptions:
        return (unfollow_button(scene, programme, scene.text("取消提醒")),)
    if scene.briefs[programme].timing is Timing.EXPIRED:
        return ()
    return (scene.button(named("fo", programme), scene.text("提醒我截止时间")),)


def unfollow_button(scene: Scene, programme: str, label: str) -> Choice:
    """To follow a programme no longer."""
    return scene.button(named("un", programme), label, "quiet")


def about_following(verb: str, scene: Scene) -> Scene | None:
    """Follow, unfollow, or answer a reminder; None when the verb is none of these."""
    known = scene.world.knowledge.programmes
    follows, unfollows = find(verb, "fo", known), find(verb, "un", known)
    if follows is not None:
        return _follow(scene, follows)
    if unfollows is not None:
        return _unfollow(scene, unfollows)
    kind = verb.partition(":")[0]
    return _answered(scene, kind, verb) if kind in _ANSWERS and ":" in verb else None


def _follow(scene: Scene, programme: str) -> Scene:
    if not scene.world.consent:
        asked_first = scene.notice(
            scene.text("要提醒您，就得记下您关注了什么，所以先征得您的同意。")
        )
        wish = {"wanted": scene.state.place, "wish": named("fo", programme)}
        return asked_first.moved(**wish).going("consent")
    done = scene
    if programme not in scene.world.subscriptions:
        followed = scene.world.subscriptions | {programme}
        done = replace(
            scene.doing(Subscribe(programme)), world=replace(scene.world, subscriptions=followed)
        )
    told = done.notice(_what_comes(done, programme), *_beside(done, programme))
    return _shown_anew(told, programme)


def _what_comes(scene: Scene, programme: str) -> str:
    """What to expect, and where it will be read."""
    title = scene.programme(programme).title.of(scene.language)
    coming = next((each for each in deadlines_of(scene, programme) if _ahead(scene, each)), None)
    if coming is None:
        said = scene.text(
            "好的，已关注《{programme}》。现在没有公布的申报时间；一公布我就告诉您，截止前再提醒几次。",
            programme=title,
        )
    else:
        said = scene.text(
            "好的，已关注《{programme}》。{round}要在 {moment} 前提交，截止前我会提醒您几次；"
            "时间有变或公布新的一轮，也会告诉您。",
            programme=title,
            round=coming.title,
            moment=wording.moment(coming.closes, scene.world.now, scene.language),
        )
    return scene.sentences(said, _where_it_comes(scene))


def _where_it_comes(scene: Scene) -> str:
    """A page that is closed shows nothing: this is said before somebody relies on it."""
    if scene.world.channel != "web":
        return ""
    if scene.world.messenger_link:
        return scene.text(
            "提醒会写在这个网页对话里，关着网页就看不到；连接 Telegram 后会推送给您。"
        )
    return scene.text("提醒会写在这个网页对话里，关着网页就看不到，请常回来看看。")


def _beside(scene: Scene, programme: str) -> tuple[Choice, ...]:
    connect: tuple[Choice, ...] = ()
    if scene.world.channel == "web" and scene.world.messenger_link:
        connect = (scene.button("do:device", scene.text("连接 Telegram")),)
    deadlines = scene.button("go:deadlines", scene.text("期限和提醒"), "quiet")
    return (*connect, deadlines, unfollow_button(scene, programme, scene.text("取消提醒")))


def _unfollow(scene: Scene, programme: str) -> Scene:
    title = scene.programme(programme).title.of(scene.language)
    if programme not in scene.world.subscriptions:
        not_so = scene.text("您现在没有关注《{programme}》。", programme=title)
        return _shown_anew(scene.notice(not_so, *_ways_back(scene, programme)), programme)
    left = replace(
        scene.doing(Unsubscribe(programme)),
        world=replace(scene.world, subscriptions=scene.world.subscriptions - {programme}),
    )
    told = left.notice(
        scene.text("好的，不再关注《{programme}》，它的提醒和通知都不再发给您。", programme=title),
        *_ways_back(scene, programme),
    )
    return _shown_anew(told, programme)


def _ways_back(scene: Scene, programme: str) -> tuple[Choice, ...]:
    return (
        scene.button(named("fo", programme), scene.text("重新关注"), "quiet"),
        scene.button("go:deadlines", scene.text("期限和提醒"), "quiet"),
    )


def _shown_anew(scene: Scene, programme: str) -> Scene:
    """Where the button stands on a card or in the list, it becomes the other one there."""
    here = scene.state.node
    on_card = here == scene.places["programmes"] and scene.state.programme == programme
    return scene.again() if on_card or here == scene.places["deadlines"] else scene


def deadlines_of(scene: Scene, programme: str) -> tuple[Deadline, ...]:
    """The published windows of a programme that are not over, the soonest first."""
    return tuple(each for each in scene.world.deadlines if each.programme == programme)


def _ahead(scene: Scene, deadline: Deadline) -> bool:
    return not deadline.answer and deadline.closes > scene.world.now


def _answered(scene: Scene, kind: str, verb: str) -> Scene:
    known = {each.window: each for each in scene.world.deadlines}
    window = find(verb, kind, known) if scene.world.consent else None
    deadline = known.get(window or "")
    programmes = scene.world.knowledge.programmes
    if deadline is None or deadline.programme not in programmes:
        return _over(scene, verb)
    answer = _ANSWERS[kind]
    if answer == "later" and deadline.closes <= scene.world.now:
        return _over(scene, verb)
    done = _noted(scene, deadline, answer)
    told = done.notice(
        _confirmed(done, deadline, answer),
        *_after(done, deadline, answer),
        slot=slot_of(deadline.window),
    )
    return told.again() if told.state.node == told.places["deadlines"] else told


def _noted(
    scene: Scene, deadline: Deadline, answer: Literal["filed", "later", "not_for_us"]
) -> Scene:
    """With the answer kept; one who wants to be reminded again has not filed."""
    kept = replace(deadline, answer="" if answer == "later" else answer)
    others = (each if each is not deadline else kept for each in scene.world.deadlines)
    world = replace(scene.world, deadlines=tuple(others))
    return replace(scene.doing(AnswerReminder(deadline.window, answer)), world=world)


def _confirmed(scene: Scene, deadline: Deadline, answer: str) -> str:
    title = scene.programme(deadline.programme).title
    name = round_name(deadline, title, scene.language)
    match answer:
        case "filed":
            return scene.text("记下了：{round}您已申报，这一轮不再提醒您。", round=name)
        case "not_for_us":
            return scene.text("记下了：{round}与您无关，这一轮不再提醒您。", round=name)
        case _:
            return scene.text(
                "好的，{round}过一阵再提醒您。要在 {moment} 前提交，这一点没有变。",
                round=name,
                moment=wording.moment(deadline.closes, scene.world.now, scene.language),
            )


def _after(scene: Scene, deadline: Deadline, answer: str) -> tuple[Choice, ...]:
    """The way back of an answer, and of 与我无关 the way out of the programme."""
    programme = deadline.programme
    out: tuple[Choice, ...] = ()
    if answer == "not_for_us" and programme in scene.world.subscriptions:
        out = (unfollow_button(scene, programme, scene.text("整个项目都不再关注")),)
    again: tuple[Choice, ...] = ()
    if answer != "later" and deadline.closes > scene.world.now:
        undo = scene.text("按错了，继续提醒")
        again = (scene.button(named("rl", deadline.window), undo, "quiet"),)
    return (*out, *again, card_choice(programme, scene.language))


def _over(scene: Scene, verb: str) -> Scene:
    """A button of a window that is over, withdrawn or moved; it stands in old messages for good."""
    return scene.notice(
        scene.text("这一轮申报已经结束或被撤回，不用再回答它了。现在有哪些窗口，看“期限和提醒”。"),
        scene.button("go:deadlines", scene.text("期限和提醒"), "quiet"),
        scene.menu_button(),
        slot=slot_of(verb.partition(":")[2]) if len(verb) <= LONGEST else "",
    )
