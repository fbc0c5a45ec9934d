"""What a person takes away: everything of theirs, and the organisations only they spoke for."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.enterprises.models import FactValue, Member, Organisation, Part, Person, PersonId


async def erase(session: AsyncSession, person: PersonId) -> None:
    """Erase a person with conversations and tickets (they hang on the row), and what they gave.

    An organisation goes when its owner goes; of one that has another owner only this person's
    answers go.
    """
    theirs = select(col(Member.organisation_id)).where(
        col(Member.person_id) == person, col(Member.part) == Part.OWNER.value
    )
    others = select(col(Member.organisation_id)).where(
        col(Member.person_id) != person, col(Member.part) == Part.OWNER.value
    )
    await session.execute(delete(FactValue).where(col(FactValue.given_by) == person))
    await session.execute(
        delete(Organisation).where(
            col(Organisation.id).in_(theirs), col(Organisation.id).not_in(others)
        )
    )
    await session.execute(delete(Person).where(col(Person.id) == person))
