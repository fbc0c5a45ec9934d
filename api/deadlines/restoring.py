"""What a database that was restored says of reminders it does not know to be told."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deadlines.models import Reminder, ReminderState, WindowPlan

RESTORED = "restored"


async def skip_told(session: AsyncSession, *, now: datetime) -> int:
    """Steps whose moment has passed may have been told: the next step says it again.

    Returns how many. What is still to come cannot have been told, and stays.
    """
    skipped = await session.scalars(
        update(Reminder)
        .where(col(Reminder.done_at).is_(None), col(Reminder.run_at) <= now)
        .values(
            state=ReminderState.SKIPPED.value, reason=RESTORED, done_at=now,
            owner=None, lease_until=None,
        )
        .returning(col(Reminder.id))
    )  # fmt: skip
    return len(skipped.all())


async def plan_quietly(session: AsyncSession) -> int:
    """Ladders that were being laid are laid without their first words; returns how many."""
    plans = await session.scalars(
        update(WindowPlan)
        .where(col(WindowPlan.done_at).is_(None))
        .values(quiet=True, owner=None, lease_until=None)
        .returning(col(WindowPlan.id))
    )
    return len(plans.all())
