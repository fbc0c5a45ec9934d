"""A published filing window as a line of a card."""

from collections.abc import Iterator

from dialogs import wording
from dialogs.cards.reminder import left, level_lines, round_name
from dialogs.message import CardLine, Choice, Mark
from dialogs.scene import Scene
from dialogs.world import Deadline


def window_line(
    scene: Scene, deadline: Deadline, *, whole: bool = False, choices: tuple[Choice, ...] = ()
) -> CardLine:
    """One window with all its levels; `whole` names the programme, for a list of several."""
    now, language = scene.world.now, scene.language
    name = deadline.title or scene.text("申报窗口")
    if whole:
        name = round_name(deadline, scene.programme(deadline.programme).title, language)
    return CardLine(
        text=scene.text("{round}：{left}", round=name, left=left(deadline, language, now)),
        mark=_mark(scene, deadline),
        notes=tuple(_notes(scene, deadline)),
        choices=choices,
        link=deadline.link if deadline.link.startswith("https://") else "",
    )


def _mark(scene: Scene, deadline: Deadline) -> Mark:
    if deadline.answer == "filed":
        return "met"
    return "info" if deadline.closes > scene.world.now else "none"


def _notes(scene: Scene, deadline: Deadline) -> Iterator[str]:
    now, language = scene.world.now, scene.language
    if deadline.answer == "filed":
        yield scene.text("您标记为已申报。")
    elif deadline.answer == "not_for_us":
        yield scene.text("您标记为与己无关。")
    if all(each.at != deadline.closes for each in deadline.cutoffs):
        closes = wording.moment(deadline.closes, now, language)
        yield scene.text("您的截止：{moment}（中国时间）", moment=closes)
    if deadline.opens > now:
        opens = wording.moment(deadline.opens, now, language)
        yield scene.text("受理从 {moment} 开始。", moment=opens)
    yield from level_lines(deadline, language, now)
    if deadline.note:
        yield scene.text("说明：{note}", note=deadline.note)
