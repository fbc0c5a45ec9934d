"""Taking up rows to be sent: which, to which chat, and with which words."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import ColumnElement, exists, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from api.deliveries.counting import count_ended
from api.deliveries.models import Delivery, DeliveryId, DeliveryState, Priority, SharedBody
from api.enterprises.contacts import TRANSCRIPT_ONLY, best_contacts
from api.enterprises.models import Contact
from api.foundation.columns import Raw
from api.foundation.ledger import claim, finish, postpone
from api.foundation.metrics import Metrics
from dialogs.message import Reply
from dialogs.ports import Channel, Outgoing

_NO_CHANNEL_WAIT = timedelta(minutes=1)
NO_CHANNEL = "no_channel"
"""The cause of a row that waits for a channel which is not set up here."""

_URGENT: ColumnElement[bool] = col(Delivery.priority) < Priority.BULK.value
_BULK: ColumnElement[bool] = ~_URGENT
_ORDER = (col(Delivery.priority), col(Delivery.place))

WITHOUT_CHAT: Mapping[str, str | None] = MappingProxyType(
    {"address": "", "body": None, "shared_body_id": None, "replaces": None}
)
"""What a row is left with that named a chat of nobody."""

Transcribe = Callable[[AsyncSession, Contact, Reply, datetime], Awaitable[str]]
"""Writes a message into the transcript of a contact; returns the topic to wake."""


@dataclass(frozen=True, slots=True)
class Job:
    """A row that is to be sent by this worker."""

    id: DeliveryId
    priority: Priority
    channel: Channel
    message: Outgoing


@dataclass(frozen=True, slots=True)
class TakenUp:
    """What one look found: jobs, topics to wake, and how many rows it was in all."""

    jobs: Sequence[Job]
    topics: Collection[str]
    rows: int
    bulk: int
    """How many of the rows were bulk."""
    more: bool
    """Whether there may be more than was asked for."""


@dataclass(frozen=True, slots=True)
class Claiming:
    """How one worker takes up rows. `owner` names it in its leases."""

    channels: Mapping[str, Channel]
    transcribe: Transcribe
    owner: str
    metrics: Metrics

    async def take_up(
        self, session: AsyncSession, *, urgent: int, bulk: int, now: datetime
    ) -> TakenUp:
        """Up to so many of each kind, leased; what a transcript shows is delivered at once."""
        rows: list[Delivery] = []
        for most, kind in ((urgent, _URGENT), (bulk, _BULK)):
            if most > 0:
                rows += await claim(
                    session, Delivery, kind, *_sendable(), owner=self.owner, now=now, limit=most,
                    order=_ORDER,
                )  # fmt: skip
        contacts = await _contacts_of(session, rows)
        bodies = await _bodies_of(session, rows)
        topics: set[str] = set()
        jobs: list[Job] = []
        for row in rows:
            body = bodies.get(row.shared_body_id, row.body) if row.shared_body_id else row.body
            job = await self._prepare(session, row, contacts.get(row.id), body, topics, now)
            if job is not None:
                jobs.append(job)
        found = sum(row.priority == Priority.BULK.value for row in rows)
        more = 0 < bulk <= found or 0 < urgent <= len(rows) - found
        return TakenUp(jobs, topics, len(rows), found, more)

    async def _prepare(
        self,
        session: AsyncSession,
        row: Delivery,
        contact: Contact | None,
        body: Raw,
        topics: set[str],
        now: datetime,
    ) -> Job | None:
        if contact is None and not row.channel:
            self._end(row, DeliveryState.ENDED, "no_contact", "", now)
            return None
        name = contact.channel if contact else row.channel
        reply = reply_in(body, contact.language if contact else "zh")
        if reply is None:
            self._end(row, DeliveryState.ENDED, "unreadable", name, now)
            return None
        if contact is not None and name in TRANSCRIPT_ONLY:
            topics.add(await self.transcribe(session, contact, reply, now))
            row.contact_id, row.transcribed = contact.id, True
            self._end(row, DeliveryState.SENT, None, name, now)
            return None
        channel = self.channels.get(name)
        if channel is None or (row.account or (contact and contact.account)) != channel.account:
            row.cause = NO_CHANNEL
            # Longer each time: a million of them must not be looked at every minute.
            postpone(row, until=now + _NO_CHANNEL_WAIT * (1 << min(row.attempts - 1, 6)))
            return None
        if contact is not None:
            row.contact_id = contact.id
        address = contact.address if contact else row.address
        return Job(
            row.id, Priority(row.priority), channel, Outgoing(address, reply, row.replaces or "")
        )

    def _end(
        self, row: Delivery, state: DeliveryState, cause: str | None, channel: str, now: datetime
    ) -> None:
        end(row, state, cause, now)
        count_ended(self.metrics, row, channel, now)


@cache
def _sendable() -> tuple[ColumnElement[bool], ...]:
    """Waiting rows with nothing before them in their chat that is not done.

    What waits for less urgent reasons holds nothing up, only what is on its way.
    """
    before = aliased(Delivery)
    sooner = or_(
        col(before.place) < col(Delivery.place),
        (col(before.place) == col(Delivery.place)) & (col(before.id) < col(Delivery.id)),
    )
    holds = or_(
        col(before.priority) <= col(Delivery.priority),
        col(before.state) == DeliveryState.SENDING.value,
    )
    unfinished = (col(before.done_at).is_(None), sooner, holds)
    # Two looks, so that each goes by its index.
    same_contact = exists().where(col(before.contact_id) == col(Delivery.contact_id), *unfinished)
    same_address = exists().where(
        col(before.channel) == col(Delivery.channel),
        col(before.address) == col(Delivery.address),
        col(before.address) != literal_column("''"),
        *unfinished,
    )
    return (col(Delivery.state) == DeliveryState.QUEUED.value, ~same_contact, ~same_address)


async def _contacts_of(
    session: AsyncSession, rows: Sequence[Delivery]
) -> Mapping[DeliveryId, Contact]:
    """The chat of each row; where that chat is lost, another one of the same person."""
    known = {row.contact_id for row in rows if row.contact_id is not None}
    found = {}
    if known:
        alive = select(Contact).where(col(Contact.id).in_(known), col(Contact.ended_at).is_(None))
        found = {contact.id: contact for contact in await session.scalars(alive)}
    bound = {
        row.id: found[row.contact_id]
        for row in rows
        if row.contact_id in found and row.person_id is not None
    }
    lost = {row.person_id for row in rows if row.id not in bound and row.person_id is not None}
    best = await best_contacts(session, lost) if lost else {}
    for row in rows:
        if row.id not in bound and row.person_id is not None and row.person_id in best:
            bound[row.id] = best[row.person_id]
    return bound


async def _bodies_of(session: AsyncSession, rows: Sequence[Delivery]) -> Mapping[UUID, Raw]:
    shared = {row.shared_body_id for row in rows if row.shared_body_id is not None}
    if not shared:
        return {}
    found = await session.scalars(select(SharedBody).where(col(SharedBody.id).in_(shared)))
    return {each.id: each.body for each in found}


def reply_in(body: Raw, language: str) -> Reply | None:
    """The message of a row in a language, or in the one it has; None where it has none."""
    if not isinstance(body, dict) or not body:
        return None
    try:
        return Reply.model_validate(body.get(language) or next(iter(body.values())))
    except ValidationError:
        return None


def end(row: Delivery, state: DeliveryState, cause: str | None, now: datetime) -> None:
    """A row is done; what was sent is kept without its words."""
    row.state, row.cause = state.value, cause
    if state is DeliveryState.SENT:
        row.body = row.shared_body_id = None
    if row.person_id is None:
        without_chat(row)
    finish(row, now=now)


def without_chat(row: Delivery) -> None:
    """Before consent nothing of a chat outlives its message, only that there was one."""
    for name, value in WITHOUT_CHAT.items():
        setattr(row, name, value)
