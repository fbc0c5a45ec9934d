"""Following windows: the ladder of one person, what they answer, what a turn shows of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deadlines.ladder import MOVED, NEW, steps, tomorrow
from api.deadlines.models import Reminder, ReminderId, ReminderState, WindowAnswer, WindowPlan
from api.deliveries.service import cancel
from api.enterprises.models import OrganisationId, PersonId, Subscription
from api.foundation.ids import new_id
from api.library.models import Window
from api.library.windows import concerns, current_windows, cutoff_for
from knowledge.profile import Asking, Dossier

PLANS = "window_plans"
REMINDERS = "reminders"
"""What is woken when there is something to plan, or to fire."""
UNFOLLOWED, ANSWERED = "unfollowed", "answered"
"""Why a step was dropped by the person themselves."""
_FIRSTS = frozenset({NEW, MOVED})
_REGION = Asking(fact="registered_region")


def region_of(dossier: Dossier) -> str | None:
    """Where an organisation is registered, as far as it said so."""
    value = dossier.get(_REGION)
    return value if isinstance(value, str) else None


def plan_window(session: AsyncSession, window: Window, *, now: datetime) -> None:
    """Have the ladder laid for everybody who follows the programme. Wake `PLANS` afterwards."""
    session.add(WindowPlan(id=new_id(), window_id=window.id, revision=window.revision, run_at=now))


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
        session.add(_reminder(window, subscription.person_id, subscription.organisation_id,
                              step, wanted[step]))  # fmt: skip
    return len(laid)


def _waits(row: Reminder) -> bool:
    """Whether a step is still to come, or was dropped in a way that can be taken back."""
    return row.done_at is None or row.reason in {UNFOLLOWED, ANSWERED}


def _reminder(
    window: Window, person: PersonId, organisation: OrganisationId, step: str, at: datetime
) -> Reminder:
    return Reminder(
        id=ReminderId(new_id()), window_id=window.id, person_id=person,
        organisation_id=organisation, step=step, revision=window.revision, run_at=at,
    )  # fmt: skip


async def follow_windows(
    session: AsyncSession,
    person: PersonId,
    organisation: OrganisationId,
    programme: str,
    dossier: Dossier,
    *,
    now: datetime,
) -> None:
    """Somebody follows a programme: what is published is told at once, and before it closes."""
    region = region_of(dossier)
    subscription = Subscription(
        person_id=person, programme=programme, organisation_id=organisation, since=now
    )
    for window in await current_windows(session, now=now):
        if window.programme == programme and cutoff_for(window, region) > now:
            await lay_ladder(session, window, subscription, region, now=now, first=NEW)


async def unfollow_windows(
    session: AsyncSession, person: PersonId, programme: str, *, now: datetime
) -> None:
    """Somebody follows a programme no longer: nothing more is told of its windows."""
    windows = select(col(Window.id)).where(col(Window.programme) == programme)
    found = (await session.scalars(windows)).all()
    await _drop(session, person, found, UNFOLLOWED, now=now)


async def answer_window(
    session: AsyncSession,
    person: PersonId,
    window_id: str,
    answer: Literal["filed", "later", "not_for_us"],
    *,
    now: datetime,
) -> None:
    """What a person says of a window; one that is unknown, over or withdrawn changes nothing."""
    window = await _open_window(session, window_id, now)
    if window is None:
        return
    if answer == "later":
        await _later(session, window, person, now)
        return
    row = await session.get(WindowAnswer, (window.id, person))
    if row is None:
        row = WindowAnswer(window_id=window.id, person_id=person, answer=answer, at=now)
        session.add(row)
    row.answer, row.at = answer, now
    await _drop(session, person, [window.id], ANSWERED, now=now)


async def _open_window(session: AsyncSession, window_id: str, now: datetime) -> Window | None:
    try:
        window = await session.get(Window, UUID(window_id))
    except ValueError:
        return None
    if window is None or window.withdrawn_at is not None or window.closes_at <= now:
        return None
    return window


async def _later(session: AsyncSession, window: Window, person: PersonId, now: datetime) -> None:
    """Once more tomorrow, unless the ladder says it sooner or it closes before.

    Whoever said before that they had filed, or that it is not for them, thinks otherwise now.
    """
    at = tomorrow(now)
    mine = (
        await session.scalars(
            select(Reminder)
            .where(
                col(Reminder.window_id) == window.id,
                col(Reminder.person_id) == person,
                col(Reminder.revision) == window.revision,
            )
            .order_by(col(Reminder.run_at))
        )
    ).all()
    if not mine:
        return
    await _take_back_answer(session, window, mine, now)
    sooner = any(each.done_at is None and each.run_at <= at for each in mine)
    if sooner or at >= window.closes_at:
        return
    number = sum(each.step.startswith("later:") for each in mine) + 1
    session.add(_reminder(window, person, mine[-1].organisation_id, f"later:{number}", at))


async def _take_back_answer(
    session: AsyncSession, window: Window, mine: Sequence[Reminder], now: datetime
) -> None:
    answer = await session.get(WindowAnswer, (window.id, mine[0].person_id))
    if answer is None:
        return
    await session.delete(answer)
    for row in mine:
        if row.reason == ANSWERED and row.run_at > now:
            row.state, row.done_at, row.reason = ReminderState.PLANNED.value, None, None


async def _drop(
    session: AsyncSession, person: PersonId, windows: Sequence[UUID], reason: str, *, now: datetime
) -> None:
    await session.execute(
        update(Reminder)
        .where(
            col(Reminder.person_id) == person,
            col(Reminder.window_id).in_(windows),
            col(Reminder.done_at).is_(None),
        )
        .values(state=ReminderState.CANCELLED.value, done_at=now, reason=reason)
        .execution_options(synchronize_session=False)
    )


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
