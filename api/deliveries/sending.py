"""Sending what was laid down: each row to one chat, in order there, and never twice.

A row is marked as being sent before the messenger is asked. A worker that dies in between leaves
an unknown outcome, and an unknown outcome is never sent again by itself.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from pydantic import ValidationError
from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from api.deliveries.counting import count_ended
from api.deliveries.models import Delivery, DeliveryId, DeliveryState
from api.enterprises.contacts import TRANSCRIPT_ONLY, best_contact
from api.enterprises.models import Contact
from api.foundation.columns import Raw
from api.foundation.database import Database
from api.foundation.ledger import claim, finish, held, postpone
from api.foundation.metrics import Metrics
from api.foundation.now import Now
from api.foundation.wake import Wake
from dialogs.message import Reply
from dialogs.ports import Channel, Ended, Later, Outcome, Outgoing, Sent, Unknown

BATCH = 20
_FIRST_BACKOFF = timedelta(seconds=1)
_LONGEST_BACKOFF = timedelta(minutes=10)
_NO_CHANNEL_WAIT = timedelta(minutes=1)
NO_CHANNEL = "no_channel"
"""The cause of a row that waits for a channel which is not set up here."""
GIVE_UP = timedelta(hours=24)
"""A message that could not be sent for so long says nothing useful any more."""

log = structlog.get_logger(__name__)

Transcribe = Callable[[AsyncSession, Contact, Reply, datetime], Awaitable[str]]
"""Writes a message into the transcript of a contact; returns the topic to wake."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A row that is being sent."""

    id: DeliveryId
    channel: Channel
    message: Outgoing


class Sender:
    """Sends what is due. `owner` names this worker in its leases."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        transcribe: Transcribe,
        wake: Wake,
        *,
        owner: str,
        now: Now,
        metrics: Metrics | None = None,
    ) -> None:
        self._metrics = metrics or Metrics()
        self._database = database
        self._channels = channels
        self._transcribe = transcribe
        self._wake = wake
        self._owner = owner
        self._now = now

    async def send_some(self) -> int:
        """One batch; how many rows it took up."""
        topics: list[str] = []
        busy: set[str] = set()
        async with self._database.writing() as session:
            rows = await claim(
                session, Delivery, *_sendable(), owner=self._owner, now=self._now(), limit=BATCH,
                order=(col(Delivery.priority), col(Delivery.place)),
            )  # fmt: skip
            prepared = [await self._prepare(session, row, topics, busy) for row in rows]
        jobs = [job for job in prepared if job is not None]
        for topic in topics:
            self._wake.wake(topic)
        # Each outcome is kept at once: a slow chat does not make the others unknown.
        await asyncio.gather(*(self._send(job) for job in jobs))
        return len(rows)

    async def _prepare(
        self, session: AsyncSession, row: Delivery, topics: list[str], busy: set[str]
    ) -> _Job | None:
        """Choose the chat; what is read from the transcript is delivered here and now.

        A chat that is `busy` with a message of this batch gets the next one afterwards.
        """
        now = self._now()
        contact = await _contact_of(session, row)
        if contact is None and not row.channel:
            _end(row, DeliveryState.ENDED, "no_contact", now)
            count_ended(self._metrics, row, "", now)
            return None
        name = contact.channel if contact else row.channel
        reply = reply_in(row.body, contact.language if contact else "zh")
        if reply is None:
            _end(row, DeliveryState.ENDED, "unreadable", now)
            count_ended(self._metrics, row, name, now)
            return None
        if contact is not None and name in TRANSCRIPT_ONLY:
            topics.append(await self._transcribe(session, contact, reply, now))
            row.contact_id, row.transcribed = contact.id, True
            _end(row, DeliveryState.SENT, None, now)
            count_ended(self._metrics, row, name, now)
            return None
        channel = self._channels.get(name)
        if channel is None or (row.account or (contact and contact.account)) != channel.account:
            row.cause = NO_CHANNEL
            postpone(row, until=now + _NO_CHANNEL_WAIT)
            return None
        if contact is not None:
            row.contact_id = contact.id
        address = contact.address if contact else row.address
        if f"{name}:{address}" in busy:
            postpone(row, until=row.run_at)
            return None
        busy.add(f"{name}:{address}")
        row.state = DeliveryState.SENDING.value
        return _Job(row.id, channel, Outgoing(address, reply, row.replaces or ""))

    async def _send(self, job: _Job) -> None:
        try:
            outcome = await job.channel.send(job.message, self._now())
        except Exception:  # a channel that breaks its promise must not leave the row in the dark
            log.exception("channel_raised", channel=job.channel.name)
            outcome = Unknown("channel_raised")
        topic = await self._keep(job, outcome)
        if topic:
            self._wake.wake(topic)

    async def _keep(self, job: _Job, outcome: Outcome) -> str:
        """Keep what became of a row; the topic to wake, if any."""
        now = self._now()
        async with self._database.writing() as session:
            topic = ""
            row = await held(session, Delivery, job.id, owner=self._owner)
            if row is None or row.state != DeliveryState.SENDING.value:
                self._metrics.leases_lost.labels("deliveries").inc()
                log.warning("lease_lost", delivery=str(job.id), outcome=type(outcome).__name__)
                return ""
            match outcome:
                case Sent(reference):
                    row.reference = reference
                    topic = await self._sent(session, row, job.message.reply, now)
                    _end(row, DeliveryState.SENT, None, now)
                case Later(cause, at):
                    _again(row, cause, at, now)
                case Ended(cause, contact_lost):
                    await _ended(session, row, cause, lost=contact_lost, now=now)
                case Unknown(cause):
                    _end(row, DeliveryState.UNKNOWN, cause, now)
            count_ended(self._metrics, row, job.channel.name, now)
            if row.person_id is None and row.done_at is not None:
                await session.delete(row)
        return topic

    async def _sent(self, session: AsyncSession, row: Delivery, reply: Reply, now: datetime) -> str:
        """What reached a person stands in their transcript, once."""
        contact = None if row.contact_id is None else await session.get(Contact, row.contact_id)
        if contact is None or row.transcribed:
            return ""
        row.transcribed = True
        return await self._transcribe(session, contact, reply, now)


def _sendable() -> tuple[ColumnElement[bool], ...]:
    """Waiting rows with nothing before them in their chat that is not done."""
    before = aliased(Delivery)
    same_chat = or_(
        col(before.contact_id) == col(Delivery.contact_id),
        and_(
            col(before.address) != "",
            col(before.address) == col(Delivery.address),
            col(before.channel) == col(Delivery.channel),
        ),
    )
    sooner = or_(
        col(before.place) < col(Delivery.place),
        and_(col(before.place) == col(Delivery.place), col(before.id) < col(Delivery.id)),
    )
    blocked = exists().where(col(before.done_at).is_(None), same_chat, sooner)
    return (col(Delivery.state) == DeliveryState.QUEUED.value, ~blocked)


async def _contact_of(session: AsyncSession, row: Delivery) -> Contact | None:
    """The chat of a row; where that chat is lost, another one of the same person."""
    if row.person_id is None:
        return None
    if row.contact_id is not None:
        contact = await session.get(Contact, row.contact_id)
        if contact is not None and contact.ended_at is None:
            return contact
    return await best_contact(session, row.person_id)


def reply_in(body: Raw, language: str) -> Reply | None:
    """The message of a row in a language, or in the one it has; None where it has none."""
    if not isinstance(body, dict) or not body:
        return None
    try:
        return Reply.model_validate(body.get(language) or next(iter(body.values())))
    except ValidationError:
        return None


def _end(row: Delivery, state: DeliveryState, cause: str | None, now: datetime) -> None:
    row.state, row.cause = state.value, cause
    if state is DeliveryState.SENT:
        row.body = None
    finish(row, now=now)


def _again(row: Delivery, cause: str, at: datetime | None, now: datetime) -> None:
    if now - row.created_at > GIVE_UP:
        _end(row, DeliveryState.ENDED, "gave_up", now)
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
    _end(row, DeliveryState.ENDED, cause, now)
