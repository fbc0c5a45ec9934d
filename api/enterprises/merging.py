"""Two persons turn out to be one: what one of them has goes over to the other."""

from sqlalchemy import and_, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col

from api.enterprises.models import (
    Contact,
    FactValue,
    JoinCode,
    Member,
    Organisation,
    OrganisationId,
    Part,
    Person,
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


async def speak_of(
    session: AsyncSession, organisations: list[OrganisationId], instead: OrganisationId
) -> None:
    """Whoever follows a programme for an organisation that goes follows it for another one."""
    await session.execute(
        update(Subscription)
        .where(col(Subscription.organisation_id).in_(organisations))
        .values(organisation_id=instead)
    )


async def move_person(session: AsyncSession, old: PersonId, new: PersonId) -> None:
    """Contacts, answers, memberships and subscriptions of one person become another's.

    Of two answers to one question the newer stays; otherwise what the other one has stands.
    """
    await session.execute(
        update(Contact).where(col(Contact.person_id) == old).values(person_id=new)
    )
    await session.execute(delete(JoinCode).where(col(JoinCode.person_id) == old))
    await _move_answers(session, old, new)
    await _move_memberships(session, old, new)
    followed = select(col(Subscription.programme)).where(col(Subscription.person_id) == new)
    await session.execute(
        delete(Subscription).where(
            col(Subscription.person_id) == old, col(Subscription.programme).in_(followed)
        )
    )
    await session.execute(
        update(Subscription).where(col(Subscription.person_id) == old).values(person_id=new)
    )


async def end_person(session: AsyncSession, old: PersonId, new: PersonId) -> None:
    """Remove whoever turned out to be another person; the consent given first stays."""
    gone, stays = await session.get_one(Person, old), await session.get_one(Person, new)
    if gone.consented_at < stays.consented_at:
        stays.consented_at, stays.notice = gone.consented_at, gone.notice
    stays.created_at = min(gone.created_at, stays.created_at)
    await session.flush()
    session.expunge(gone)
    await session.execute(delete(Person).where(col(Person.id) == old))


async def _move_memberships(session: AsyncSession, old: PersonId, new: PersonId) -> None:
    """Of two parts in one organisation the greater stays, and what staff found out of either."""
    found = await session.scalars(select(Member).where(col(Member.person_id) == old))
    for member in found.all():
        known = await session.get(Member, (new, member.organisation_id))
        if known is None:
            continue
        if member.part == Part.OWNER.value:
            known.part = member.part
        if member.verified and not known.verified:
            known.verified, known.verified_at = True, member.verified_at
        known.since = min(known.since, member.since)
        await session.delete(member)
    await session.flush()
    await session.execute(update(Member).where(col(Member.person_id) == old).values(person_id=new))


async def _move_answers(session: AsyncSession, old: PersonId, new: PersonId) -> None:
    """To one question there is one answer of one person: the newer of two."""
    other = aliased(FactValue)
    same = and_(
        col(other.subject_id) == col(FactValue.subject_id),
        col(other.fact) == col(FactValue.fact),
        col(other.year) == col(FactValue.year),
    )

    async def drop(one: PersonId, beaten: ColumnElement[bool], by: PersonId) -> None:
        await session.execute(
            delete(FactValue).where(
                col(FactValue.given_by) == one,
                exists().where(col(other.given_by) == by, same, beaten),
            )
        )

    await drop(old, col(other.given_at) >= col(FactValue.given_at), new)
    await drop(new, col(other.given_at) > col(FactValue.given_at), old)
    await session.execute(
        update(FactValue).where(col(FactValue.given_by) == old).values(given_by=new)
    )
