"""Filing windows: published, moved, withdrawn; and what they are for one applicant.

A window has levels in the order an application passes them, each with its own cut-off. By the
first one that applies to them applicants must have filed.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Actor
from api.foundation.columns import Raw, as_json
from api.foundation.errors import NotFound, WrongState
from api.foundation.ids import new_id
from api.foundation.now import day_of
from api.library.models import Window, WindowId
from knowledge.verdict import FilingWindow

MOST_LEVELS = 8
_CURRENT = (
    select(Window)
    .where(col(Window.withdrawn_at).is_(None), col(Window.closes_at) > bindparam("now"))
    .order_by(col(Window.closes_at), col(Window.id))
)


class Level(BaseModel):
    """One authority an application passes, and until when it takes it."""

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str = ""
    at: AwareDatetime
    region: str = ""
    """Only for applicants there; empty: for all."""


class WindowIn(BaseModel):
    """What an official publishes."""

    model_config = ConfigDict(frozen=True)

    programme: str
    title: str
    opens: AwareDatetime
    levels: tuple[Level, ...]
    link: str = ""
    note: str = ""
    region: str = ""


def publish_window(
    session: AsyncSession, actor: Actor, given: WindowIn, *, now: datetime
) -> Window:
    """A checked window, published."""
    window = Window(
        id=WindowId(new_id()), programme=given.programme, title=given.title,
        opens_at=given.opens, closes_at=max(level.at for level in given.levels),
        levels=_written(given.levels), link=given.link, note=given.note, region=given.region,
        office_id=actor.office, published_by=actor.account, published_at=now, changed_at=now,
    )  # fmt: skip
    session.add(window)
    return window


def change_window(window: Window, given: WindowIn, *, now: datetime) -> bool:
    """The same window with other contents; True where its dates moved, a new revision.

    Raises `WrongState` for one that was withdrawn.
    """
    if window.withdrawn_at is not None:
        raise WrongState
    before = (window.opens_at, tuple(levels_of(window)), window.region)
    moved = before != (given.opens, given.levels, given.region)
    window.title, window.link, window.note = given.title, given.link, given.note
    window.opens_at, window.region = given.opens, given.region
    window.levels = _written(given.levels)
    window.closes_at = max(level.at for level in given.levels)
    window.changed_at = now
    if moved:
        window.revision += 1
    return moved


def withdraw_window(window: Window, *, now: datetime) -> None:
    """No longer published; what was told of it is told to be void. Raises `WrongState`."""
    if window.withdrawn_at is not None:
        raise WrongState
    window.withdrawn_at = window.changed_at = now
    window.revision += 1


def _written(levels: Sequence[Level]) -> Raw:
    return as_json([level.model_dump(mode="json") for level in levels])


def levels_of(window: Window) -> tuple[Level, ...]:
    """The levels of a kept window, those that can be read."""
    raw = window.levels if isinstance(window.levels, list) else []
    levels = []
    for each in raw:
        try:
            levels.append(Level.model_validate(each))
        except ValidationError:
            continue
    return tuple(levels)


def cutoff_for(window: Window, region: str | None) -> datetime:
    """By when an applicant of a region must have filed; of an unknown one: the earliest of all."""
    fitting = [
        level.at
        for level in levels_of(window)
        if not level.region or region is None or level.region == region
    ]
    return min(fitting, default=window.closes_at)


def concerns(window: Window, region: str | None) -> bool:
    """Whether applicants of a region may file in it; of an unknown one: they may."""
    return not window.region or region is None or window.region == region


async def window_with(session: AsyncSession, id_: UUID) -> Window:
    """A window; raises `NotFound`."""
    window = await session.get(Window, id_)
    if window is None:
        raise NotFound
    return window


async def own_window(
    session: AsyncSession, actor: Actor, id_: UUID, *, to_change: bool = False
) -> Window:
    """A window the actor's office published; another's is not theirs to change.

    Two who read it to change it do so one after the other.
    """
    window = await session.get(Window, id_, with_for_update=to_change, populate_existing=to_change)
    if window is None:
        raise NotFound
    if window.office_id != actor.office:
        raise NotFound
    return window


async def windows_seen_by(session: AsyncSession, actor: Actor) -> Sequence[Window]:
    """The windows of the actor's office, the newest first; an auditor sees those of all."""
    found = select(Window).order_by(col(Window.published_at).desc(), col(Window.id)).limit(200)
    if not actor.sees_every_office:
        found = found.where(col(Window.office_id) == actor.office)
    return (await session.scalars(found)).all()


async def current_windows(session: AsyncSession, *, now: datetime) -> Sequence[Window]:
    """All that are published and not over, the soonest to close first."""
    return (await session.scalars(_CURRENT, {"now": now})).all()


def as_filing_windows(windows: Sequence[Window], region: str | None) -> tuple[FilingWindow, ...]:
    """The windows as an evaluation takes them, for applicants of a region."""
    return tuple(
        FilingWindow(
            window.programme, day_of(window.opens_at), day_of(cutoff_for(window, region)),
            window.link,
        )
        for window in windows
        if concerns(window, region)
    )  # fmt: skip
