"""Laying one message down for very many: by the database itself, a slice at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CursorResult,
    Select,
    String,
    Uuid,
    func,
    literal,
    select,
    true,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deliveries.models import Delivery, DeliveryState, Priority, SharedBody
from api.deliveries.service import body_of, place_of
from api.enterprises.models import PersonId
from api.foundation.columns import Instant
from api.foundation.ids import new_id
from dialogs.message import Reply
from knowledge.model import Language

_RANDOM_SIGNS = 20


@dataclass(frozen=True, slots=True)
class ForMany:
    """What a broadcast has in common. Its words are kept once, not in each row."""

    occasion: str
    body: UUID
    now: datetime


async def share(
    session: AsyncSession, occasion: str, replies: Mapping[Language, Reply], *, now: datetime
) -> ForMany:
    """Keep the words of an occasion, if they are not kept yet."""
    known = select(col(SharedBody.id)).where(col(SharedBody.occasion) == occasion)
    body = await session.scalar(known)
    if body is None:
        body = new_id()
        session.add(SharedBody(id=body, occasion=occasion, body=body_of(replies)))
        await session.flush()
    return ForMany(occasion, body, now)


async def lay_for_many(
    session: AsyncSession,
    message: ForMany,
    persons: Select[PersonId],
    *,
    without: Collection[PersonId] = (),
) -> int:
    """One row for each person of a query, except those left out and those who have it already.

    Each is placed behind all that the person was told before. Returns how many rows are new.
    """
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    chosen = persons.subquery()
    person: ColumnElement[object] = chosen.c.person_id
    last = (
        select(func.coalesce(func.max(col(Delivery.place)), 0) + 1)
        .where(col(Delivery.person_id) == person)
        .scalar_subquery()
    )
    later = func.max if on_sqlite else func.greatest
    columns: dict[str, ColumnElement[object]] = {
        "id": _ids(message.now, on_sqlite=on_sqlite),
        "occasion": literal(message.occasion),
        "person_id": person,
        "channel": literal(""), "account": literal(""), "address": literal(""),
        "priority": literal(Priority.BULK.value),
        "place": later(place_of(message.now), last),
        "shared_body_id": literal(message.body, Uuid()),
        "slot": literal(""),
        "transcribed": literal(value=False, type_=Boolean()),
        "state": literal(DeliveryState.QUEUED.value),
        "attempts": literal(0),
        "run_at": literal(message.now, Instant()),
        "created_at": literal(message.now, Instant()),
    }  # fmt: skip
    rows = select(*columns.values()).select_from(chosen)
    # SQLite needs a WHERE to tell the conflict clause from a join.
    rows = rows.where(person.not_in(without)) if without else rows.where(true())
    into = sqlite.insert if on_sqlite else postgresql.insert
    done = await session.execute(
        into(Delivery).from_select([*columns], rows).on_conflict_do_nothing()
    )
    return cast("CursorResult[object]", done).rowcount


def _ids(now: datetime, *, on_sqlite: bool) -> ColumnElement[object]:
    """Fresh ids that begin alike: rows laid together stand together in the index."""
    begin = f"{int(now.timestamp() * 1000):012x}"
    if on_sqlite:
        signs = func.lower(func.hex(func.randomblob(_RANDOM_SIGNS // 2)))
        return cast("ColumnElement[object]", literal(begin) + signs)
    signs = func.replace(sql_cast(func.gen_random_uuid(), String), "-", "")
    return sql_cast(literal(begin) + func.substr(signs, 1, _RANDOM_SIGNS), Uuid())
