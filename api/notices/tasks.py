"""Laying an approved notice down for each of its audience, in batches, once for each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.models import Office
from api.deliveries.models import Priority
from api.deliveries.service import lay
from api.enterprises.models import Subscription
from api.enterprises.service import recall
from api.enterprises.subscriptions import followers_of
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
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


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
            async with self.database.writing() as session:
                await self._expand(session, expansion.id, now)
        return len(claimed)

    async def _expand(self, session: AsyncSession, id_: UUID, now: datetime) -> None:
        row = await held(session, Expansion, id_, owner=self.owner)
        if row is None:
            return
        # Held until the batch is committed: whoever withdraws it then finds all of the batch.
        notice = await session.get(Notice, row.notice_id, with_for_update=True)
        if notice is None or notice.state != NoticeState.APPROVED.value:
            finish(row, now=now)
            return
        found = followers_of(notice.programme).limit(BATCH)
        if row.after is not None:
            found = found.where(col(Subscription.person_id) > row.after)
        subscriptions = (await session.scalars(found)).all()
        replies = self._replies(notice, await session.get_one(Office, notice.office_id))
        for subscription in subscriptions:
            row.laid += await self._lay(session, notice, subscription, replies, now)
            row.after = subscription.person_id
        row.attempts = 0  # it goes on: only tries that came to nothing count
        if len(subscriptions) < BATCH:
            finish(row, now=now)
        else:
            postpone(row, until=now)

    async def _lay(
        self,
        session: AsyncSession,
        notice: Notice,
        subscription: Subscription,
        replies: dict[Language, Reply],
        now: datetime,
    ) -> int:
        dossier = await recall(
            session, self.base, subscription.organisation_id, member=subscription.person_id
        )
        if not concerns(self.base, notice.programme, notice.region, dossier, day_of(now)):
            return 0
        return await lay(
            session, occasion=occasion_of(notice), person=subscription.person_id,
            priority=Priority.BULK, replies=replies, now=now,
        )  # fmt: skip

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
