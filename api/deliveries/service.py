"""Laying a message down for a person: once for each occasion, whatever is retried."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deliveries.models import Delivery, DeliveryId, DeliveryState, Priority
from api.enterprises.models import ContactId, PersonId
from api.foundation.columns import Raw, as_json
from api.foundation.ids import new_id
from dialogs.message import Reply
from knowledge.model import Language

_MICROSECONDS = 1_000_000

TOPIC = "deliveries"
"""What is woken when there is something to send."""


async def lay(
    session: AsyncSession,
    *,
    occasion: str,
    person: PersonId,
    replies: Mapping[Language, Reply],
    priority: Priority,
    now: datetime,
    contact: ContactId | None = None,
    run_at: datetime | None = None,
    due_at: datetime | None = None,
) -> bool:
    """One message to one person; False where this occasion was laid down for them before.

    Without a `contact` the chat is chosen when it is sent. Wake `TOPIC` after the commit.
    """
    known = await session.scalar(
        select(col(Delivery.id)).where(
            col(Delivery.occasion) == occasion, col(Delivery.person_id) == person
        )
    )
    if known is not None:
        return False
    session.add(
        Delivery(
            id=DeliveryId(new_id()),
            occasion=occasion,
            person_id=person,
            contact_id=contact,
            priority=priority.value,
            place=await _place_after(session, person, now),
            body=body_of(replies),
            run_at=run_at or now,
            created_at=now,
            due_at=due_at,
        )
    )
    await session.flush()
    return True


async def next_number(session: AsyncSession, prefix: str, person: PersonId) -> int:
    """The number of the next occasion that begins so: `claim:<organisation>:<person>:<n>`."""
    found = await session.scalars(
        select(col(Delivery.occasion)).where(
            col(Delivery.person_id) == person,
            col(Delivery.occasion).startswith(prefix, autoescape=True),
        )
    )
    numbers = (occasion.removeprefix(prefix) for occasion in found)
    return max((int(number) for number in numbers if number.isdecimal()), default=0) + 1


def body_of(replies: Mapping[Language, Reply]) -> dict[str, Raw]:
    """A message in its languages, as a row keeps it."""
    return {
        language: as_json(reply.model_dump(mode="json", exclude_defaults=True))
        for language, reply in replies.items()
    }


def place_of(now: datetime, nth: int = 0) -> int:
    """A number that orders what is laid down for one chat: later moments, then later ones."""
    return int(now.timestamp() * _MICROSECONDS) + nth


async def _place_after(session: AsyncSession, person: PersonId, now: datetime) -> int:
    """Behind everything this person was told before, even within one moment."""
    last = await session.scalar(
        select(func.max(col(Delivery.place))).where(col(Delivery.person_id) == person)
    )
    return max(place_of(now), (last or 0) + 1)


async def cancel(session: AsyncSession, occasions: Collection[str], *, now: datetime) -> int:
    """Take back what is still waiting; what a messenger already has stays. Returns how many."""
    done = await session.execute(
        update(Delivery)
        .where(
            col(Delivery.occasion).in_(occasions),
            col(Delivery.state) == DeliveryState.QUEUED.value,
            col(Delivery.done_at).is_(None),
        )
        .values(state=DeliveryState.CANCELLED.value, done_at=now, body=None)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[object]", done).rowcount
