"""Who follows which programme, and for which organisation."""

from datetime import datetime

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.enterprises.models import OrganisationId, PersonId, Subscription

_FOLLOWED = select(col(Subscription.programme)).where(
    col(Subscription.person_id) == bindparam("person")
)


async def follow(
    session: AsyncSession,
    person: PersonId,
    programme: str,
    organisation: OrganisationId,
    *,
    now: datetime,
) -> bool:
    """Follow a programme for an organisation; False where the person did so already.

    One who follows it for another organisation follows it for this one from now on.
    """
    row = await session.get(Subscription, (person, programme))
    if row is None:
        session.add(
            Subscription(
                person_id=person, programme=programme, organisation_id=organisation, since=now
            )
        )
        await session.flush()
        return True
    changed = row.organisation_id != organisation
    row.organisation_id = organisation
    return changed


async def unfollow(session: AsyncSession, person: PersonId, programme: str) -> None:
    """Follow a programme no longer."""
    await session.execute(
        delete(Subscription).where(
            col(Subscription.person_id) == person, col(Subscription.programme) == programme
        )
    )


async def followed_by(session: AsyncSession, person: PersonId) -> frozenset[str]:
    """The programmes a person follows."""
    return frozenset(await session.scalars(_FOLLOWED, {"person": person}))


def followers_of(programme: str) -> Select[Subscription]:
    """The subscriptions to a programme, in the order of persons, for going through in batches."""
    return (
        select(Subscription)
        .where(col(Subscription.programme) == programme)
        .order_by(col(Subscription.person_id))
    )
