"""Keeping the promise of the first message: what nobody touched for so long is erased."""

import asyncio
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlmodel import col

from api.conversations.keys import drop_dead_links
from api.conversations.models import Conversation
from api.enterprises.erasing import erase
from api.enterprises.models import Person
from api.foundation.database import Database
from api.foundation.now import Now

_BATCH = 50
_EVERY_SECONDS = 3600.0

log = structlog.get_logger(__name__)


async def end_retention(database: Database, *, days: int, now: datetime) -> int:
    """Erase one batch of persons whose every conversation rests since `days`; how many."""
    limit = now - timedelta(days=days)
    fresh = select(col(Conversation.person_id)).where(col(Conversation.touched_at) >= limit)
    async with database.writing() as session:
        await drop_dead_links(session, now=now)
        due = await session.scalars(
            select(col(Person.id))
            .where(col(Person.created_at) < limit, col(Person.id).not_in(fresh))
            .order_by(col(Person.created_at))
            .limit(_BATCH)
        )
        persons = due.all()
        for person in persons:
            await erase(session, person)
    return len(persons)


async def keep_retention(database: Database, *, days: int, now: Now) -> None:
    """Look once an hour, for as long as the program runs."""
    while True:
        try:
            while erased := await end_retention(database, days=days, now=now()):
                log.info("retention_ended", persons=erased)
        except Exception:
            log.exception("retention_failed")
        await asyncio.sleep(_EVERY_SECONDS)
