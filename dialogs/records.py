"""Records: whether there are any, then row by row, column by column.

Every finished row is kept at once as "at least these", so the answer may be decided before the
last one; only the row being typed lives in the state.
"""

from collections.abc import Iterator, Mapping

from dialogs import cells, wording
from dialogs.answers import Understood, explain, read_answer
from dialogs.buttons import token
from dialogs.keeping import keep
from dialogs.message import Choice, Incoming, Pressed, Said
from dialogs.refusing import refusal
from dialogs.scene import Scene
from dialogs.state import Draft
from knowledge.fact import Column, Fact
from knowledge.profile import Asking, Cell, Records, Row
from knowledge.value import ValueRefused, read_cell, write_cell

_SHOWN = 6
"""Rows said back in the question; more are counted."""


def question(scene: Scene, asking: Asking, fact: Fact) -> str:
    """What is asked now: whether there are any, one column, or whether there are more."""
    spec, _ = column_of(scene, asking, fact)
    rows = _rows(scene, asking)
    if spec is not None:
        return "\n".join(_column_question(scene, asking, fact, spec))
    title = scene.text(
        "【{title}】", title=wording.asking(asking, scene.world.knowledge, scene.language)
    )
    lines = [title, fact.ask.of(scene.language)]
    if fact.help:
        lines.append(fact.help.of(scene.language))
    if fact.found_in:
        lines.append(scene.text("在哪里找：{place}", place=fact.found_in.of(scene.language)))
    if not rows and scene.world.dossier.get(asking) is not None:
        lines.append(scene.text("现在记的是：{value}", value=scene.text("没有")))
    if rows:
        lines.append(scene.text("已经记下 {count} 条：", count=len(rows)))
        lines.extend(_said_back(scene, fact, rows))
    return "\n".join(lines)


def _said_back(scene: Scene, fact: Fact, rows: tuple[Row, ...]) -> Iterator[str]:
    for row in rows[-_SHOWN:]:
        yield "· " + row_words(scene, fact, row)


def row_words(scene: Scene, fact: Fact, row: Row) -> str:
    """One row on one line."""
    return wording.row(fact.columns, row, scene.language) or scene.text("（没有填内容）")


def _column_question(scene: Scene, asking: Asking, fact: Fact, column: Column) -> Iterator[str]:
    yield scene.text(
        "{what}：第 {number} 条",
        what=fact.title.of(scene.language),
        number=len(_rows(scene, asking)) + 1,
    )
    yield scene.text("{column}？", column=column.title.of(scene.language))
    example = wording.example(column, scene.language)
    if example:
        yield scene.text("可以这样回答：{example}", example=example)
    if column.type == "choices":
        yield scene.text("可以选几项，选好后点“选好了”。")


def answers(scene: Scene, asking: Asking, fact: Fact) -> tuple[Choice, ...]:
    """The buttons that answer what is asked now."""
    column, name = column_of(scene, asking, fact)
    if column is not None:
        draft = scene.state.draft
        picked = draft.picked if draft else ()
        return cells.options(scene, column, _key(scene, asking, name), picked)
    if _rows(scene, asking):
        more, end = scene.text("再加一条"), scene.text("没有了，就这些")
    else:
        more, end = scene.text("有，逐条填写"), scene.text("没有")
    return (
        Choice(id=_id(scene, asking, "more"), label=more),
        Choice(id=_id(scene, asking, "end"), label=end),
    )


def column_of(scene: Scene, asking: Asking, fact: Fact) -> tuple[Column | None, str]:
    """The column asked for just now with its name; None while none is."""
    draft = scene.state.draft
    if draft is None or draft.asking != str(asking) or draft.column not in fact.columns:
        return None, ""
    return fact.columns[draft.column], draft.column


def hear(said: Incoming, scene: Scene, asking: Asking, fact: Fact) -> Scene | None:
    """What follows from an answer about records; None when it is no answer."""
    column, name = column_of(scene, asking, fact)
    if column is None:
        return _hear_any(said, scene, asking, fact)
    draft = scene.state.draft
    assert draft is not None  # noqa: S101 - column_of found it
    heard = cells.hear(said, scene, column, _key(scene, asking, name), draft.picked)
    match heard:
        case cells.Answered(value=value) if not isinstance(value, Records):
            return _with_cell(scene, asking, fact, name, value)
        case cells.Picking(picked=picked):
            return scene.drafting(draft.model_copy(update={"picked": picked}))
        case cells.NotRead() as unread:
            return cells.not_read(scene, column, _key(scene, asking, name), unread)
        case _:
            return None


def _hear_any(said: Incoming, scene: Scene, asking: Asking, fact: Fact) -> Scene | None:
    rows = _rows(scene, asking)
    match said:
        case Pressed(button=button):
            more = button == _id(scene, asking, "more")
            end = button == _id(scene, asking, "end")
        case Said(text=text):
            word = text.strip().rstrip("。.!！").casefold()
            more = word in _MORE
            end = word in (_END if rows else _NONE | _END)
        case _:
            return None
    if end:
        return keep(scene, asking, Records(rows), typed=False)
    if more:
        return _new_row(scene, asking, fact)
    return _typed_rows(said.text, scene, asking, fact) if isinstance(said, Said) else None


def _typed_rows(text: str, scene: Scene, asking: Asking, fact: Fact) -> Scene:
    """Rows typed at once, each with all its columns, or “none” in other words."""
    read = read_answer(fact, text, scene.language, scene.world.today)
    if not isinstance(read, Understood):
        return scene.notice(explain(read, scene.language))
    if not isinstance(read.value, Records):
        raise AssertionError(f"records were asked, not {type(read.value).__name__}")
    rows = _rows(scene, asking)
    if read.value.complete and not read.value.rows:
        return keep(scene, asking, Records(rows), typed=True)
    return _with_rows(scene, asking, fact, read.value.rows)


_MORE = frozenset(
    {"有", "有的", "再加一条", "还有", "加一条", "是", "yes", "y", "one more", "more"}
)
_NONE = frozenset({"没有", "无", "没", "否", "都没有", "none", "no", "n", "nothing"})
_END = frozenset(
    {"没有了", "没了", "就这些", "没有了，就这些", "done", "no more", "that is all", "没有"}
)


def _new_row(scene: Scene, asking: Asking, fact: Fact) -> Scene:
    if len(_rows(scene, asking)) >= fact.max_rows:
        return scene.notice(scene.text("最多记 {most} 条，已经满了。", most=fact.max_rows))
    return scene.drafting(Draft(asking=str(asking), column=next(iter(fact.columns))))


def _with_cell(scene: Scene, asking: Asking, fact: Fact, name: str, value: Cell) -> Scene:
    draft = scene.state.draft
    assert draft is not None  # noqa: S101 - a cell belongs to a draft
    raw = write_cell(fact.columns[name], value)
    cells_ = {**draft.cells, name: raw}
    return _next_column(scene, asking, fact, draft.model_copy(update={"cells": cells_}))


def leave_column(scene: Scene, asking: Asking, fact: Fact) -> Scene | None:
    """Go on without this column (not known, skipped); None when no column is being asked."""
    column, _ = column_of(scene, asking, fact)
    draft = scene.state.draft
    if column is None or draft is None:
        return None
    return _next_column(scene, asking, fact, draft)


def previous_column(scene: Scene, asking: Asking, fact: Fact) -> Scene | None:
    """One column back, or out of the row; None when no column is being asked."""
    column, name = column_of(scene, asking, fact)
    draft = scene.state.draft
    if column is None or draft is None:
        return None
    names = list(fact.columns)
    place = names.index(name)
    if place == 0:
        return scene.drafting(None)
    return scene.drafting(draft.model_copy(update={"column": names[place - 1], "picked": ()}))


def _next_column(scene: Scene, asking: Asking, fact: Fact, draft: Draft) -> Scene:
    names = list(fact.columns)
    place = names.index(draft.column) + 1
    if place < len(names):
        return scene.drafting(draft.model_copy(update={"column": names[place], "picked": ()}))
    return _with_row(scene.drafting(None), asking, fact, draft.cells)


def _with_row(
    scene: Scene, asking: Asking, fact: Fact, written: Mapping[str, str | list[str]]
) -> Scene:
    try:
        row = {
            name: read_cell(fact.columns[name], raw)
            for name, raw in written.items()
            if name in fact.columns
        }
    except ValueRefused as refused:
        return scene.notice(refusal(scene, fact, refused))
    if not row:
        return scene.notice(scene.text("这一条什么都没有填，就不记了。"))
    return _with_rows(scene, asking, fact, (row,))


def _with_rows(scene: Scene, asking: Asking, fact: Fact, new: tuple[Row, ...]) -> Scene:
    known = _rows(scene, asking)
    if len(known) + len(new) > fact.max_rows:
        return scene.notice(scene.text("最多记 {most} 条，已经满了。", most=fact.max_rows))
    kept = scene.remember(asking, Records((*known, *new), complete=False)).moved(offered=())
    for row in new:
        kept = kept.notice(scene.text("记下一条：{row}", row=row_words(scene, fact, row)))
    return kept


def _rows(scene: Scene, asking: Asking) -> tuple[Row, ...]:
    known = scene.world.dossier.get(asking)
    return known.rows if isinstance(known, Records) else ()


def _key(scene: Scene, asking: Asking, column: str) -> cells.Key:
    return (str(asking), str(len(_rows(scene, asking))), column)


def _id(scene: Scene, asking: Asking, word: str) -> str:
    return f"a:{token(*_key(scene, asking, ''), word)}"
