"""Laying an approved notice down for each of its audience, in batches, once for each."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.models import Office
from api.deliveries.laying import lay_for_many, share
from api.enterprises.models import PersonId, Subscription
from api.enterprises.recalling import (
    followers_between,
    nth_follower,
    said_by_each,
    unfold,
)
from api.enterprises.service import Kept, dossier_of
from api.foundation.database import Database, plan_as_it_is
from api.foundation.ledger import claim, finish, held, postpone
from api.foundation.now import day_of
from api.notices.audience import concerns
from api.notices.models import Expansion, Notice, NoticeState
from api.notices.service import occasion_of
from dialogs.cards.notice import notice_reply
from dialogs.message import Reply
from knowledge.base import KnowledgeBase
from knowledge.model import Language, Text

BATCH = 200
"""The first batch; from then on each takes about as long as the database may be held."""
_MOST = 30_000
_HELD_SECONDS, _HELD_SECONDS_ON_SQLITE = 1.0, 0.03
"""SQLite has one writer: turns wait while a batch is written."""
_GROWTH = 2
_LEAST = 50
_RUN_SECONDS = 3.0
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class _Batch:
    """The next `size` followers, up to one person (None: to the end), and whom it concerns.

    `only` names those; where it is None they are all but those in `without`.
    """

    size: int
    last: PersonId | None
    without: frozenset[PersonId]
    only: frozenset[PersonId] | None


@dataclass(frozen=True, slots=True)
class NoticeWork:
    """The work over one database and release. `owner` names this worker."""

    database: Database
    base: KnowledgeBase
    owner: str

    async def expand(self, now: datetime) -> int:
        """Batches of the audience of one notice, for a while."""
        async with self.database.writing() as session:
            claimed = await claim(session, Expansion, owner=self.owner, now=now, limit=1)
        for expansion in claimed:
            await self._run(expansion, now)
        return len(claimed)

    async def _run(self, expansion: Expansion, now: datetime) -> None:
        """One batch after another; the next is looked at while one is written."""
        ends = time.perf_counter() + _RUN_SECONDS
        size = expansion.size or BATCH
        batch = await self._look(expansion, expansion.after, size, now)
        while batch is not None:
            pauses = batch.last is None or time.perf_counter() >= ends
            looking: asyncio.Task[_Batch | None] | None = None
            async with asyncio.TaskGroup() as both:
                if not pauses:
                    looking = both.create_task(self._look(expansion, batch.last, size, now))
                writing = both.create_task(self._write(expansion.id, batch, now, pauses=pauses))
            size = writing.result()
            batch = None if looking is None or not size else looking.result()

    async def _look(
        self, expansion: Expansion, after: UUID | None, size: int, now: datetime
    ) -> _Batch | None:
        """The next followers, looked at before anything is locked."""
        async with self.database.reading() as session:
            await plan_as_it_is(session)
            notice = await session.get(Notice, expansion.notice_id)
            if notice is None:
                return None
            last = await nth_follower(session, notice.programme, after, size)
            said = await said_by_each(session, notice.programme, after, last)
        unfit = await asyncio.to_thread(self._unfit, notice, said, now)
        if self._fits(notice, (), now):  # as of those of whom nothing is known
            return _Batch(size, last, unfit, None)
        return _Batch(size, last, frozenset(), frozenset(said) - unfit)

    def _unfit(
        self, notice: Notice, said: Mapping[PersonId, str], now: datetime
    ) -> frozenset[PersonId]:
        """Whom it does not concern; those of whom the same is known are judged once."""
        judged = {each: self._fits(notice, unfold(each), now) for each in set(said.values())}
        return frozenset(person for person, each in said.items() if not judged[each])

    def _fits(self, notice: Notice, rows: tuple[Kept, ...], now: datetime) -> bool:
        dossier = dossier_of(self.base, rows)
        return concerns(self.base, notice.programme, notice.region, dossier, day_of(now))

    async def _write(self, id_: UUID, batch: _Batch, now: datetime, *, pauses: bool) -> int:
        """Lay a batch down; the size of the next one, or 0 where there is nothing more to do."""
        async with self.database.writing() as session:
            begun = time.perf_counter()  # who waited for the writer has not held it
            await plan_as_it_is(session)
            row = await held(session, Expansion, id_, owner=self.owner)
            if row is None:
                return 0
            # Held until the batch is committed: whoever withdraws it then finds all of the batch.
            notice = await session.get(Notice, row.notice_id, with_for_update=True)
            if notice is None or notice.state != NoticeState.APPROVED.value:
                finish(row, now=now)
                return 0
            row.laid += await self._lay(session, notice, row.after, batch, now)
            if batch.last is None:
                finish(row, now=now)
                return 0
            row.after = batch.last
            row.attempts = 0  # it goes on: only tries that came to nothing count
            row.size = self._next_size(batch.size, time.perf_counter() - begun)
            if pauses:
                postpone(row, until=now)
            return row.size

    async def _lay(
        self,
        session: AsyncSession,
        notice: Notice,
        after: UUID | None,
        batch: _Batch,
        now: datetime,
    ) -> int:
        persons = select(col(Subscription.person_id)).where(
            *followers_between(notice.programme, after, batch.last)
        )
        if batch.only is not None:
            persons = persons.where(col(Subscription.person_id).in_(batch.only))
        office = await session.get_one(Office, notice.office_id)
        message = await share(session, occasion_of(notice), self._replies(notice, office), now=now)
        return await lay_for_many(session, message, persons, without=batch.without)

    def _next_size(self, size: int, took: float) -> int:
        """As many as fit into the time the database may be held; it grows by and by."""
        allowed = _HELD_SECONDS_ON_SQLITE if self.database.on_sqlite else _HELD_SECONDS
        fitting = int(size * allowed / max(took, 0.001))
        return max(min(fitting, size * _GROWTH, _MOST), _LEAST)

    def _replies(self, notice: Notice, office: Office) -> dict[Language, Reply]:
        return {
            language: notice_as_told(notice, office, self.base, language) for language in _LANGUAGES
        }


def notice_as_told(
    notice: Notice, office: Office, base: KnowledgeBase, language: Language
) -> Reply:
    """A notice as an applicant will see it; without an English text the Chinese one is shown."""
    programme = base.programmes.get(notice.programme)
    return notice_reply(
        Text(zh=notice.title, en=notice.title_en or notice.title),
        Text(zh=notice.body, en=notice.body_en or notice.body),
        office.name if language == "zh" else office.name_en or office.name,
        "" if programme is None else notice.programme,
        Text(zh="—", en="—") if programme is None else programme.title,
        notice.link,
        language,
    )
