"""Taking the updates of messengers: one chat at a time, each update in one transaction.

The turn, its replies as rows to be sent, and the end of the update are committed together. A worker
that dies before leaves the update to another one; after it there is nothing left to repeat.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.founding import Seat
from api.conversations.inbox import TOPIC as INBOX
from api.conversations.inbox import end_update, first_of_its_chat
from api.conversations.models import Conversation, HeldDraft, Update
from api.conversations.putting_off import MOST_TRIES, Postponer
from api.conversations.replying import export_reply, lay_replies, lay_unkept
from api.conversations.service import Answer, Host, Message, taken
from api.conversations.transcript import conversation_in
from api.conversations.world import WorldBuilder, as_language
from api.deliveries.service import TOPIC as DELIVERIES
from api.enterprises.contacts import find_contact, heard_from
from api.foundation.columns import as_json_object
from api.foundation.database import Database
from api.foundation.ledger import claim
from api.foundation.metrics import Metrics
from api.foundation.now import Now
from api.foundation.wake import Wake
from dialogs.effect import GiveConsent
from dialogs.message import Pressed
from dialogs.ports import Channel, Received
from dialogs.state import write_state

BATCH = 20
MOST_BEGUN = 40
"""Turns that go on at once in this process."""
_MOMENT = 0.01
_LOOK_FOR_LEFT = timedelta(seconds=1)
_FREE: ColumnElement[bool] = col(Update.lease_until).is_(None)
_LEFT: ColumnElement[bool] = ~_FREE

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
        self._begun: set[asyncio.Task[None]] = set()
        self._look_for_left: datetime | None = None
        """When to look again for what dead workers left; None: at once."""

    async def take_some(self) -> int:
        """One batch, of different chats, to its end; how many updates it took up."""
        begun = await self.begin_some()
        await self.drain()
        return begun

    async def drain(self) -> None:
        """Wait for what was begun."""
        while self._begun:
            await asyncio.wait(self._begun)

    async def begin_some(self) -> int:
        """Claim one batch, of different chats, and begin it; how many updates it took up.

        A chat whose turn is slow holds up nobody but itself: the next batch does not wait for the
        whole of the one before, only for a moment, so that there is more than one to claim.
        """
        if self._begun:
            await asyncio.wait(self._begun, timeout=_MOMENT)
        while len(self._begun) > MOST_BEGUN - BATCH:
            await asyncio.wait(self._begun, return_when=asyncio.FIRST_COMPLETED)
        updates = await self._claimed()
        for update in updates:
            task = asyncio.create_task(self._take(update))
            self._begun.add(task)
            task.add_done_callback(self._ended)
        return len(updates)

    async def begin_all(self) -> int:
        """The same; 0 too where there is surely no more: what comes then wakes."""
        begun = await self.begin_some()
        return begun if begun >= BATCH or self._look_for_left is None else 0

    async def _claimed(self) -> list[Update]:
        """Of those whose worker died there is one at most in a batch, and not many look for it.

        The one that kills workers must not take the others with it time and again.
        """
        now = self._now()
        async with self._database.writing() as session:
            found = await self._some(session, _FREE, BATCH, now)
            if self._look_for_left is None or self._look_for_left <= now:
                left = await self._some(session, _LEFT, 1, now)
                self._look_for_left = None if left else now + _LOOK_FOR_LEFT
                found += left
            return found

    async def _some(
        self, session: AsyncSession, such: ColumnElement[bool], most: int, now: datetime
    ) -> list[Update]:
        claimed = await claim(
            session, Update, first_of_its_chat(), such, owner=self._owner, now=now, limit=most
        )
        return [*claimed]

    def _ended(self, task: asyncio.Task[None]) -> None:
        """What came in the same chat meanwhile may be taken up now."""
        self._begun.discard(task)
        self._wake.wake_here(INBOX)
        error = None if task.cancelled() else task.exception()
        if error is not None:  # it could not even be put off: its lease runs out
            log.error("update_left", error=type(error).__name__)

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
        message = Message(
            f"{update.channel}-{update.update_id}", received.said, received.language, update.channel
        )
        await self._worlds.shelf.fresh()
        async with self._database.reading() as session:
            contact = await find_contact(session, update.channel, update.account, update.address)
            kept = None if contact is None else await conversation_in(session, contact.id)
            look = None if kept is None else await self._host.look(session, kept, message, now)
        if kept is None:
            with self._metrics.turn(update.channel):
                await self._before_consent(update, received, message, now)
            return

        async def land(session: AsyncSession, answer: Answer) -> None:
            await self._land(session, update, received, kept, answer, now)

        await self._host.take(kept.id, message, now=now, landing=land, look=look)

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
        await self._done(session, update, now)
        replies = [entry.reply for entry in answer.replies if entry.reply is not None]
        occasion = f"turn:{update.id}"
        contact = conversation.contact_id
        person = None
        if not answer.erased:
            person = await heard_from(session, contact, language=answer.language, now=now)
        if person is None:
            lay_unkept(
                session, replies, occasion=occasion, channel=update.channel,
                account=update.account, address=update.address, now=now,
                due_at=update.received_at,
            )  # fmt: skip
        else:
            if answer.export:
                replies.append(await export_reply(session, person, answer.language, now=now))
            await lay_replies(
                session, replies, occasion=occasion, person=person, contact=contact,
                pressed_on=received.pressed_on, language=answer.language, now=now,
                due_at=update.received_at,
            )  # fmt: skip

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
            draft = await session.get(HeldDraft, digest)
            if any(isinstance(effect, GiveConsent) for effect in turn.effects):
                seat = Seat(update.channel, update.account, update.address)
                conversation = await self._host.found(session, seat, language, 0, now)
                answer = await self._host.finish(session, conversation, message, turn, world)
                if draft is not None:
                    await session.delete(draft)
                await self._land(session, update, received, conversation, answer, now)
                return
            await self._done(session, update, now)
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

    async def _done(self, session: AsyncSession, update: Update, now: datetime) -> None:
        """The row stays, so that the same update again is known; what it said does not."""
        if not await end_update(session, update.id, owner=self._owner, now=now):
            raise _LeaseLost
        waited = (now - update.received_at).total_seconds()
        self._metrics.laid.labels(update.channel).observe(max(0.0, waited))

    async def _end(self, update: Update) -> None:
        """It says nothing to the conversation."""
        async with self._database.writing() as session:
            await self._done(session, update, self._now())
