"""What becomes of a row: that it is being sent, and what the messenger said."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deliveries.claiming import Job, Transcribe, end
from api.deliveries.counting import count_ended
from api.deliveries.models import Delivery, DeliveryId, DeliveryState
from api.enterprises.contacts import best_contact
from api.enterprises.models import Contact
from api.foundation.ledger import LEASE, postpone
from api.foundation.metrics import Metrics
from dialogs.message import Reply
from dialogs.ports import Ended, Later, Outcome, Sent, Unknown

_FIRST_BACKOFF = timedelta(seconds=1)
_LONGEST_BACKOFF = timedelta(minutes=10)
GIVE_UP = timedelta(hours=24)
"""A message that could not be sent for so long says nothing useful any more."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How one worker keeps what it did. `owner` names it in its leases."""

    transcribe: Transcribe
    owner: str
    metrics: Metrics

    async def begin(
        self, session: AsyncSession, ids: Sequence[DeliveryId], *, now: datetime
    ) -> frozenset[DeliveryId]:
        """Mark rows as being sent: from here on a dead worker leaves an unknown outcome.

        Returns those that are still ours and wanted, and whose chat was not lost meanwhile.
        """
        lost = exists().where(
            col(Contact.id) == col(Delivery.contact_id), col(Contact.ended_at).is_not(None)
        )
        begun = await session.scalars(
            update(Delivery)
            .where(
                col(Delivery.id).in_(ids),
                col(Delivery.owner) == self.owner,
                col(Delivery.state) == DeliveryState.QUEUED.value,
                col(Delivery.done_at).is_(None),
                ~lost,
            )
            .values(state=DeliveryState.SENDING.value, lease_until=now + LEASE)
            .returning(col(Delivery.id))
            .execution_options(synchronize_session=False)
        )
        return frozenset(begun)

    async def keep(
        self, session: AsyncSession, outcomes: Sequence[tuple[Job, Outcome]], *, now: datetime
    ) -> Sequence[str]:
        """What became of rows; for each the topic to wake, or an empty word."""
        held = {
            row.id: row
            for row in await session.scalars(
                select(Delivery)
                .where(
                    col(Delivery.id).in_([job.id for job, _ in outcomes]),
                    col(Delivery.owner) == self.owner,
                    col(Delivery.state) == DeliveryState.SENDING.value,
                    col(Delivery.done_at).is_(None),
                )
                .order_by(col(Delivery.id))  # two who lock many lock them in one order
                .with_for_update()
                .execution_options(populate_existing=True)
            )
        }
        reached = {row.contact_id for row in held.values() if row.contact_id is not None}
        contacts = (
            await session.scalars(select(Contact).where(col(Contact.id).in_(reached)))
        ).all()  # held in memory, where each is looked up below
        topics = []
        for job, outcome in outcomes:
            row = held.get(job.id)
            if row is None:
                self.metrics.leases_lost.labels("deliveries").inc()
                log.warning("lease_lost", delivery=str(job.id), outcome=type(outcome).__name__)
                topics.append("")
            else:
                topics.append(await self._keep(session, row, job, outcome, now))
        del contacts
        return topics

    async def _keep(
        self, session: AsyncSession, row: Delivery, job: Job, outcome: Outcome, now: datetime
    ) -> str:
        topic = ""
        match outcome:
            case Sent(reference):
                row.reference = reference
                topic = await self._sent(session, row, job.message.reply, now)
                end(row, DeliveryState.SENT, None, now)
            case Later(cause, at):
                _again(row, cause, at, now)
            case Ended(cause, contact_lost):
                await _ended(session, row, cause, lost=contact_lost, now=now)
            case Unknown(cause):
                end(row, DeliveryState.UNKNOWN, cause, now)
        if row.done_at is not None:
            count_ended(self.metrics, row, job.channel.name, now)
            if row.person_id is None and row.state != DeliveryState.UNKNOWN.value:
                await session.delete(row)
        return topic

    async def _sent(self, session: AsyncSession, row: Delivery, reply: Reply, now: datetime) -> str:
        """What reached a person stands in their transcript, once."""
        contact = None if row.contact_id is None else await session.get(Contact, row.contact_id)
        if contact is None or row.transcribed:
            return ""
        row.transcribed = True
        return await self.transcribe(session, contact, reply, now)

    async def renew(
        self, session: AsyncSession, ids: Sequence[DeliveryId], *, now: datetime
    ) -> None:
        """Rows in hand stay ours."""
        await session.execute(
            update(Delivery)
            .where(
                col(Delivery.id).in_(ids),
                col(Delivery.owner) == self.owner,
                col(Delivery.done_at).is_(None),
            )
            .values(lease_until=now + LEASE)
            .execution_options(synchronize_session=False)
        )

    async def give_back(self, session: AsyncSession, ids: Sequence[DeliveryId]) -> None:
        """Rows that were not begun are anybody's again."""
        await session.execute(
            update(Delivery)
            .where(
                col(Delivery.id).in_(ids),
                col(Delivery.owner) == self.owner,
                col(Delivery.state) == DeliveryState.QUEUED.value,
                col(Delivery.done_at).is_(None),
            )
            .values(owner=None, lease_until=None, attempts=col(Delivery.attempts) - 1)
            .execution_options(synchronize_session=False)
        )


def _again(row: Delivery, cause: str, at: datetime | None, now: datetime) -> None:
    if now - row.created_at > GIVE_UP:
        end(row, DeliveryState.ENDED, "gave_up", now)
        return
    row.state, row.cause = DeliveryState.QUEUED.value, cause
    postpone(row, until=at or now + backoff(row.attempts))


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many tries: doubling, capped, never two workers in step."""
    longest = min(_FIRST_BACKOFF * (1 << min(attempts, 20)), _LONGEST_BACKOFF)
    share: float = random.uniform(0.5, 1)
    return longest * share


async def _ended(
    session: AsyncSession, row: Delivery, cause: str, *, lost: bool, now: datetime
) -> None:
    """It cannot arrive there; what was not bound to that chat goes to another one."""
    contact = None if row.contact_id is None else await session.get(Contact, row.contact_id)
    if lost and contact is not None:
        contact.ended_at, contact.ended_cause = now, cause
        if row.person_id is not None and await best_contact(session, row.person_id) is not None:
            row.contact_id, row.replaces = None, None
            row.state, row.cause = DeliveryState.QUEUED.value, cause
            postpone(row, until=now)
            return
    end(row, DeliveryState.ENDED, cause, now)
