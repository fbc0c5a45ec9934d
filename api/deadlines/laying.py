"""The ladders as rows: laid for one person, and ended when a window is moved or withdrawn."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deadlines.ladder import MOVED, NEW, steps
from api.deadlines.models import Reminder, ReminderId, ReminderState
from api.deliveries.service import cancel
from api.enterprises.models import OrganisationId, PersonId, Subscription
from api.foundation.ids import new_id
from api.library.models import Window
from api.library.windows import concerns, cutoff_for

UNFOLLOWED, ANSWERED = "unfollowed", "answered"
"""Why a step was dropped by the person themselves."""
_FIRSTS = frozenset({NEW, MOVED})


async def lay_ladder(
    session: AsyncSession,
    window: Window,
    subscription: Subscription,
    region: str | None,
    *,
    now: datetime,
    first: str | None,
) -> int:
    """The steps of one person that are not laid yet; `first` is told at once (`new`, `moved`).

    Steps that wait move to where they belong now, and those that were dropped when the person
    stopped following come back. What was told once is not told again.
    """
    if not concerns(window, region):
        return 0
    wanted = dict(steps(cutoff_for(window, region), now))
    known = {
        row.step: row
        for row in await session.scalars(
            select(Reminder).where(
                col(Reminder.window_id) == window.id,
                col(Reminder.person_id) == subscription.person_id,
                col(Reminder.revision) == window.revision,
            )
        )
    }
    for step, row in known.items():
        if step in wanted and _waits(row):
            row.run_at, row.organisation_id = wanted[step], subscription.organisation_id
            row.state, row.done_at, row.reason = ReminderState.PLANNED.value, None, None
    if first is not None and not _FIRSTS & known.keys():
        wanted[first] = now
    laid = wanted.keys() - known
    for step in laid:
        session.add(a_step(window, subscription.person_id, subscription.organisation_id,
                              step, wanted[step]))  # fmt: skip
    return len(laid)


def _waits(row: Reminder) -> bool:
    """Whether a step is still to come, or was dropped in a way that can be taken back."""
    return row.done_at is None or row.reason in {UNFOLLOWED, ANSWERED}


def a_step(
    window: Window, person: PersonId, organisation: OrganisationId, step: str, at: datetime
) -> Reminder:
    """One step, planned; not added to any session."""
    return Reminder(
        id=ReminderId(new_id()), window_id=window.id, person_id=person,
        organisation_id=organisation, step=step, revision=window.revision, run_at=at,
    )  # fmt: skip


async def void_revisions(session: AsyncSession, window: Window, *, now: datetime) -> None:
    """End what earlier revisions planned, and take back what of them was not sent yet."""
    earlier = (col(Reminder.window_id) == window.id, col(Reminder.revision) < window.revision)
    # One statement that looks at the rows as they are: a step may be fired at this moment.
    await session.execute(
        update(Reminder)
        .where(*earlier, col(Reminder.done_at).is_(None))
        .values(state=ReminderState.CANCELLED.value, done_at=now, reason="moved")
        .execution_options(synchronize_session=False)
    )
    told = await session.execute(
        select(col(Reminder.step), col(Reminder.revision)).where(*earlier).distinct()
    )
    occasions = {_occasion(window.id, step, revision) for step, revision in told}
    await cancel(session, occasions, now=now)


async def was_told(session: AsyncSession, window: Window, person: PersonId) -> bool:
    """Whether anything of a window, of whatever revision, was told to a person."""
    fired = await session.scalar(
        select(col(Reminder.id))
        .where(
            col(Reminder.window_id) == window.id,
            col(Reminder.person_id) == person,
            col(Reminder.state) == ReminderState.FIRED.value,
        )
        .limit(1)
    )
    return fired is not None


def occasion_of(reminder: Reminder) -> str:
    """What a reminder's delivery is about."""
    return _occasion(reminder.window_id, reminder.step, reminder.revision)


def _occasion(window: UUID, step: str, revision: int) -> str:
    return f"reminder:{window}:{step}:r{revision}"
