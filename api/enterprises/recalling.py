"""What is known for very many followers of a programme at once."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from api.enterprises.models import FactValue, Member, Part, PersonId, Subject, Subscription
from api.enterprises.service import Kept


async def followers_after(
    session: AsyncSession, programme: str, after: UUID | None, most: int
) -> Sequence[PersonId]:
    """The next so many who follow a programme, in the order of persons."""
    query = select(col(Subscription.person_id)).where(col(Subscription.programme) == programme)
    if after is not None:
        query = query.where(col(Subscription.person_id) > after)
    found = await session.scalars(query.order_by(col(Subscription.person_id)).limit(most))
    return found.all()


async def kept_for(
    session: AsyncSession, programme: str, after: UUID | None, last: UUID
) -> Mapping[PersonId, tuple[Kept, ...]]:
    """What each follower in a range may see of the organisation they follow it for.

    The same as `recall` for each of them, not read yet; who may see nothing is left out.
    """
    me, giver = aliased(Member), aliased(Member)
    nobodys = col(FactValue.given_by).is_(None)
    verified = and_(col(me.verified).is_(True), or_(nobodys, col(giver.verified).is_(True)))
    unverified_owner = and_(col(me.verified).is_(False), col(me.part) == Part.OWNER.value, nobodys)
    organisation = col(Subscription.organisation_id)
    query = (
        select(
            col(Subscription.person_id), col(Subject.role), col(FactValue.fact),
            col(FactValue.year), col(FactValue.value),
        )
        .join(Subject, col(Subject.organisation_id) == organisation)
        .join(FactValue, col(FactValue.subject_id) == col(Subject.id))
        .outerjoin(
            me,
            and_(
                col(me.person_id) == col(Subscription.person_id),
                col(me.organisation_id) == organisation,
            ),
        )
        .outerjoin(
            giver,
            and_(
                col(giver.person_id) == col(FactValue.given_by),
                col(giver.organisation_id) == organisation,
            ),
        )
        .where(
            col(Subscription.programme) == programme,
            col(Subscription.person_id) <= last,
            or_(col(FactValue.given_by) == col(Subscription.person_id), verified, unverified_owner),
        )
        .order_by(
            col(Subscription.person_id), col(Subject.created_at), col(Subject.id),
            col(FactValue.given_at),
        )
    )  # fmt: skip
    if after is not None:
        query = query.where(col(Subscription.person_id) > after)
    found = (await session.execute(query)).all()
    return {
        person: tuple(Kept(role, fact, year, value) for _, role, fact, year, value in rows)
        for person, rows in groupby(found, key=lambda row: row[0])
    }
