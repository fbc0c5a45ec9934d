"""Following windows: the ladder of one person, what they answer, what a turn shows of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deadlines.ladder import NEW, tomorrow
from api.deadlines.laying import ANSWERED, UNFOLLOWED, a_step, lay_ladder
from api.deadlines.models import Reminder, ReminderState, WindowAnswer, WindowPlan
from api.enterprises.models import OrganisationId, PersonId, Subscription
from api.foundation.ids import new_id
from api.library.models import Window
from api.library.windows import concerns, current_windows, cutoff_for, levels_of
from dialogs.world import Cutoff, Deadline
from knowledge.model import Text
from knowledge.profile import Asking, Dossier

PLANS = "window_plans"
REMINDERS = "reminders"
"""What is woken when there is something to plan, or to fire."""
_REGION = Asking(fact="registered_region")


def region_of(dossier: Dossier) -> str | None:
    """Where an organisation is registered, as far as it said so."""
    value = dossier.get(_REGION)
    return value if isinstance(value, str) else None


def plan_window(session: AsyncSession, window: Window, *, now: datetime) -> None:
    """Have the ladder laid for everybody who follows the programme. Wake `PLANS` afterwards."""
    session.add(WindowPlan(id=new_id(), window_id=window.id, revision=window.revision, run_at=now))


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
    session.add(a_step(window, person, mine[-1].organisation_id, f"later:{number}", at))


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


async def deadlines_for(
    session: AsyncSession, person: PersonId, windows: Sequence[Window], region: str | None
) -> tuple[Deadline, ...]:
    """The windows as they are for somebody, the soonest to close first."""
    if not windows:
        return ()
    answers = dict(
        (
            await session.execute(
                select(col(WindowAnswer.window_id), col(WindowAnswer.answer)).where(
                    col(WindowAnswer.person_id) == person
                )
            )
        ).all()
    )
    found = [
        deadline_of(window, region, answers.get(window.id, ""))
        for window in windows
        if concerns(window, region)
    ]
    return tuple(sorted(found, key=lambda each: each.closes))


def deadline_of(window: Window, region: str | None, answer: str = "") -> Deadline:
    """One window as it is for applicants of a region."""
    said: Literal["", "filed", "not_for_us"] = ""
    if answer == "filed":
        said = "filed"
    elif answer == "not_for_us":
        said = "not_for_us"
    return Deadline(
        window=str(window.id),
        programme=window.programme,
        title=window.title,
        opens=window.opens_at,
        closes=cutoff_for(window, region),
        cutoffs=tuple(
            Cutoff(Text(zh=level.zh, en=level.en or level.zh), level.at)
            for level in levels_of(window)
            if not level.region or region is None or level.region == region
        ),
        link=window.link,
        note=window.note,
        answer=said,
    )
