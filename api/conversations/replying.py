"""Laying the replies of a turn down for the messenger the conversation is held in."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.exporting import export_all
from api.deliveries.models import Delivery, DeliveryId, Priority
from api.deliveries.service import body_of, place_of
from api.enterprises.models import ContactId, PersonId
from api.foundation.columns import table_of
from api.foundation.ids import new_id
from dialogs.cards.exported import exported_reply
from dialogs.message import Reply
from knowledge.model import Language

_LAY = insert(table_of(Delivery))


async def lay_replies(
    session: AsyncSession,
    replies: Sequence[Reply],
    *,
    occasion: str,
    person: PersonId,
    contact: ContactId,
    pressed_on: str,
    language: Language,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """One row a reply, in order; one may take the place of the message that was pressed."""
    slot = await _slot_of(session, contact, pressed_on)
    rows = []
    for nth, reply in enumerate(replies):
        replaces = None
        if slot and reply.slot == slot:
            replaces, slot = pressed_on, ""
        row = Delivery(
            id=DeliveryId(new_id()), occasion=f"{occasion}:{nth}", person_id=person,
            contact_id=contact, priority=Priority.DIALOG.value, place=place_of(now, nth),
            body=body_of({language: reply}), slot=reply.slot, replaces=replaces,
            transcribed=True, run_at=now, created_at=now, due_at=due_at,
        )  # fmt: skip
        rows.append(row.model_dump())
    if rows:
        await session.execute(_LAY, rows)


def lay_unkept(
    session: AsyncSession,
    replies: Sequence[Reply],
    *,
    occasion: str,
    channel: str,
    account: str,
    address: str,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """The same where nobody is kept: before consent, or after everything was erased."""
    for nth, reply in enumerate(replies):
        session.add(
            Delivery(
                id=DeliveryId(new_id()), occasion=f"{occasion}:{nth}", channel=channel,
                account=account, address=address, priority=Priority.DIALOG.value,
                place=place_of(now, nth), body=body_of({reply.language: reply}), run_at=now,
                created_at=now, due_at=due_at,
            )
        )  # fmt: skip


async def _slot_of(session: AsyncSession, contact: ContactId, reference: str) -> str:
    """The slot of the message that was pressed; empty where it may not be replaced."""
    if not reference:
        return ""
    slot = await session.scalar(
        select(col(Delivery.slot))
        .where(col(Delivery.contact_id) == contact, col(Delivery.reference) == reference)
        .order_by(col(Delivery.place).desc())
        .limit(1)
    )
    return slot or ""


async def export_reply(
    session: AsyncSession, person: PersonId, language: Language, *, now: datetime
) -> Reply:
    """Everything kept of a person, as a file for their messenger."""
    export = await export_all(session, person, now=now)
    text = await asyncio.to_thread(export.model_dump_json, indent=2)
    return exported_reply(text, language)
