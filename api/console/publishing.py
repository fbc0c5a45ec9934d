"""Filing windows: listed, published, moved and withdrawn by officials."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from fastapi import Request, Response

from api.accounts.actors import Actor
from api.console.entrance import CheckedForm, Form, WindowPublisher, WindowReader
from api.console.pages import page_router
from api.console.regions import regions
from api.console.shell import after, render
from api.deadlines.service import PLANS, plan_window
from api.foundation.database import ReadSession, WriteSession
from api.foundation.errors import SENTENCES, BadInput, Fault, HuiqiError, Refused, WrongState
from api.foundation.now import CHINA, Moment
from api.library.checking import check_window
from api.library.models import Window
from api.library.service import Library, LibraryDep
from api.library.windows import (
    MOST_LEVELS,
    Level,
    WindowIn,
    change_window,
    levels_of,
    own_window,
    publish_window,
    windows_seen_by,
    withdraw_window,
)
from knowledge.evaluation import EARLIEST, LATEST
from knowledge.model import Text

router = page_router()

_LOCAL = "%Y-%m-%dT%H:%M"
_COLUMNS = ("level_zh", "level_en", "level_at", "level_region")
_NO_MOMENT = Text(zh="请填写日期和时间。", en="Give the date and the time.")
_NO_SUCH_TIME = Text(
    zh="请填写 1949 年到 2100 年之间的时间。", en="Give a moment between the years 1949 and 2100."
)
_Row: TypeAlias = tuple[str, str, str, str]
"""A level in its four fields."""


@router.get("/windows")
async def windows(
    request: Request, actor: WindowReader, session: ReadSession, library: LibraryDep, now: Moment
) -> Response:
    found = await windows_seen_by(session, actor)
    states = {window.id: state_of(window, now) for window in found}
    return render(
        request, actor, "windows.html", windows=found, states=states, levels_of=levels_of,
        titles=titles(library, actor),
    )  # fmt: skip


def state_of(window: Window, now: datetime) -> str:
    """withdrawn, announced, open or closed."""
    if window.withdrawn_at is not None:
        return "withdrawn"
    if now < window.opens_at:
        return "announced"
    return "open" if now < window.closes_at else "closed"


def titles(library: Library, actor: Actor) -> Mapping[str, str]:
    """The programmes by their titles."""
    found = library.base.programmes.items()
    return {id_: each.title.of(actor.language) for id_, each in found}


def own_regions(library: Library, actor: Actor) -> Mapping[str, str]:
    """The regions an official can choose: an office of one place has only that one."""
    found = regions(library.base, actor.language)
    return {actor.region: found.get(actor.region, actor.region)} if actor.region else found


@router.get("/windows/new")
async def new(request: Request, actor: WindowPublisher, library: LibraryDep) -> Response:
    return _form(request, actor, library, {"region": actor.region}, None, levels=2)


@router.post("/windows/new")
async def publish(
    request: Request,
    actor: WindowPublisher,
    form: CheckedForm,
    session: WriteSession,
    library: LibraryDep,
    now: Moment,
) -> Response:
    if form["more"]:
        return _one_more(request, actor, library, form, None)
    try:
        given = _read(form, actor)
        _check(given, library, actor, now)
    except Refused as error:
        return _again(request, actor, library, form, None, error)
    window = publish_window(session, actor, given, now=now)
    await session.flush()
    plan_window(session, window, now=now)
    return _after(request, "published")


@router.get("/windows/{window}")
async def edit(
    request: Request, window: UUID, actor: WindowPublisher, session: ReadSession,
    library: LibraryDep,
) -> Response:  # fmt: skip
    row = await own_window(session, actor, window)
    return _form(request, actor, library, _values(row), row, levels=len(levels_of(row)))


@router.post("/windows/{window}")
async def change(
    request: Request,
    window: UUID,
    actor: WindowPublisher,
    form: CheckedForm,
    session: WriteSession,
    library: LibraryDep,
    now: Moment,
) -> Response:
    row = await own_window(session, actor, window, to_change=True)
    if form["more"]:
        return _one_more(request, actor, library, form, row)
    try:
        _check_seen(form, row)
        given = _read(form, actor).model_copy(update={"programme": row.programme})
        _check(given, library, actor, now, before=levels_of(row))
        moved = change_window(row, given, now=now)
    except Refused as error:
        return _again(request, actor, library, form, row, error)
    if moved:
        plan_window(session, row, now=now)
    return _after(request, "saved")


@router.post("/windows/{window}/withdraw")
async def withdraw(
    request: Request,
    window: UUID,
    actor: WindowPublisher,
    form: CheckedForm,
    session: WriteSession,
    now: Moment,
) -> Response:
    del form
    row = await own_window(session, actor, window, to_change=True)
    if row.withdrawn_at is None:
        withdraw_window(row, now=now)
        plan_window(session, row, now=now)
    return _after(request, "withdrawn")


def _after(request: Request, done: str) -> Response:
    return after("/console/windows", done, wake=request.app.state.wake, topics=(PLANS,))


def _check_seen(form: Form, window: Window) -> None:
    """Raise `WrongState` where the form was made from what the window no longer is."""
    if form["seen"] and form["seen"] != _seen(window):
        raise WrongState


def _seen(window: Window) -> str:
    """Changes with every change."""
    return f"{window.revision}@{window.changed_at.isoformat()}"


def _check(
    given: WindowIn, library: Library, actor: Actor, now: datetime, before: Sequence[Level] = ()
) -> None:
    check_window(
        given, programmes=library.base.programmes, regions=regions(library.base, "zh"),
        actor=actor, now=now, before=before,
    )  # fmt: skip


def _one_more(
    request: Request, actor: Actor, library: Library, form: Form, window: Window | None
) -> Response:
    """The form as it was filled in, with one empty level below."""
    rows = _rows(form)
    values = {**form.values(), **_in_fields(rows)}
    return _form(request, actor, library, values, window, levels=len(rows) + 1)


def _again(
    request: Request,
    actor: Actor,
    library: Library,
    form: Form,
    window: Window | None,
    error: Refused,
) -> Response:
    """The form as it was filled in, without empty levels, and what is wrong in it."""
    rows = _filled(form)
    values = {**form.values(), **_in_fields(rows)}
    return _form(request, actor, library, values, window, levels=max(1, len(rows)), error=error)


def _form(
    request: Request,
    actor: Actor,
    library: Library,
    values: Mapping[str, str],
    window: Window | None,
    *,
    levels: int,
    error: HuiqiError | None = None,
) -> Response:
    return render(
        request, actor, "window_form.html", error=error,
        status=200 if error is None else SENTENCES[error.code].status,
        values=values, window=window, levels=min(levels, MOST_LEVELS),
        titles=titles(library, actor), regions=own_regions(library, actor), most=MOST_LEVELS,
    )  # fmt: skip


def _values(window: Window) -> dict[str, str]:
    """A kept window in the fields of its form."""
    values = {
        "programme": window.programme, "title": window.title, "link": window.link,
        "note": window.note, "region": window.region, "opens": local(window.opens_at),
        "seen": _seen(window),
    }  # fmt: skip
    rows = [(each.zh, each.en, local(each.at), each.region) for each in levels_of(window)]
    return {**values, **_in_fields(rows)}


def _in_fields(rows: Sequence[_Row]) -> dict[str, str]:
    """Levels as the form shows them, each field with the number of its row."""
    return {
        f"{name}-{nth}": value
        for nth, row in enumerate(rows)
        for name, value in zip(_COLUMNS, row, strict=True)
    }


def _rows(form: Form) -> list[_Row]:
    """The levels as they were filled in, empty ones too."""
    zh, en, at, region = (form.every(name) for name in _COLUMNS)
    return list(zip(zh, en, at, region, strict=False))[:MOST_LEVELS]


def _filled(form: Form) -> list[_Row]:
    return [row for row in _rows(form) if any(row[:3])]


def local(moment: datetime) -> str:
    """A moment as the browser's field takes it, in China's time."""
    return moment.astimezone(CHINA).strftime(_LOCAL)


def _read(form: Form, actor: Actor) -> WindowIn:
    """What was filled in; raises `BadInput` for a moment that is none."""
    faults: list[Fault] = []
    opens = _moment(form["opens"], "opens", faults, actor)
    levels = []
    for nth, (zh, en, at, region) in enumerate(_filled(form)):
        moment = _moment(at, f"level-{nth}-at", faults, actor)
        if moment is not None:
            levels.append(Level(zh=zh, en=en, at=moment, region=region))
    if faults or opens is None:
        raise BadInput(*faults)
    return WindowIn(
        programme=form["programme"], title=form["title"], opens=opens, levels=tuple(levels),
        link=form["link"], note=form["note"], region=form["region"],
    )  # fmt: skip


def _moment(text: str, field: str, faults: list[Fault], actor: Actor) -> datetime | None:
    """A moment as the browser's field gives it, in China's time."""
    try:
        moment = datetime.strptime(text, _LOCAL).replace(tzinfo=CHINA)
    except ValueError:
        faults.append(Fault(field, "moment", _NO_MOMENT.of(actor.language)))
        return None
    if not EARLIEST <= moment.date() <= LATEST:  # the year 1 in China is none in UTC
        faults.append(Fault(field, "moment", _NO_SUCH_TIME.of(actor.language)))
        return None
    return moment
