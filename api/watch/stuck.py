"""What can be wrong with a row of a ledger, and how it is put right.

A fault is found by looking at the row alone, once in a reading session and once more, locked,
before it is mended. What cannot be mended safely needs a person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.models import Update
from api.conversations.putting_off import MOST_TRIES, NO_CHANNEL
from api.deadlines.models import Reminder, ReminderState, WindowPlan
from api.deliveries.claiming import NO_CHANNEL as WITHOUT_CHANNEL
from api.deliveries.claiming import end
from api.deliveries.keeping import GIVE_UP
from api.deliveries.models import Delivery, DeliveryState, Priority
from api.foundation.ledger import LEASE, Leased, finish, postpone
from api.notices.models import Expansion

MOST = 200
"""How many rows of a ledger one round takes up."""
_FAR_LEASE = 15 * LEASE
_FAR_RETRY = timedelta(minutes=10)
_LATE = timedelta(seconds=60)
_LATELY = timedelta(hours=1)
_FEW_TRIES, _MANY_TRIES = 10, 30
NEEDS_PERSON = frozenset({"failing", "no_channel", "overdue"})
"""Faults that nothing can mend but whoever runs the program."""

RowId: TypeAlias = UUID | str


@dataclass(frozen=True, slots=True)
class Stuck:
    """One row that is stuck, and in which way."""

    ledger: str
    id: RowId
    fault: str

    @property
    def needs_person(self) -> bool:
        """Whether it stays so until somebody does something."""
        return self.fault in NEEDS_PERSON


@dataclass(frozen=True, slots=True)
class Ledger:
    """A table of work: what of it is suspicious, what is wrong with a row, what mends it."""

    name: str
    kind: type[Leased]
    states: Mapping[str, bool]
    """Its states, each with whether it is an end; none where `done_at` says everything."""
    furthest: timedelta | None
    """How far ahead a row may be put off; None: as far as somebody planned it."""
    most_tries: int
    lost: Callable[[Leased, datetime], str] = lambda _row, _now: ""
    """A fault that only rows of this ledger have; empty: none."""
    looks_lost: ColumnElement[bool] | None = None
    may_wait: ColumnElement[bool] | None = None
    """Rows that may be due for long."""

    async def find(self, session: AsyncSession, now: datetime) -> Sequence[Stuck]:
        """The rows that are stuck now, as far as one round goes."""
        rows = await session.scalars(
            select(self.kind).where(self._suspicious(now)).order_by(col(self.kind.id)).limit(MOST)
        )
        found = [Stuck(self.name, row.id, fault) for row in rows if (fault := self.fault(row, now))]
        known = {each.id for each in found}
        late = await self._overdue(session, now)
        return [*found, *(each for each in late if each.id not in known)]

    async def mend(self, session: AsyncSession, id_: RowId, now: datetime) -> str:
        """Put a row right; the fault it had, empty where somebody else was faster."""
        row = await session.scalar(
            select(self.kind).where(col(self.kind.id) == id_).with_for_update()
        )
        fault = "" if row is None else self.fault(row, now)
        if row is None or not fault or fault in NEEDS_PERSON:
            return ""
        _MEND[fault](row, now)
        return fault

    def _suspicious(self, now: datetime) -> ColumnElement[bool]:
        kind = self.kind
        open_faults = [
            and_(col(kind.owner).is_not(None), col(kind.lease_until).is_(None)),
            and_(col(kind.owner).is_(None), col(kind.lease_until).is_not(None)),
            col(kind.lease_until) > now + _FAR_LEASE,
            col(kind.attempts) >= self.most_tries,
        ]
        if self.furthest is not None:
            open_faults.append(col(kind.run_at) > now + self.furthest)
        if self.looks_lost is not None:
            open_faults.append(self.looks_lost)
        of_open = and_(col(kind.done_at).is_(None), or_(*open_faults, self._in_states(end=True)))
        recent = and_(col(kind.done_at) > now - _LATELY, self._in_states(end=False))
        return or_(of_open, recent)

    def _in_states(self, *, end: bool) -> ColumnElement[bool]:
        states = [state for state, is_end in self.states.items() if is_end is end]
        if not states:
            return col(self.kind.id).in_(())
        return self.kind.__table__.c.state.in_(states)  # type: ignore[attr-defined,no-any-return]  # SQLModel's tables have no types

    def fault(self, row: Leased, now: datetime) -> str:
        """What is wrong with a row; empty where nothing is."""
        is_end = self.states.get(getattr(row, "state", ""))
        if row.done_at is not None:
            return "done_not_ended" if is_end is False else ""
        if is_end:
            return "ended_not_done"
        lost = self.lost(row, now)
        if lost:
            return lost
        if row.owner is not None and row.lease_until is None:
            return "owner_without_lease"
        if row.owner is None and row.lease_until is not None:
            return "lease_without_owner"
        if row.lease_until is not None and row.lease_until > now + _FAR_LEASE:
            return "lease_too_long"
        if self.furthest is not None and row.run_at > now + self.furthest:
            return "put_off_too_far"
        return "failing" if row.attempts >= self.most_tries else ""

    async def _overdue(self, session: AsyncSession, now: datetime) -> Sequence[Stuck]:
        """The row that is due longest, where nobody took it up."""
        kind = self.kind
        late = [
            col(kind.done_at).is_(None),
            col(kind.run_at) < now - _LATE,
            or_(col(kind.lease_until).is_(None), col(kind.lease_until) < now - _LATE),
        ]
        if self.may_wait is not None:
            late.append(~self.may_wait)
        found = select(col(kind.id)).where(*late).order_by(col(kind.run_at)).limit(1)
        return [Stuck(self.name, id_, "overdue") for id_ in await session.scalars(found)]


def _of_a_delivery(row: Leased, now: datetime) -> str:
    if not isinstance(row, Delivery):
        return ""
    if row.state == DeliveryState.SENDING.value:
        dead = row.lease_until is None or row.lease_until < now
        return "sending_lost" if dead else ""
    if row.cause == WITHOUT_CHANNEL:
        return "no_channel_any_more" if now - row.created_at > GIVE_UP else "no_channel"
    return ""


def _of_an_update(row: Leased, now: datetime) -> str:
    del now
    return "no_channel" if isinstance(row, Update) and row.problem == NO_CHANNEL else ""


def _lose(row: Leased, now: datetime) -> None:
    if isinstance(row, Delivery):
        end(row, DeliveryState.UNKNOWN, "worker_died", now)
    else:
        finish(row, now=now)


def _give_up(row: Leased, now: datetime) -> None:
    if isinstance(row, Delivery):
        row.state = DeliveryState.ENDED.value
    finish(row, now=now)


def _go_on(row: Leased, now: datetime) -> None:
    """It was never handed out: it still has to be done. What was handed out is unknown."""
    if isinstance(row, Delivery) and row.state == DeliveryState.SENDING.value:
        _lose(row, now)
        return
    row.done_at = None
    postpone(row, until=row.run_at)


def _free(row: Leased, now: datetime) -> None:
    del now
    row.owner = row.lease_until = None


def _shorten(row: Leased, now: datetime) -> None:
    row.lease_until = now + LEASE


_MEND: Mapping[str, Callable[[Leased, datetime], None]] = {
    "ended_not_done": lambda row, now: finish(row, now=now),
    "done_not_ended": _go_on,
    "sending_lost": _lose,
    "no_channel_any_more": _give_up,
    "owner_without_lease": _free,
    "lease_without_owner": _free,
    "lease_too_long": _shorten,
    "put_off_too_far": lambda row, now: postpone(row, until=now),
}

LEDGERS: Sequence[Ledger] = (
    Ledger(
        "inbox", Update, {}, _FAR_RETRY, MOST_TRIES + 2,
        lost=_of_an_update, looks_lost=col(Update.problem) == NO_CHANNEL,
    ),
    Ledger(
        "deliveries", Delivery,
        {
            each.value: each not in {DeliveryState.QUEUED, DeliveryState.SENDING}
            for each in DeliveryState
        },
        GIVE_UP, _MANY_TRIES, lost=_of_a_delivery,
        looks_lost=or_(
            col(Delivery.state) == DeliveryState.SENDING.value,
            col(Delivery.cause) == WITHOUT_CHANNEL,
        ),
        may_wait=col(Delivery.priority) == Priority.BULK.value,
    ),
    Ledger(
        "reminders", Reminder,
        {each.value: each is not ReminderState.PLANNED for each in ReminderState},
        None, _FEW_TRIES,
    ),
    Ledger("window_plans", WindowPlan, {}, _FAR_RETRY, _FEW_TRIES),
    Ledger("notice_expansions", Expansion, {}, _FAR_RETRY, _FEW_TRIES),
)  # fmt: skip
