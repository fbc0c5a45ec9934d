"""What a person takes away: everything of theirs, and the organisations they own."""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.enterprises.models import (
    FactValue,
    Member,
    Organisation,
    OrganisationId,
    Part,
    Person,
    PersonId,
    Subject,
)


async def erase(
    session: AsyncSession, person: PersonId, *, with_organisations: bool = True
) -> None:
    """Erase a person with conversations and tickets (they hang on the row), and what they gave.

    An organisation without another owner goes with its owner. Where it has colleagues an empty one
    without a name stays for them to speak of, and the first of them owns it; without
    `with_organisations` it keeps its name and what the colleagues gave.
    """
    await session.execute(delete(FactValue).where(col(FactValue.given_by) == person))
    for organisation in await _left_behind(session, person):
        heir = await _heir(session, organisation, person)
        if heir is None:
            await session.execute(delete(Organisation).where(col(Organisation.id) == organisation))
            continue
        if with_organisations:
            await _empty(session, organisation)
        await session.execute(
            update(Member)
            .where(col(Member.organisation_id) == organisation, col(Member.person_id) == heir)
            .values(part=Part.OWNER.value)
        )
    await session.execute(delete(Person).where(col(Person.id) == person))


async def _left_behind(session: AsyncSession, person: PersonId) -> list[OrganisationId]:
    """The organisations that have no other owner."""
    others = select(col(Member.organisation_id)).where(
        col(Member.person_id) != person, col(Member.part) == Part.OWNER.value
    )
    found = await session.scalars(
        select(col(Member.organisation_id)).where(
            col(Member.person_id) == person,
            col(Member.part) == Part.OWNER.value,
            col(Member.organisation_id).not_in(others),
        )
    )
    return list(found)


async def _heir(
    session: AsyncSession, organisation: OrganisationId, person: PersonId
) -> PersonId | None:
    """Who comes after an owner: a verified colleague before others, then whoever came first."""
    return await session.scalar(
        select(col(Member.person_id))
        .where(col(Member.organisation_id) == organisation, col(Member.person_id) != person)
        .order_by(col(Member.verified).desc(), col(Member.since), col(Member.person_id))
        .limit(1)
    )


async def _empty(session: AsyncSession, organisation: OrganisationId) -> None:
    """Nothing of it is known any more, neither its name nor an answer."""
    await session.execute(delete(Subject).where(col(Subject.organisation_id) == organisation))
    await session.execute(
        update(Organisation).where(col(Organisation.id) == organisation).values(name=None)
    )
    await session.execute(
        update(Member)
        .where(col(Member.organisation_id) == organisation)
        .values(verified=False, verified_at=None)
    )
