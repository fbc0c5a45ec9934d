"""Taking the updates of messengers: one chat at a time, each update in one transaction.

The turn, its replies as rows to be sent, and the end of the update are committed together. A worker
that dies before leaves the update to another one; after it there is nothing left to repeat.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.founding import Seat
from api.conversations.inbox import first_of_its_chat
from api.conversations.models import Conversation, HeldDraft, Update
from api.conversations.putting_off import MOST_TRIES, Postponer
from api.conversations.replying import export_reply, lay_replies, lay_unkept
from api.conversations.service import Answer, Host, Message, taken
from api.conversations.transcript import conversation_in
from api.conversations.world import WorldBuilder, as_language
from api.deliveries.service import TOPIC as DELIVERIES
from api.enterprises.contacts import find_contact
from api.enterprises.models import Contact
from api.foundation.columns import as_json_object
from api.foundation.database import Database
from api.foundation.ledger import claim, finish, held
from api.foundation.metrics import Metrics
from api.foundation.now import Now
from api.foundation.wake import Wake
from dialogs.effect import GiveConsent
from dialogs.message import Pressed
from dialogs.ports import Channel, Received
from dialogs.state import write_state

BATCH = 20

log = structlog.get_logger(__name__)


class _LeaseLost(Exception):
    """Another worker has the update by now; nothing of ours is kept."""


class Taker:
    """Takes what the inbox holds. `owner` names this worker in its leases."""

    def __init__(
        self,
        database: Database,
        host: Host,
        worlds: WorldBuilder,
        channels: Mapping[str, Channel],
        wake: Wake,
        *,
        secret: bytes,
        owner: str,
        now: Now,
        metrics: Metrics | None = None,
    ) -> None:
        self._metrics = metrics or Metrics()
        self._database = database
        self._host = host
        self._worlds = worlds
        self._channels = channels
        self._wake = wake
        self._owner = owner
        self._now = now
        self._later = Postponer(
            database, channels, wake, secret=secret, owner=owner, now=now, metrics=self._metrics
        )

    async def take_some(self) -> int:
        """One batch, of different chats; how many updates it took up.

        Of those whose worker died there is one at most in a batch: the one that kills workers must
        not take the others with it time and again.
        """
        lease, now = col(Update.lease_until), self._now()
        async with self._database.writing() as session:
            updates = [
                each
                for condition, limit in ((lease.is_(None), BATCH), (lease.is_not(None), 1))
                for each in await claim(
                    session, Update, first_of_its_chat(), condition, owner=self._owner, now=now,
                    limit=limit,
                )
            ]  # fmt: skip
        await asyncio.gather(*(self._take(update) for update in updates))
        return len(updates)

    async def _take(self, update: Update) -> None:
        try:
            if update.attempts > MOST_TRIES:
                await self._later.give_up(update)
                return
            await self._taken(update)
        except _LeaseLost:
            self._metrics.leases_lost.labels("inbox").inc()
            log.warning("lease_lost", update=str(update.id))
        except Exception as error:
            log.exception("update_failed", update=str(update.id), attempts=update.attempts)
            await self._later.put_off(update, error)

    async def _taken(self, update: Update) -> None:
        channel = self._channels.get(update.channel)
        if channel is None:
            await self._later.wait_for_channel(update)
            return
        raw = update.raw if isinstance(update.raw, dict) else {}
        received = channel.read(raw)
        if received is None or not received.personal:
            await self._end(update)
            return
        turn = asyncio.create_task(self._turn(update, received))
        if isinstance(received.said, Pressed):
            await channel.acknowledge(raw)
        await turn
        self._wake.wake(DELIVERIES)

    async def _turn(self, update: Update, received: Received) -> None:
        now = self._now()
        async with self._database.reading() as session:
            contact = await find_contact(session, update.channel, update.account, update.address)
            kept = None if contact is None else await conversation_in(session, contact.id)
        id_, channel = f"{update.channel}-{update.update_id}", update.channel
        message = Message(id_, received.said, received.language, channel)
        if kept is None:
            with self._metrics.turn(channel):
                await self._before_consent(update, received, message, now)
            return

        async def land(session: AsyncSession, answer: Answer) -> None:
            await self._land(session, update, received, kept, answer, now)

        await self._host.take(kept.id, message, now=now, landing=land)

    async def _land(
        self,
        session: AsyncSession,
        update: Update,
        received: Received,
        conversation: Conversation,
        answer: Answer,
        now: datetime,
    ) -> None:
        """In the transaction of the turn: its replies are rows to be sent, the update is done."""
        row = await self._held(session, update)
        replies = [entry.reply for entry in answer.replies if entry.reply is not None]
        occasion = f"turn:{update.id}"
        contact = await session.get(Contact, conversation.contact_id)
        if answer.erased or contact is None:
            lay_unkept(
                session, replies, occasion=occasion, channel=update.channel,
                account=update.account, address=update.address, now=now,
                due_at=update.received_at,
            )  # fmt: skip
        else:
            contact.heard_at, contact.language = now, answer.language
            contact.ended_at = contact.ended_cause = None
            if answer.export:
                replies.append(
                    await export_reply(session, contact.person_id, answer.language, now=now)
                )
            await lay_replies(
                session, replies, occasion=occasion, person=contact.person_id, contact=contact.id,
                pressed_on=received.pressed_on, language=answer.language, now=now,
                due_at=update.received_at,
            )  # fmt: skip
        self._done(row, now)

    async def _before_consent(
        self, update: Update, received: Received, message: Message, now: datetime
    ) -> None:
        """Nobody is kept yet: where the chat stands is kept under a keyed hash until consent."""
        digest = self._later.digest(update)
        await self._worlds.shelf.fresh()
        async with self._database.reading() as session:
            draft = await session.get(HeldDraft, digest)
            language = as_language(draft.language) if draft else received.language or "zh"
            state = draft.state if draft else None
            world = await self._worlds.meet(
                session, now, language, message.said, state, channel=update.channel
            )
        turn = await taken(message, state, world)
        async with self._database.writing() as session:
            row = await self._held(session, update)
            draft = await session.get(HeldDraft, digest)
            if any(isinstance(effect, GiveConsent) for effect in turn.effects):
                seat = Seat(update.channel, update.account, update.address)
                conversation = await self._host.found(session, seat, language, 0, now)
                answer = await self._host.finish(session, conversation, message, turn, world)
                if draft is not None:
                    await session.delete(draft)
                await self._land(session, update, received, conversation, answer, now)
                return
            chosen = turn.state.language or language
            draft = draft or HeldDraft(digest=digest, state={}, language=chosen, touched_at=now)
            draft.state = as_json_object(write_state(turn.state))
            draft.language, draft.touched_at = chosen, now
            session.add(draft)
            lay_unkept(
                session, turn.replies, occasion=f"turn:{update.id}", channel=update.channel,
                account=update.account, address=update.address, now=now,
                due_at=update.received_at,
            )  # fmt: skip
            self._done(row, now)

    async def _held(self, session: AsyncSession, update: Update) -> Update:
        row = await held(session, Update, update.id, owner=self._owner)
        if row is None:
            raise _LeaseLost
        return row

    async def _end(self, update: Update) -> None:
        """It says nothing to the conversation."""
        async with self._database.writing() as session:
            _done(await self._held(session, update), self._now())

    def _done(self, row: Update, now: datetime) -> None:
        """Its replies are rows."""
        waited = (now - row.received_at).total_seconds()
        self._metrics.laid.labels(row.channel).observe(max(0.0, waited))
        _done(row, now)


def _done(row: Update, now: datetime) -> None:
    """The row stays, so that the same update again is known; what it said is in the transcript."""
    row.raw = row.problem = None
    row.address = ""
    finish(row, now=now)
