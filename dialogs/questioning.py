"""Asking for one fact: the question as it is shown, and what is made of an answer to it."""

from collections.abc import Iterator

from dialogs import cells, records, wording
from dialogs.keeping import keep
from dialogs.message import Choice, Incoming, InputHint, Progress, Reply, Submitted
from dialogs.refusing import refusal
from dialogs.scene import Scene
from dialogs.state import Draft
from knowledge.fact import Fact
from knowledge.profile import Asking, Records
from knowledge.value import ValueRefused, read_cell, read_value

_MANY = 12
"""Beyond this the number of open facts says little: one answer settles many of them."""


def show(
    scene: Scene,
    progress: Progress | None = None,
    about: tuple[str, ...] = (),
    ways: tuple[Choice, ...] = (),
) -> Scene:
    """Ask what the state says is being asked; the fact must exist in the release.

    `about` are the programmes it helps to decide, `ways` the buttons beside the answers.
    """
    asking = Asking.parse(scene.state.asking)
    fact = scene.world.knowledge.fact_of(asking)
    return scene.reply(
        Reply(
            kind="question",
            text="\n".join(_question(scene, asking, fact)),
            footer=_footer(scene, progress, about),
            language=scene.language,
            choices=(*_answers(scene, asking, fact), *ways),
            input=_hint(scene, asking, fact),
            progress=progress,
            slot="question",
        )
    )


def _question(scene: Scene, asking: Asking, fact: Fact) -> Iterator[str]:
    if fact.shape == "records":
        yield records.question(scene, asking, fact)
        return
    yield scene.text(
        "【{title}】", title=wording.asking(asking, scene.world.knowledge, scene.language)
    )
    yield fact.ask.of(scene.language)
    if fact.help:
        yield fact.help.of(scene.language)
    if fact.found_in:
        yield scene.text("在哪里找：{place}", place=fact.found_in.of(scene.language))
    yield from _form_of_answer(scene, fact)
    known = scene.world.dossier.get(asking)
    if known is not None:
        yield scene.text("现在记的是：{value}", value=wording.value(fact, known, scene.language))


def _form_of_answer(scene: Scene, fact: Fact) -> Iterator[str]:
    example = wording.example(fact, scene.language)
    if example:
        yield scene.text("可以这样回答：{example}", example=example)
    if fact.type == "choices":
        yield scene.text("可以选几项，选好后点“选好了”。")
    if len(fact.options) > cells.MOST_BUTTONS:
        yield scene.text("选项较多，请直接输入名称。")


def _footer(scene: Scene, progress: Progress | None, about: tuple[str, ...]) -> str:
    if progress is None:
        return ""
    lines = [_far(scene, progress)]
    if about:
        first = scene.programme(about[0]).title.of(scene.language)
        lines.append(
            scene.text("关系到：{programme}", programme=first)
            if len(about) == 1
            else scene.text(
                "关系到：{programme} 等 {count} 个项目", programme=first, count=len(about)
            )
        )
    return "\n".join(lines)


def _far(scene: Scene, progress: Progress) -> str:
    far = scene.text("已确定 {decided}/{total} 项", decided=progress.decided, total=progress.total)
    if progress.remaining > _MANY:
        left = scene.text("最多还有 {count} 个问题，多数会用不着", count=progress.remaining)
    else:
        left = scene.text("约还有 {count} 个问题", count=progress.remaining)
    return scene.text("{far}，{left}", far=far, left=left)


def _hint(scene: Scene, asking: Asking, fact: Fact) -> InputHint | None:
    column, name = records.column_of(scene, asking, fact)
    spec = column or fact
    if spec.type is None:
        return None
    return InputHint(
        asking=str(asking),
        kind=spec.type,
        column=name,
        unit=wording.unit(spec, scene.language),
        example=wording.example(spec, scene.language),
    )


def _answers(scene: Scene, asking: Asking, fact: Fact) -> tuple[Choice, ...]:
    if fact.shape == "records":
        return records.answers(scene, asking, fact)
    return cells.options(scene, fact, (str(asking),), _picked(scene))


def _picked(scene: Scene) -> tuple[str, ...]:
    draft = scene.state.draft
    return draft.picked if draft is not None and draft.asking == scene.state.asking else ()


def ways_on(scene: Scene) -> tuple[Choice, ...]:
    """The buttons of a screening: on without an answer, why, back, the results so far."""
    return (
        scene.button("do:unknown", scene.text("不知道"), "quiet"),
        scene.button("do:skip", scene.text("跳过"), "quiet"),
        scene.button("do:why", scene.text("为什么问这个"), "quiet"),
        scene.back_button(),
        scene.overview_button(),
    )


def hear(said: Incoming, scene: Scene) -> Scene | None:
    """What follows from an answer to what is being asked; None when it is no answer at all.

    `state.asking` is empty afterwards when the answer is complete; a reply says so when it is not.
    """
    fact = scene.fact(scene.state.asking)
    if fact is None:
        return None
    asking = Asking.parse(scene.state.asking)
    if isinstance(said, Submitted):
        return _submitted(said, scene, asking, fact)
    if fact.shape == "records":
        return records.hear(said, scene, asking, fact)
    match cells.hear(said, scene, fact, (str(asking),), _picked(scene)):
        case cells.Answered(value=value, typed=typed):
            return keep(scene, asking, value, typed=typed)
        case cells.Picking(picked=picked):
            return scene.drafting(Draft(asking=str(asking), picked=picked))
        case cells.NotRead() as heard:
            return cells.not_read(scene, fact, (str(asking),), heard)
        case None:
            return None


def _submitted(said: Submitted, scene: Scene, asking: Asking, fact: Fact) -> Scene | None:
    if said.asking != str(asking):
        return None
    try:
        if fact.shape == "records":
            value = read_value(fact, said.value)
        else:
            value = read_cell(fact, said.value)
    except ValueRefused as refused:
        return scene.notice(refusal(scene, fact, refused))
    if isinstance(value, Records) or not hasattr(value, "items"):
        return keep(scene, asking, value, typed=True)
    raise AssertionError("a year was asked, not a mapping of years")


def leave_column(scene: Scene) -> Scene | None:
    """On in the row being typed without the column asked for; None outside a row."""
    fact = scene.fact(scene.state.asking)
    if fact is None or fact.shape != "records":
        return None
    return records.leave_column(scene, Asking.parse(scene.state.asking), fact)


def leave(scene: Scene, how: str) -> Scene:
    """Go on without an answer: `skipped` or `not_known`. Half a row loses only the column."""
    fact = scene.fact(scene.state.asking)
    if fact is None:
        return scene.moved(asking="")
    within = leave_column(scene)
    if within is not None:
        return within
    written = scene.state.asking
    kept = {
        "skipped": tuple(each for each in scene.state.skipped if each != written),
        "not_known": tuple(each for each in scene.state.not_known if each != written),
    }
    kept[how] = (*kept[how], written)
    answered = (*(each for each in scene.state.answered if each != written), written)
    known = scene.world.dossier.get(Asking.parse(written))
    if how == "not_known" and known is not None and not isinstance(known, Records):
        # Gone back to and taken back: what somebody does not know is no answer.
        scene = scene.forget(Asking.parse(written))
    return scene.moved(**kept, asking="", draft=None, offered=(), answered=answered)


def back(scene: Scene, *, within: bool = False) -> Scene | None:
    """One column back, or to the question before; None when there is none.

    `within` goes back inside a row only.
    """
    fact = scene.fact(scene.state.asking)
    if fact is not None and fact.shape == "records":
        before = records.previous_column(scene, Asking.parse(scene.state.asking), fact)
        if before is not None:
            return before
    if within:
        return None
    answered = tuple(each for each in scene.state.answered if scene.fact(each) is not None)
    if not answered:
        return None
    return scene.moved(asking=answered[-1], answered=answered[:-1], draft=None)
