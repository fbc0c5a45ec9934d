"""The reminders of a person who turns out to be another one."""

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from api.deadlines.models import Reminder, WindowAnswer
from api.enterprises.models import OrganisationId, PersonId


async def speak_of(
    session: AsyncSession, organisations: list[OrganisationId], instead: OrganisationId
) -> None:
    """Reminders for organisations that go are for another one from now on."""
    await session.execute(
        update(Reminder)
        .where(col(Reminder.organisation_id).in_(organisations))
        .values(organisation_id=instead)
    )


async def move_person(session: AsyncSession, old: PersonId, new: PersonId) -> None:
    """Each step once, and one answer a window: what the other one has stands."""
    same = aliased(Reminder)
    await session.execute(
        delete(Reminder).where(
            col(Reminder.person_id) == old,
            exists().where(
                col(same.person_id) == new,
                col(same.window_id) == col(Reminder.window_id),
                col(same.step) == col(Reminder.step),
                col(same.revision) == col(Reminder.revision),
            ),
        )
    )
    await session.execute(
        update(Reminder).where(col(Reminder.person_id) == old).values(person_id=new)
    )
    answered = select(col(WindowAnswer.window_id)).where(col(WindowAnswer.person_id) == new)
    await session.execute(
        delete(WindowAnswer).where(
            col(WindowAnswer.person_id) == old, col(WindowAnswer.window_id).in_(answered)
        )
    )
    await session.execute(
        update(WindowAnswer).where(col(WindowAnswer.person_id) == old).values(person_id=new)
    )
