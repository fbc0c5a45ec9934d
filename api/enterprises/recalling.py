"""What is known for very many followers of a programme at once."""

import json
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from api.enterprises.models import FactValue, Member, Part, PersonId, Subject, Subscription
from api.enterprises.service import Kept


def followers_between(
    programme: str, after: UUID | None, last: UUID | None
) -> tuple[ColumnElement[bool], ...]:
    """The subscriptions to a programme after one person and up to another, in their order."""
    narrowed = [col(Subscription.programme) == programme]
    if after is not None:
        narrowed.append(col(Subscription.person_id) > after)
    if last is not None:
        narrowed.append(col(Subscription.person_id) <= last)
    return tuple(narrowed)


async def nth_follower(
    session: AsyncSession, programme: str, after: UUID | None, nth: int
) -> PersonId | None:
    """The follower so many after a person; None where there are fewer."""
    return await session.scalar(
        select(col(Subscription.person_id))
        .where(*followers_between(programme, after, None))
        .order_by(col(Subscription.person_id))
        .offset(nth - 1)
        .limit(1)
    )


async def said_by_each(
    session: AsyncSession, programme: str, after: UUID | None, last: UUID | None
) -> Mapping[PersonId, str]:
    """What each follower in a range may see of the organisation they follow it for, for `unfold`.

    The same as `recall` shows each of them; who may see nothing is left out. Those who see the same
    have the same text.
    """
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    seen = _seen(programme, after, last).subquery()
    columns = (seen.c.role, seen.c.fact, seen.c.year)
    rows: ColumnElement[str]
    if on_sqlite:
        rows = func.json_group_array(func.json_array(*columns, func.json(seen.c.value)))
    else:
        rows = cast(func.json_agg(func.json_build_array(*columns, seen.c.value)), Text)
    found = await session.execute(select(seen.c.person_id, rows).group_by(seen.c.person_id))
    return dict(found.all())


def unfold(said: str) -> tuple[Kept, ...]:
    """The values of a text of `said_by_each`."""
    return tuple(Kept(role, fact, year, value) for role, fact, year, value in json.loads(said))


def _seen(
    programme: str, after: UUID | None, last: UUID | None
) -> Select[PersonId, str, str, int, object]:
    """Every value that each may see, in the order in which a later one stands."""
    me, giver = aliased(Member), aliased(Member)
    organisation = col(Subscription.organisation_id)
    nobodys = col(FactValue.given_by).is_(None)
    mine = and_(
        col(me.person_id) == col(Subscription.person_id), col(me.organisation_id) == organisation
    )
    by_the_verified = exists().where(
        col(giver.person_id) == col(FactValue.given_by),
        col(giver.organisation_id) == organisation,
        col(giver.verified).is_(True),
    )
    verified = exists().where(mine, col(me.verified).is_(True))
    unverified_owner = exists().where(
        mine, col(me.verified).is_(False), col(me.part) == Part.OWNER.value
    )
    may_see = or_(
        # Their own first: then nothing else is looked up.
        col(FactValue.given_by) == col(Subscription.person_id),
        and_(nobodys, or_(verified, unverified_owner)),
        and_(by_the_verified, verified),
    )
    return (
        select(
            col(Subscription.person_id), col(Subject.role), col(FactValue.fact),
            col(FactValue.year), col(FactValue.value),
        )
        .join(Subject, col(Subject.organisation_id) == organisation)
        .join(FactValue, col(FactValue.subject_id) == col(Subject.id))
        .where(*followers_between(programme, after, last), may_see)
        .order_by(
            col(Subscription.person_id), col(Subject.created_at), col(Subject.id),
            col(FactValue.given_at),
        )
    )  # fmt: skip
