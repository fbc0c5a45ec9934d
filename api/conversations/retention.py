"""Keeping the promise of the first message: what nobody touched for so long is erased."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select
from sqlmodel import col

from api.conversations.keys import drop_dead_links
from api.conversations.leaving import drop_updates, erase_person
from api.conversations.models import Conversation, HeldDraft
from api.enterprises.membership import drop_dead_offers
from api.enterprises.models import Person
from api.foundation.database import Database

_BATCH = 50
_DRAFT_LIFE = timedelta(days=1)
"""Where a chat is that never consented."""

log = structlog.get_logger(__name__)


async def end_retention(database: Database, *, days: int, now: datetime) -> int:
    """Erase one batch of persons whose every conversation rests since `days`; how many."""
    limit = now - timedelta(days=days)
    fresh = select(col(Conversation.person_id)).where(col(Conversation.touched_at) >= limit)
    async with database.writing() as session:
        await drop_dead_links(session, now=now)
        await drop_dead_offers(session, now=now)
        await session.execute(
            delete(HeldDraft).where(col(HeldDraft.touched_at) < now - _DRAFT_LIFE)
        )
        await drop_updates(session, days=days, now=now)
        due = await session.scalars(
            select(col(Person.id))
            .where(col(Person.created_at) < limit, col(Person.id).not_in(fresh))
            .order_by(col(Person.created_at))
            .limit(_BATCH)
        )
        persons = due.all()
        for person in persons:
            # What others gave to the same organisation is theirs, and not at rest.
            await erase_person(session, person, with_organisations=False)
    if persons:
        log.info("retention_ended", persons=len(persons))
    return len(persons)
