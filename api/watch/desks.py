"""What can be stuck that is no ledger: tickets, notices, filing windows, drafts of chats."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.models import HeldDraft
from api.deadlines.models import WindowPlan
from api.deadlines.service import plan_window
from api.deliveries.resending import cancel_both, still_queued
from api.foundation.ids import new_id
from api.library.models import Window
from api.notices.models import Expansion, Notice, NoticeState
from api.notices.service import occasion_of
from api.tickets.desk import HOLD, release
from api.tickets.models import Ticket, TicketState
from api.watch.stuck import MOST, RowId, Stuck

_LATELY = timedelta(days=1)
Rows: TypeAlias = Callable[[datetime], Select[UUID] | Select[str]]
Mend: TypeAlias = Callable[[AsyncSession, RowId, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Desk:
    """One way in which a row can be stuck, and what mends it."""

    name: str
    fault: str
    rows: Rows
    """The ids of the rows that are stuck so."""
    key: Callable[[RowId], ColumnElement[bool]]
    put_right: Mend

    async def find(self, session: AsyncSession, now: datetime) -> Sequence[Stuck]:
        """The rows that are stuck now."""
        found = await session.scalars(self.rows(now).limit(MOST))
        return [Stuck(self.name, id_, self.fault) for id_ in found]

    async def mend(self, session: AsyncSession, id_: RowId, now: datetime) -> str:
        """Put a row right, where it is still stuck."""
        locked = self.rows(now).where(self.key(id_)).with_for_update()
        if await session.scalar(locked) is None:
            return ""
        await self.put_right(session, id_, now)
        return self.fault


def _ticket(id_: RowId) -> ColumnElement[bool]:
    return col(Ticket.id) == id_


def _notice(id_: RowId) -> ColumnElement[bool]:
    return col(Notice.id) == id_


def _held_by_nobody(now: datetime) -> Select[UUID]:
    del now
    return select(col(Ticket.id)).where(
        col(Ticket.state) == TicketState.HELD.value,
        or_(col(Ticket.held_by).is_(None), col(Ticket.held_until).is_(None)),
    )


async def _release(session: AsyncSession, id_: RowId, now: datetime) -> None:
    del now
    release(await session.get_one(Ticket, id_))


def _held_too_long(now: datetime) -> Select[UUID]:
    return select(col(Ticket.id)).where(
        col(Ticket.state) == TicketState.HELD.value, col(Ticket.held_until) > now + 2 * HOLD
    )


async def _shorten(session: AsyncSession, id_: RowId, now: datetime) -> None:
    (await session.get_one(Ticket, id_)).held_until = now + HOLD


def _closed_never(now: datetime) -> Select[UUID]:
    del now
    return select(col(Ticket.id)).where(
        col(Ticket.state) == TicketState.CLOSED.value, col(Ticket.closed_at).is_(None)
    )


async def _close(session: AsyncSession, id_: RowId, now: datetime) -> None:
    (await session.get_one(Ticket, id_)).closed_at = now


def _never_expanded(now: datetime) -> Select[UUID]:
    del now
    expanded = exists().where(
        col(Expansion.notice_id) == col(Notice.id), col(Expansion.revision) == col(Notice.revision)
    )
    return select(col(Notice.id)).where(col(Notice.state) == NoticeState.APPROVED.value, ~expanded)


async def _expand(session: AsyncSession, id_: RowId, now: datetime) -> None:
    notice = await session.get_one(Notice, id_)
    session.add(Expansion(id=new_id(), notice_id=notice.id, revision=notice.revision, run_at=now))


def _never_planned(now: datetime) -> Select[UUID]:
    planned = exists().where(
        col(WindowPlan.window_id) == col(Window.id),
        col(WindowPlan.revision) == col(Window.revision),
    )
    return select(col(Window.id)).where(col(Window.closes_at) > now, ~planned)


async def _plan(session: AsyncSession, id_: RowId, now: datetime) -> None:
    plan_window(session, await session.get_one(Window, id_), now=now)


def _touched_later(now: datetime) -> Select[str]:
    return select(col(HeldDraft.digest)).where(col(HeldDraft.touched_at) > now + _LATELY)


async def _touch(session: AsyncSession, id_: RowId, now: datetime) -> None:
    (await session.get_one(HeldDraft, id_)).touched_at = now


@dataclass(frozen=True, slots=True)
class WithdrawnNotices:
    """Notices that were withdrawn lately and have deliveries that still wait."""

    name: str = "notices"

    async def find(self, session: AsyncSession, now: datetime) -> Sequence[Stuck]:
        """The notices."""
        lately = await session.scalars(
            select(Notice).where(
                col(Notice.state) == NoticeState.WITHDRAWN.value,
                col(Notice.changed_at) > now - _LATELY,
            )
        )
        return [
            Stuck(self.name, notice.id, "withdrawn_and_queued")
            for notice in lately
            if await still_queued(session, occasion_of(notice))
        ]

    async def mend(self, session: AsyncSession, id_: RowId, now: datetime) -> str:
        """Take back what waits."""
        notice = await session.get(Notice, id_, with_for_update=True)
        if notice is None or notice.state != NoticeState.WITHDRAWN.value:
            return ""
        taken_back = await cancel_both(session, occasion_of(notice), now=now)
        return "withdrawn_and_queued" if taken_back else ""


DESKS: Sequence[Desk | WithdrawnNotices] = (
    WithdrawnNotices(),
    Desk("tickets", "held_by_nobody", _held_by_nobody, _ticket, _release),
    Desk("tickets", "held_too_long", _held_too_long, _ticket, _shorten),
    Desk("tickets", "closed_never", _closed_never, _ticket, _close),
    Desk("notices", "never_expanded", _never_expanded, _notice, _expand),
    Desk(
        "filing_windows", "never_planned", _never_planned,
        lambda id_: col(Window.id) == id_, _plan,
    ),
    Desk(
        "held_drafts", "touched_later", _touched_later,
        lambda id_: col(HeldDraft.digest) == id_, _touch,
    ),
)  # fmt: skip
