"""Filing windows: published, moved, withdrawn; and what they are for one applicant.

A window has levels in the order an application passes them, each with its own cut-off. By the
first one that applies to them applicants must have filed.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Actor
from api.foundation.columns import Raw, as_json
from api.foundation.errors import BadInput, Fault, NotAllowed, NotFound, WrongState
from api.foundation.ids import new_id
from api.foundation.now import day_of
from api.library.models import Window, WindowId
from knowledge.model import Text
from knowledge.verdict import FilingWindow

MOST_LEVELS = 8
_LONGEST_TITLE, _LONGEST_LINK, _LONGEST_NOTE, _LONGEST_NAME = 200, 500, 2000, 60
_BLANK = re.compile(r"[\s\x00-\x1f]")
_NO_REGION = Text(zh="没有这个地区。", en="There is no such region.")

_Wrong: TypeAlias = tuple[str, str, Text]
"""A field, a code, and what is wrong with it."""


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


def check_window(
    given: WindowIn,
    *,
    programmes: Collection[str],
    regions: Collection[str],
    actor: Actor,
    now: datetime,
    before: Sequence[Level] = (),
) -> None:
    """Raise `BadInput` with a fault for each field that cannot stand, `NotAllowed` elsewhere.

    The levels of a window that is changed stand in `before`: one that has passed may stay.
    """
    found = [
        *_wrong_texts(given, programmes),
        *_wrong_levels(given, regions, now, before),
        *_wrong_order(given),
    ]
    if given.region and given.region not in regions:
        found.append(("region", "unknown", _NO_REGION))
    if found:
        raise BadInput(
            *(Fault(field, code, said.of(actor.language)) for field, code, said in found)
        )
    if actor.region and given.region != actor.region:
        raise NotAllowed  # an office of one place publishes for that place


def _wrong_texts(given: WindowIn, programmes: Collection[str]) -> Iterator[_Wrong]:
    if given.programme not in programmes:
        yield "programme", "unknown", Text(zh="请选择一个项目。", en="Choose a programme.")
    if not 0 < len(given.title.strip()) <= _LONGEST_TITLE:
        yield (
            "title",
            "length",
            Text(
                zh="请填写批次名称，最多 200 字。", en="Name this round, in at most 200 characters."
            ),
        )
    if given.link and not is_https(given.link):
        yield (
            "link",
            "https",
            Text(
                zh="请填写以 https:// 开头的完整链接。",
                en="Give a whole address that begins with https://.",
            ),
        )
    if len(given.link) > _LONGEST_LINK:
        yield "link", "length", Text(zh="链接最多 500 字。", en="At most 500 characters.")
    if len(given.note) > _LONGEST_NOTE:
        yield "note", "length", Text(zh="说明最多 2000 字。", en="At most 2,000 characters.")


def is_https(link: str) -> bool:
    """Whether a text is the whole address of a page reached over TLS."""
    try:
        parts = urlsplit(link)
        return parts.scheme == "https" and bool(parts.hostname) and not _BLANK.search(link)
    except ValueError:
        return False


def _wrong_levels(
    given: WindowIn, regions: Collection[str], now: datetime, before: Sequence[Level]
) -> Iterator[_Wrong]:
    if not 0 < len(given.levels) <= MOST_LEVELS:
        yield "levels", "count", Text(zh="请填写 1 到 8 级截止时间。", en="Give 1 to 8 cut-offs.")
    passed = {(level.at, level.region) for level in before}
    for nth, level in enumerate(given.levels):
        if not 0 < len(level.zh.strip()) <= _LONGEST_NAME or len(level.en) > _LONGEST_NAME:
            yield (
                f"level-{nth}-name",
                "length",
                Text(zh="请填写名称，最多 60 字。", en="Name it, in at most 60 characters."),
            )
        if level.at <= given.opens:
            yield (
                f"level-{nth}-at",
                "order",
                Text(zh="须晚于开始受理的时间。", en="It must come after the opening."),
            )
        elif level.at <= now and (level.at, level.region) not in passed:
            yield f"level-{nth}-at", "past", Text(zh="这个时间已过。", en="This has passed.")
        if level.region and level.region not in regions:
            yield f"level-{nth}-region", "unknown", _NO_REGION


def _wrong_order(given: WindowIn) -> Iterator[_Wrong]:
    """Whoever applies passes the levels in order, wherever they are."""
    for region in ("", *sorted({level.region for level in given.levels if level.region})):
        passing = [level.at for level in given.levels if level.region in {"", region}]
        if passing != sorted(passing):
            yield (
                "levels",
                "order",
                Text(zh="各级截止时间须依次向后。", en="The cut-offs must follow in order."),
            )
            return


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


async def own_window(session: AsyncSession, actor: Actor, id_: UUID) -> Window:
    """A window the actor's office published; another's is not theirs to change."""
    window = await window_with(session, id_)
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
    found = await session.scalars(
        select(Window)
        .where(col(Window.withdrawn_at).is_(None), col(Window.closes_at) > now)
        .order_by(col(Window.closes_at), col(Window.id))
    )
    return found.all()


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
