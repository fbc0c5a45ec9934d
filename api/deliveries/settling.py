"""What workers left behind that died in the middle of sending."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import col

from api.deliveries.models import Delivery, DeliveryState
from api.foundation.database import Database


async def settle_lost(database: Database, *, now: datetime) -> int:
    """Rows whose worker died while the messenger was asked: nobody knows what became of them."""
    async with database.writing() as session:
        lost = await session.scalars(
            update(Delivery)
            .where(
                col(Delivery.state) == DeliveryState.SENDING.value,
                col(Delivery.done_at).is_(None),
                col(Delivery.lease_until) < now,
            )
            .values(
                state=DeliveryState.UNKNOWN.value, cause="worker_died", done_at=now,
                owner=None, lease_until=None,
            )
            .returning(col(Delivery.id))
        )  # fmt: skip
        return len(lost.all())
