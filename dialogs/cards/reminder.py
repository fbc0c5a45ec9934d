"""A filing window told to those who follow its programme: that it is there, closes, moved, ended.

Pure builders without a scene, since no turn is taken: the host sends what they return.
"""

from collections.abc import Iterator
from datetime import datetime

from dialogs import wording
from dialogs.buttons import named
from dialogs.catalogue import counted, text
from dialogs.message import Choice, Reply
from dialogs.world import Deadline
from knowledge.model import Language, Text


def reminder_reply(
    deadline: Deadline, programme_title: Text, step: str, language: Language, now: datetime
) -> Reply:
    """One step of the ladder: `new`, `30d` … `1d`, `0d`, `later:<n>`, `moved`.

    How long there is left is counted from `now`, so that a late message is right as well.
    """
    name = round_name(deadline, programme_title, language)
    return Reply(
        kind="notice",
        text="\n".join(_lines(deadline, name, step, language, now)),
        language=language,
        choices=_answers(deadline, language, now),
        slot=slot_of(deadline.window),
    )


def withdrawn_reply(
    deadline: Deadline, programme_title: Text, language: Language, now: datetime
) -> Reply:
    """That a window is no more, and what was said of it counts no longer."""
    name = round_name(deadline, programme_title, language)
    lines = [
        text("{round}的申报窗口已被发布单位撤回，之前的提醒作废。", language, round=name),
        text(
            "原定截止：{moment}。", language, moment=wording.moment(deadline.closes, now, language)
        ),
        text("有新的窗口公布时，我会再告诉您。", language),
    ]
    return Reply(
        kind="notice",
        text="\n".join(lines),
        language=language,
        choices=(card_choice(deadline.programme, language),),
        slot=slot_of(deadline.window),
    )


def round_name(deadline: Deadline, programme_title: Text, language: Language) -> str:
    """A window by its programme and round: `《项目》2027 年度第一批`."""
    title = programme_title.of(language)
    if not deadline.title.strip():
        return text("《{programme}》", language, programme=title)
    return text("《{programme}》{round}", language, programme=title, round=deadline.title)


def slot_of(window: str) -> str:
    """Where a window is told: the answer to a button takes the place of the message."""
    return f"window:{window}"


def level_lines(deadline: Deadline, language: Language, now: datetime) -> tuple[str, ...]:
    """Every level with its cut-off in order; the first that applies to this subject is marked."""
    own = next((each for each in deadline.cutoffs if each.at == deadline.closes), None)
    lines = []
    for each in deadline.cutoffs:
        moment = wording.moment(each.at, now, language)
        name = each.name.of(language)
        if each is own:
            said = text("{level}：{moment}（您的截止）", language, level=name, moment=moment)
        else:
            said = text("{level}：{moment}", language, level=name, moment=moment)
        lines.append(said)
    return tuple(lines)


def left(deadline: Deadline, language: Language, now: datetime) -> str:
    """How long there is, in a few words; for an applicant's own cut-off."""
    if deadline.closes <= now:
        return text("已截止", language)
    days = wording.days_left(deadline.closes, now)
    if days == 0:
        return text("今天截止", language)
    return counted("还有 {n} 天截止", language, days)


def answer_choices(window: str, language: Language, *, later: bool = True) -> tuple[Choice, ...]:
    """What can be said of a window: filed, later, not for us."""
    filed = Choice(id=named("rf", window), label=text("已申报", language), style="primary")
    again = Choice(id=named("rl", window), label=text("稍后提醒", language))
    not_ours = Choice(id=named("rn", window), label=text("与我无关", language))
    return (filed, *((again,) if later else ()), not_ours)


def card_choice(programme: str, language: Language) -> Choice:
    """To the card of a programme, from a message that names it already."""
    return Choice(id=named("card", programme), label=text("看这个项目", language), style="quiet")


def _answers(deadline: Deadline, language: Language, now: datetime) -> tuple[Choice, ...]:
    own = answer_choices(deadline.window, language, later=deadline.closes > now)
    return (*own, card_choice(deadline.programme, language))


def _lines(
    deadline: Deadline, name: str, step: str, language: Language, now: datetime
) -> Iterator[str]:
    said = {"round": name, "left": left(deadline, language, now)}
    match step.partition(":")[0]:
        case "new":
            yield text("{round}公布了申报时间，{left}。", language, **said)
        case "moved":
            yield text(
                "{round}的申报时间变了，{left}。请以这一条为准，之前的提醒作废。", language, **said
            )
        case "later":
            yield text("您让我再提醒一次：{round}{left}。", language, **said)
        case _:
            yield text("{round}{left}。", language, **said)
    if deadline.opens > now:
        opens = wording.moment(deadline.opens, now, language)
        yield text("受理从 {moment} 开始。", language, moment=opens)
    closes = wording.moment(deadline.closes, now, language)
    if deadline.closes > now:
        yield text("您需在 {moment} 前提交（中国时间）。", language, moment=closes)
    else:
        yield text("截止时间是 {moment}（中国时间）。", language, moment=closes)
    yield from _published(deadline, language, now)
    if deadline.closes > now:
        yield text("已经申报了或与您无关，点下面告诉我，就不再为这一轮提醒您。", language)


def _published(deadline: Deadline, language: Language, now: datetime) -> Iterator[str]:
    """What stands with the window beside its own cut-off."""
    levels = level_lines(deadline, language, now)
    if levels:
        yield text("各级截止：", language)
        yield from (f"· {line}" for line in levels)
    if deadline.link:
        yield text("申报入口：{link}", language, link=deadline.link)
    if deadline.note:
        yield text("说明：{note}", language, note=deadline.note)
