"""The messages of a person who turns out to be another one."""

from sqlalchemy import delete, exists, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col

from api.deliveries.models import Delivery, DeliveryState
from api.enterprises.models import PersonId

_WAITING = frozenset({DeliveryState.QUEUED.value, DeliveryState.CANCELLED.value})


async def move_person(session: AsyncSession, old: PersonId, new: PersonId) -> None:
    """Who was told under one name is not told again under the other: an occasion stays once.

    Of two rows the one that is on its way, or has arrived, stays, whoever's it was.
    """
    other = aliased(Delivery)

    async def drop(one: PersonId, of: PersonId, *more: ColumnElement[bool]) -> None:
        await session.execute(
            delete(Delivery).where(
                col(Delivery.person_id) == one,
                exists().where(
                    col(other.person_id) == of, col(other.occasion) == col(Delivery.occasion), *more
                ),
            )
        )

    waiting = col(Delivery.state).in_(_WAITING)
    await drop(new, old, waiting, col(other.state).not_in(_WAITING))
    await drop(old, new)
    await session.execute(
        update(Delivery).where(col(Delivery.person_id) == old).values(person_id=new)
    )
