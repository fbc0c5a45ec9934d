"""What a database that was restored says of messages it does not know to be sent."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deliveries.models import Delivery, DeliveryState

RESTORED = "restored"


async def leave_unknown(session: AsyncSession, *, now: datetime) -> int:
    """Whatever was on its way when the copy was made may have arrived; returns how many.

    A person who sees it may send it again by hand; rows of chats without a person hold nothing
    that would be missed.
    """
    nobody = await session.scalars(
        delete(Delivery)
        .where(col(Delivery.done_at).is_(None), col(Delivery.person_id).is_(None))
        .returning(col(Delivery.id))
    )
    unknown = await session.scalars(
        update(Delivery)
        .where(col(Delivery.done_at).is_(None), col(Delivery.person_id).is_not(None))
        .values(
            state=DeliveryState.UNKNOWN.value, cause=RESTORED, done_at=now,
            owner=None, lease_until=None,
        )
        .returning(col(Delivery.id))
    )  # fmt: skip
    return len(nobody.all()) + len(unknown.all())
