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
from api.enterprises.recalling import followers_after, kept_for
from api.enterprises.service import Kept, dossier_of
from api.foundation.database import Database
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
_MOST = 20_000
_HELD_SECONDS, _HELD_SECONDS_ON_SQLITE = 0.5, 0.03
"""SQLite has one writer: turns wait while a batch is written."""
_GROWTH = 2
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class _Slice:
    """So many followers up to one person, and those of them whom it does not concern."""

    count: int
    last: PersonId
    without: frozenset[PersonId]


@dataclass(frozen=True, slots=True)
class NoticeWork:
    """The work over one database and release. `owner` names this worker."""

    database: Database
    base: KnowledgeBase
    owner: str

    async def expand(self, now: datetime) -> int:
        """One batch of the audience of one notice."""
        async with self.database.writing() as session:
            claimed = await claim(session, Expansion, owner=self.owner, now=now, limit=1)
        for expansion in claimed:
            size = expansion.size or BATCH
            found = await self._slice(expansion, size, now)
            async with self.database.writing() as session:
                await self._expand(session, expansion.id, found, size, now)
        return len(claimed)

    async def _slice(self, expansion: Expansion, size: int, now: datetime) -> _Slice | None:
        """The next followers. Looked at before anything is locked, and away from the event loop."""
        async with self.database.reading() as session:
            notice = await session.get(Notice, expansion.notice_id)
            if notice is None:
                return None
            persons = await followers_after(session, notice.programme, expansion.after, size)
            if not persons:
                return None
            kept = await kept_for(session, notice.programme, expansion.after, persons[-1])
        unfit = await asyncio.to_thread(self._unfit, notice, kept, now)
        nothing_known = () if self._fits(notice, (), now) else set(persons) - kept.keys()
        return _Slice(len(persons), persons[-1], unfit.union(nothing_known))

    def _unfit(
        self, notice: Notice, kept: Mapping[PersonId, tuple[Kept, ...]], now: datetime
    ) -> frozenset[PersonId]:
        """Whom it does not concern; those who said the same are judged once."""
        judged: dict[str, bool] = {}
        unfit = set()
        for person, rows in kept.items():
            said = repr(rows)
            if said not in judged:
                judged[said] = self._fits(notice, rows, now)
            if not judged[said]:
                unfit.add(person)
        return frozenset(unfit)

    def _fits(self, notice: Notice, rows: tuple[Kept, ...], now: datetime) -> bool:
        dossier = dossier_of(self.base, rows)
        return concerns(self.base, notice.programme, notice.region, dossier, day_of(now))

    async def _expand(
        self, session: AsyncSession, id_: UUID, found: _Slice | None, size: int, now: datetime
    ) -> None:
        begun = time.perf_counter()
        row = await held(session, Expansion, id_, owner=self.owner)
        if row is None:
            return
        # Held until the batch is committed: whoever withdraws it then finds all of the batch.
        notice = await session.get(Notice, row.notice_id, with_for_update=True)
        if notice is None or notice.state != NoticeState.APPROVED.value or found is None:
            finish(row, now=now)
            return
        office = await session.get_one(Office, notice.office_id)
        message = await share(session, occasion_of(notice), self._replies(notice, office), now=now)
        persons = select(col(Subscription.person_id)).where(
            col(Subscription.programme) == notice.programme,
            col(Subscription.person_id) <= found.last,
        )
        if row.after is not None:
            persons = persons.where(col(Subscription.person_id) > row.after)
        row.laid += await lay_for_many(session, message, persons, without=found.without)
        row.after = found.last
        row.attempts = 0  # it goes on: only tries that came to nothing count
        if found.count < size:
            finish(row, now=now)
        else:
            row.size = self._next_size(size, time.perf_counter() - begun)
            postpone(row, until=now)

    def _next_size(self, size: int, took: float) -> int:
        """As many as fit into the time the database may be held; it grows by and by."""
        allowed = _HELD_SECONDS_ON_SQLITE if self.database.on_sqlite else _HELD_SECONDS
        fitting = int(size * allowed / max(took, 0.001))
        return max(min(fitting, size * _GROWTH, _MOST), BATCH // 2, 1)

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
