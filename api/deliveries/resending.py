"""Messages whose outcome is unknown: nothing sends them again by itself, a person may.

A row keeps its body until somebody has decided. Reminders are not among them: the next step of
their ladder says it again; nor are the cards of a dialog, which are shown at the next message.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, null, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deliveries.models import Delivery, DeliveryId, DeliveryState, Priority
from api.deliveries.service import cancel, place_of
from api.foundation.errors import NotFound, WrongState
from api.foundation.ids import new_id

_AGAIN = ":again"
_UNDECIDED = (
    col(Delivery.state) == DeliveryState.UNKNOWN.value,
    col(Delivery.priority) != Priority.DIALOG.value,
    col(Delivery.person_id).is_not(None),
    col(Delivery.body).is_not(null()),
    ~col(Delivery.occasion).startswith("reminder:"),
)


def again_of(occasion: str) -> str:
    """What the second sending of a message is about: its next and last revision."""
    return f"{occasion}{_AGAIN}"


async def cancel_both(session: AsyncSession, occasion: str, *, now: datetime) -> int:
    """Take back what still waits of an occasion, sent again or not; how many."""
    return await cancel(session, (occasion, again_of(occasion)), now=now)


async def still_queued(session: AsyncSession, occasion: str) -> bool:
    """Whether anything of an occasion waits to be sent."""
    waiting = exists().where(
        col(Delivery.occasion).in_((occasion, again_of(occasion))),
        col(Delivery.state) == DeliveryState.QUEUED.value,
        col(Delivery.done_at).is_(None),
    )
    return bool(await session.scalar(select(waiting)))


def was_repeated(row: Delivery) -> bool:
    """Whether a message is a second sending already."""
    return row.occasion.endswith(_AGAIN)


async def list_undecided(session: AsyncSession, *, limit: int) -> Sequence[Delivery]:
    """Those that wait for a person, the oldest first."""
    found = await session.scalars(
        select(Delivery)
        .where(*_UNDECIDED)
        .order_by(col(Delivery.created_at), col(Delivery.id))
        .limit(limit)
    )
    return found.all()


async def count_undecided(session: AsyncSession) -> int:
    """How many wait for a person."""
    counted = select(func.count()).select_from(Delivery).where(*_UNDECIDED)
    return await session.scalar(counted) or 0


async def undecided(session: AsyncSession, id_: UUID) -> Delivery:
    """One that waits for a person, locked; raises `NotFound`."""
    row = await session.scalar(
        select(Delivery).where(col(Delivery.id) == id_, *_UNDECIDED).with_for_update()
    )
    if row is None:
        raise NotFound
    return row


async def send_again(session: AsyncSession, row: Delivery, *, now: datetime) -> None:
    """The same words as a new message, to wherever the person is best reached now.

    Raises `WrongState` for what was sent again before.
    """
    if was_repeated(row):
        raise WrongState
    last = select(func.max(col(Delivery.place))).where(col(Delivery.person_id) == row.person_id)
    place = max(place_of(now), (await session.scalar(last) or 0) + 1)
    session.add(
        Delivery(
            id=DeliveryId(new_id()), occasion=again_of(row.occasion), person_id=row.person_id,
            contact_id=row.contact_id, priority=row.priority, place=place, body=row.body,
            run_at=now, created_at=now,
        )
    )  # fmt: skip
    row.body = None


def leave(row: Delivery) -> None:
    """Let it be: its outcome stays unknown."""
    row.body = None
