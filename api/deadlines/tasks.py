"""Laying ladders for those who follow a programme, and firing the steps that are due."""

import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deadlines.ladder import MOVED, NEW
from api.deadlines.laying import lay_ladder, occasion_of, void_revisions, was_told
from api.deadlines.models import Reminder, ReminderId, ReminderState, WindowAnswer, WindowPlan
from api.deadlines.service import deadline_of, region_of
from api.deliveries.models import Priority
from api.deliveries.service import lay
from api.enterprises.models import OrganisationId, PersonId, Subscription
from api.enterprises.service import recall
from api.enterprises.subscriptions import followers_of
from api.foundation.database import Database
from api.foundation.ledger import claim, finish, held, postpone
from api.foundation.now import day_of
from api.library.models import Window
from api.library.windows import concerns, cutoff_for
from dialogs.cards.reminder import reminder_reply, withdrawn_reply
from dialogs.message import Reply
from knowledge.base import KnowledgeBase
from knowledge.briefing import brief
from knowledge.model import Language
from knowledge.profile import Dossier

BATCH = 200
_HELD_SECONDS = 0.04
"""A batch ends early after so long: SQLite has one writer, and turns wait for it."""
_LANGUAGES: tuple[Language, ...] = ("zh", "en")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DeadlineWork:
    """The two kinds of work, over one database and release. `owner` names this worker."""

    database: Database
    base: KnowledgeBase
    owner: str

    async def lay_plans(self, now: datetime) -> int:
        """One batch of followers of one window that was published, moved or withdrawn."""
        async with self.database.writing() as session:
            claimed = await claim(session, WindowPlan, owner=self.owner, now=now, limit=1)
        for plan in claimed:
            async with self.database.writing() as session:
                await self._lay(session, plan.id, now)
        return len(claimed)

    async def _lay(self, session: AsyncSession, id_: UUID, now: datetime) -> None:
        plan = await held(session, WindowPlan, id_, owner=self.owner)
        window = None if plan is None else await session.get(Window, plan.window_id)
        if plan is None:
            return
        if window is None or window.revision != plan.revision:
            finish(plan, now=now)  # a later revision has a plan of its own
            return
        if plan.after is None:
            await void_revisions(session, window, now=now)
        followers = followers_of(window.programme).limit(BATCH)
        if plan.after is not None:
            followers = followers.where(col(Subscription.person_id) > plan.after)
        found = (await session.scalars(followers)).all()
        begun, laid = time.perf_counter(), 0
        for subscription in found:
            await self._lay_for(session, window, subscription, now, quiet=plan.quiet)
            plan.after = subscription.person_id
            laid += 1
            if time.perf_counter() - begun > _HELD_SECONDS:
                break
        plan.attempts = 0  # it goes on: only tries that came to nothing count
        if laid == len(found) < BATCH:
            finish(plan, now=now)
        else:
            postpone(plan, until=now)

    async def _lay_for(
        self,
        session: AsyncSession,
        window: Window,
        subscription: Subscription,
        now: datetime,
        *,
        quiet: bool,
    ) -> None:
        person = subscription.person_id
        dossier = await self._dossier(session, subscription.organisation_id, person)
        region = region_of(dossier)
        told = window.revision > 1 and await was_told(session, window, person)
        if window.withdrawn_at is not None or not concerns(window, region):
            if told and not quiet:
                await self._tell_withdrawn(session, window, person, region, now)
            return
        if await session.get(WindowAnswer, (window.id, person)) is not None:
            return
        if cutoff_for(window, region) > now:
            first = None if quiet else MOVED if told else NEW
            await lay_ladder(session, window, subscription, region, now=now, first=first)

    async def _tell_withdrawn(
        self,
        session: AsyncSession,
        window: Window,
        person: PersonId,
        region: str | None,
        now: datetime,
    ) -> None:
        """Those who were told of it are told that it is void."""
        programme = self.base.programmes.get(window.programme)
        if programme is None:
            return  # the release in use no longer knows it: there is nothing to name
        deadline = deadline_of(window, region)
        await lay(
            session, occasion=f"withdrawn:{window.id}:r{window.revision}", person=person,
            priority=Priority.BULK, now=now,
            replies={
                lang: withdrawn_reply(deadline, programme.title, lang, now) for lang in _LANGUAGES
            },
        )  # fmt: skip

    async def fire_reminders(self, now: datetime) -> int:
        """One batch of steps that are due; each is looked at again before it is told."""
        async with self.database.writing() as session:
            claimed = await claim(session, Reminder, owner=self.owner, now=now, limit=BATCH)
        for id_ in [reminder.id for reminder in claimed]:
            try:
                await self._fire_one(id_, now)
            except Exception:  # one row that cannot be told must not keep the others waiting
                log.exception("reminder_failed", reminder=str(id_))
        return len(claimed)

    async def _fire_one(self, id_: ReminderId, now: datetime) -> None:
        async with self.database.writing() as session:
            row = await held(session, Reminder, id_, owner=self.owner)
            if row is not None:
                await self._fire(session, row, now)

    async def _fire(self, session: AsyncSession, row: Reminder, now: datetime) -> None:
        # Shared: an official who changes the window waits until this step is told or not.
        window = await session.get(Window, row.window_id, with_for_update={"read": True})
        subscription = None
        if window is not None:
            subscription = await session.get(Subscription, (row.person_id, window.programme))
        finish(row, now=now)
        row.state = ReminderState.SKIPPED.value
        if window is None or subscription is None:
            row.reason = "unfollowed"
            return
        dossier = await self._dossier(session, subscription.organisation_id, row.person_id)
        row.reason = await self._no_longer(session, row, window, dossier, now) or None
        if row.reason is not None:
            return
        row.state = ReminderState.FIRED.value
        await lay(
            session, occasion=occasion_of(row), person=row.person_id, priority=Priority.BULK,
            replies=self._told(window, dossier, row.step, now), now=now, due_at=row.run_at,
        )  # fmt: skip

    def _told(
        self, window: Window, dossier: Dossier, step: str, now: datetime
    ) -> dict[Language, Reply]:
        title = self.base.programmes[window.programme].title
        deadline = deadline_of(window, region_of(dossier))
        return {lang: reminder_reply(deadline, title, step, lang, now) for lang in _LANGUAGES}

    async def _no_longer(
        self,
        session: AsyncSession,
        row: Reminder,
        window: Window,
        dossier: Dossier,
        now: datetime,
    ) -> str:
        """Why a step that is due must not be told any more; empty when it must."""
        if window.withdrawn_at is not None:
            return "withdrawn"
        if window.revision != row.revision:
            return "moved"
        region = region_of(dossier)
        if not concerns(window, region):
            return "elsewhere"
        if cutoff_for(window, region) <= now:
            return "closed"
        if await session.get(WindowAnswer, (window.id, row.person_id)) is not None:
            return "answered"
        return self.ruled_out(window.programme, dossier, now)

    def ruled_out(self, programme: str, dossier: Dossier, now: datetime) -> str:
        """Why an organisation need not hear of a programme; empty where it may still qualify."""
        if programme not in self.base.programmes:
            return "no_such_programme"
        ruled_out = brief(self.base, programme, dossier, day_of(now)).ruled_out
        return "ruled_out" if ruled_out else ""

    async def _dossier(
        self, session: AsyncSession, organisation: OrganisationId, person: PersonId
    ) -> Dossier:
        return await recall(session, self.base, organisation, member=person)
