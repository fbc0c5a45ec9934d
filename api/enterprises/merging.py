"""Two persons turn out to be one: what one of them has goes over to the other."""

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from api.enterprises.models import (
    Contact,
    FactValue,
    JoinCode,
    Member,
    Organisation,
    OrganisationId,
    PersonId,
    Subject,
    Subscription,
)


async def empty_organisations(session: AsyncSession, person: PersonId) -> list[OrganisationId]:
    """The organisations of one person alone that have neither a name nor an answer."""
    answered = (
        select(col(Subject.organisation_id))
        .join(FactValue, col(FactValue.subject_id) == col(Subject.id))
        .distinct()
    )
    others = select(col(Member.organisation_id)).where(col(Member.person_id) != person)
    found = await session.scalars(
        select(col(Organisation.id))
        .join(Member, col(Member.organisation_id) == col(Organisation.id))
        .where(
            col(Member.person_id) == person,
            col(Organisation.name).is_(None),
            col(Organisation.id).not_in(answered),
            col(Organisation.id).not_in(others),
        )
    )
    return list(found)


async def drop_organisations(session: AsyncSession, ids: list[OrganisationId]) -> None:
    """Remove organisations nobody speaks of any more."""
    await session.execute(delete(Organisation).where(col(Organisation.id).in_(ids)))


async def move_person(session: AsyncSession, old: PersonId, new: PersonId) -> None:
    """Contacts, answers, memberships and subscriptions of one person become another's.

    Where both have the same thing, what the other one has stands.
    """
    await session.execute(
        update(Contact).where(col(Contact.person_id) == old).values(person_id=new)
    )
    await session.execute(delete(JoinCode).where(col(JoinCode.person_id) == old))
    await _move_answers(session, old, new)
    theirs = select(col(Member.organisation_id)).where(col(Member.person_id) == new)
    await session.execute(
        delete(Member).where(col(Member.person_id) == old, col(Member.organisation_id).in_(theirs))
    )
    await session.execute(update(Member).where(col(Member.person_id) == old).values(person_id=new))
    followed = select(col(Subscription.programme)).where(col(Subscription.person_id) == new)
    await session.execute(
        delete(Subscription).where(
            col(Subscription.person_id) == old, col(Subscription.programme).in_(followed)
        )
    )
    await session.execute(
        update(Subscription).where(col(Subscription.person_id) == old).values(person_id=new)
    )


async def _move_answers(session: AsyncSession, old: PersonId, new: PersonId) -> None:
    same = aliased(FactValue)
    await session.execute(
        delete(FactValue).where(
            col(FactValue.given_by) == old,
            exists().where(
                col(same.given_by) == new,
                col(same.subject_id) == col(FactValue.subject_id),
                col(same.fact) == col(FactValue.fact),
                col(same.year) == col(FactValue.year),
            ),
        )
    )
    await session.execute(
        update(FactValue).where(col(FactValue.given_by) == old).values(given_by=new)
    )
