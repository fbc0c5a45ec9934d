"""What workers left behind that died in the middle of sending."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deliveries.claiming import WITHOUT_CHAT
from api.deliveries.models import Delivery, DeliveryId, DeliveryState
from api.foundation.database import Database


async def settle_lost(database: Database, *, now: datetime) -> Sequence[tuple[DeliveryId, int]]:
    """Rows whose worker died while the messenger was asked: nobody knows what became of them.

    Their ids, each with its priority.
    """
    async with database.writing() as session:
        lost = await session.execute(
            update(Delivery)
            .where(
                col(Delivery.state) == DeliveryState.SENDING.value,
                col(Delivery.done_at).is_(None),
                or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) < now),
            )
            .values(
                state=DeliveryState.UNKNOWN.value, cause="worker_died", done_at=now,
                owner=None, lease_until=None,
            )
            .returning(col(Delivery.id), col(Delivery.priority), col(Delivery.person_id))
        )  # fmt: skip
        rows = [(id_, priority, person) for id_, priority, person in lost]
        await _forget_chats(session, [id_ for id_, _, person in rows if person is None])
    return [(id_, priority) for id_, priority, _ in rows]


async def _forget_chats(session: AsyncSession, ids: Sequence[DeliveryId]) -> None:
    if ids:
        await session.execute(
            update(Delivery).where(col(Delivery.id).in_(ids)).values(**WITHOUT_CHAT)
        )
