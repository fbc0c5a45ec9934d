"""Filing windows: listed, published, moved and withdrawn by officials."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from fastapi import Request, Response

from api.accounts.actors import Actor
from api.console.entrance import CheckedForm, Form, WindowPublisher, WindowReader
from api.console.pages import page_router
from api.console.regions import regions
from api.console.shell import after, render
from api.deadlines.service import PLANS, plan_window
from api.foundation.database import ReadSession, WriteSession
from api.foundation.errors import BadInput, Fault, HuiqiError, Refused
from api.foundation.now import CHINA, Moment
from api.library.models import Window
from api.library.service import Library, LibraryDep
from api.library.windows import (
    MOST_LEVELS,
    Level,
    WindowIn,
    change_window,
    check_window,
    levels_of,
    own_window,
    publish_window,
    windows_seen_by,
    withdraw_window,
)

router = page_router()

_LOCAL = "%Y-%m-%dT%H:%M"


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
        return _form(request, actor, library, form.values(), None, levels=_count(form) + 1)
    try:
        given = _read(form)
        _check(given, library, actor, now)
    except Refused as error:
        return _form(request, actor, library, form.values(), None, levels=_count(form), error=error)
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
    row = await own_window(session, actor, window)
    if form["more"]:
        return _form(request, actor, library, form.values(), row, levels=_count(form) + 1)
    try:
        given = _read(form).model_copy(update={"programme": row.programme})
        _check(given, library, actor, now)
    except Refused as error:
        return _form(request, actor, library, form.values(), row, levels=_count(form), error=error)
    if change_window(row, given, now=now):
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
    row = await own_window(session, actor, window)
    if row.withdrawn_at is None:
        withdraw_window(row, now=now)
        plan_window(session, row, now=now)
    return _after(request, "withdrawn")


def _after(request: Request, done: str) -> Response:
    return after("/console/windows", done, wake=request.app.state.wake, topics=(PLANS,))


def _check(given: WindowIn, library: Library, actor: Actor, now: datetime) -> None:
    check_window(
        given, programmes=library.base.programmes, regions=regions(library.base, "zh"),
        actor=actor, now=now,
    )  # fmt: skip


def _count(form: Form) -> int:
    return max(1, min(len(form.every("level_zh")), MOST_LEVELS))


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
        request, actor, "window_form.html", status=200 if error is None else 422, error=error,
        values=values, window=window, levels=min(levels, MOST_LEVELS),
        titles=titles(library, actor), regions=regions(library.base, actor.language),
        most=MOST_LEVELS,
    )  # fmt: skip


def _values(window: Window) -> dict[str, str]:
    """A kept window in the fields of its form."""
    values = {
        "programme": window.programme, "title": window.title, "link": window.link,
        "note": window.note, "region": window.region, "opens": _local(window.opens_at),
    }  # fmt: skip
    for nth, level in enumerate(levels_of(window)):
        values |= {
            f"level_zh-{nth}": level.zh, f"level_en-{nth}": level.en,
            f"level_at-{nth}": _local(level.at), f"level_region-{nth}": level.region,
        }  # fmt: skip
    return values


def _local(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime(_LOCAL)


def _read(form: Form) -> WindowIn:
    """What was filled in; raises `BadInput` for a moment that is none."""
    faults: list[Fault] = []
    opens = _moment(form["opens"], "opens", faults)
    rows = zip(
        form.every("level_zh"), form.every("level_en"), form.every("level_at"),
        form.every("level_region"), strict=False,
    )  # fmt: skip
    levels = []
    for nth, (zh, en, at, region) in enumerate(rows):
        if zh or en or at:
            moment = _moment(at, f"level-{nth}-at", faults)
            if moment is not None:
                levels.append(Level(zh=zh, en=en, at=moment, region=region))
    if faults or opens is None:
        raise BadInput(*faults)
    return WindowIn(
        programme=form["programme"], title=form["title"], opens=opens, levels=tuple(levels),
        link=form["link"], note=form["note"], region=form["region"],
    )  # fmt: skip


def _moment(text: str, field: str, faults: list[Fault]) -> datetime | None:
    """A moment as the browser's field gives it, in China's time."""
    try:
        return datetime.strptime(text, _LOCAL).replace(tzinfo=CHINA)
    except ValueError:
        faults.append(Fault(field, "moment", "请填写日期和时间 / give date and time"))
        return None
