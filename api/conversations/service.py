"""The host of turns. One message is one transaction: what was said, what it changed, its replies.

The turn is computed between a look and the transaction, so that no writer is held meanwhile; a
message that came in between makes the look stale, and the turn is taken again on the new one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from weakref import WeakValueDictionary

from sqlalchemy import bindparam, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.models import ApiKeyId
from api.conversations.drafts import Draft, read_draft, write_draft
from api.conversations.effects import Performer
from api.conversations.founding import Seat, found_conversation
from api.conversations.keys import give_device, opened_by
from api.conversations.leaving import erase_person
from api.conversations.models import Conversation, ConversationId, Direction
from api.conversations.transcript import EntryOut, answered_before, write_down
from api.conversations.world import WorldBuilder, as_language, notice_of
from api.enterprises.contacts import API, WEB
from api.foundation.columns import as_json_object
from api.foundation.database import Database
from api.foundation.errors import Busy, NoConversation
from api.foundation.ids import new_token
from api.foundation.metrics import Metrics
from api.foundation.wake import Wake
from dialogs.effect import GiveConsent, SetLanguage
from dialogs.message import Incoming
from dialogs.state import load_state, write_state
from dialogs.turn import Turn, take_turn
from dialogs.world import World
from knowledge.model import Language

_TRIES = 5
_NEXT_TURN = (
    update(Conversation)
    .where(
        col(Conversation.id) == bindparam("of"), col(Conversation.revision) == bindparam("after")
    )
    .values(revision=col(Conversation.revision) + 1)
    .returning(Conversation)
    .execution_options(synchronize_session=False)
)


class _Stale(Exception):
    """Another message of the same conversation was kept between our look and our writing."""


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody said, under the sender's own id."""

    id: str
    said: Incoming
    language: Language | None = None
    """What the channel would speak; counts only at the very beginning."""
    channel: str = WEB


@dataclass(frozen=True, slots=True)
class Answer:
    """The replies, and what the sender needs to go on."""

    replies: tuple[EntryOut, ...]
    language: Language
    after: int
    """The sequence of the last line there is."""
    conversation: ConversationId | None = None
    draft: str | None = None
    """To be sent with the next message; None once the conversation is kept here."""
    key: str | None = None
    """The device's key, when it has just come to hold one."""
    export: bool = False
    erased: bool = False
    topics: tuple[str, ...] = ()
    """What to wake after the commit."""


Landing = Callable[[AsyncSession, Answer], Awaitable[None]]
"""What a channel does in the transaction of a turn: lay its replies down, end its update."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a message meets: the conversation as it is kept, and the world of its turn."""

    seen: Conversation
    world: World


class Host:
    """Takes messages, of conversations kept here and of those their clients still hold."""

    def __init__(
        self,
        database: Database,
        worlds: WorldBuilder,
        wake: Wake,
        secret: bytes,
        metrics: Metrics | None = None,
    ) -> None:
        self._metrics = metrics or Metrics()
        self._database = database
        self._worlds = worlds
        self._wake = wake
        self._secret = secret
        self._turns: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    async def begin(
        self, message: Message, draft: str | None, *, api_key: ApiKeyId | None, now: datetime
    ) -> Answer:
        """One message before consent. The same message again has the same answer."""
        channel = WEB if api_key is None else API
        with self._metrics.turn(channel):
            return await self._begin(replace(message, channel=channel), draft, api_key, now)

    async def _begin(
        self, message: Message, draft: str | None, api_key: ApiKeyId | None, now: datetime
    ) -> Answer:
        host = "" if api_key is None else str(api_key)
        held = (
            Draft(
                host=host, key=new_token(), state={}, language=message.language or "zh",
                sequence=0, at=now,
            )
            if draft is None
            else read_draft(self._secret, draft, host=host, now=now)
        )  # fmt: skip
        await self._worlds.shelf.fresh()
        async with self._database.reading() as session:
            kept = await opened_by(session, held.key)
            world = await self._worlds.meet(session, now, held.language, message.said, held.state)
        if kept is not None:
            return await self._again(kept, held, message, now)
        turn = await taken(message, held.state or None, world)
        if not any(isinstance(effect, GiveConsent) for effect in turn.effects):
            return self._unkept(held, turn, now)
        return await self._kept(held, message, turn, world, api_key, now)

    async def _again(
        self, kept: Conversation, held: Draft, message: Message, now: datetime
    ) -> Answer:
        """The client missed that its conversation is kept by now: it holds the key all the same."""
        answer = await self._take(kept.id, message, now, None, None)
        return answer if answer.erased else replace(answer, key=held.key)

    def _unkept(self, held: Draft, turn: Turn, now: datetime) -> Answer:
        language = _language_after(turn, held.language)
        replies = tuple(
            EntryOut(sequence=held.sequence + place, at=now, direction=Direction.OUT, reply=reply)
            for place, reply in enumerate(turn.replies, start=1)
        )
        after = Draft(
            host=held.host, key=held.key, state=as_json_object(write_state(turn.state)),
            language=language, sequence=held.sequence + len(replies), at=now,
        )  # fmt: skip
        return Answer(replies, language, after.sequence, draft=write_draft(self._secret, after))

    async def _kept(
        self,
        held: Draft,
        message: Message,
        turn: Turn,
        world: World,
        api_key: ApiKeyId | None,
        now: datetime,
    ) -> Answer:
        """Consent was given with this message: from here on there are rows."""
        try:
            async with self._database.writing() as session:
                conversation = await self.found(
                    session, Seat.of_client(api_key), held.language, held.sequence, now
                )
                give_device(session, conversation.id, held.key, now=now)
                answer = await self.finish(session, conversation, message, turn, world)
        except IntegrityError:
            raise Busy from None  # the same consent came twice at once; the retry finds the row
        return answer if answer.erased else replace(answer, key=held.key)

    async def found(
        self,
        session: AsyncSession,
        seat: Seat,
        language: Language,
        last_sequence: int,
        now: datetime,
    ) -> Conversation:
        """A conversation that is kept from now on."""
        notice = notice_of(self._worlds.operator)
        return await found_conversation(
            session, seat, notice=notice, language=language, last_sequence=last_sequence, now=now
        )

    async def take(
        self,
        conversation: ConversationId,
        message: Message,
        *,
        now: datetime,
        landing: Landing | None = None,
        look: Look | None = None,
    ) -> Answer:
        """One message of a kept conversation; raises `NoConversation` where it is gone.

        `landing` does what else belongs to the same transaction. A `look` says that the message
        never came before, and saves looking again.
        """
        with self._metrics.turn(message.channel):
            return await self._take(conversation, message, now, landing, look)

    async def _take(
        self,
        conversation: ConversationId,
        message: Message,
        now: datetime,
        landing: Landing | None,
        look: Look | None,
    ) -> Answer:
        lock = self._turns.setdefault(conversation, asyncio.Lock())
        async with lock:
            for _ in range(_TRIES):
                try:
                    return await self._try(conversation, message, now, landing, look)
                except (_Stale, IntegrityError):
                    look = None
        raise Busy

    async def look(
        self, session: AsyncSession, seen: Conversation, message: Message, now: datetime
    ) -> Look:
        """What a new message meets in a conversation that was read in this session."""
        return Look(seen, await self._worlds.read(session, seen, now, message.said))

    async def erase(self, conversation: Conversation) -> None:
        """Erase the person of a conversation with everything given; listeners hear it is gone."""
        async with self._database.writing() as session:
            await erase_person(session, conversation.person_id)
        self._wake.wake(str(conversation.id))

    async def _try(
        self,
        id_: ConversationId,
        message: Message,
        now: datetime,
        landing: Landing | None,
        look: Look | None,
    ) -> Answer:
        if look is None:
            await self._worlds.shelf.fresh()
            async with self._database.reading() as session:
                seen = await session.get(Conversation, id_)
                if seen is None:
                    raise NoConversation
                before = await answered_before(session, id_, message.id, message.said)
                if before is not None:
                    language = as_language(seen.language)
                    return Answer(tuple(before), language, seen.last_sequence, id_)
                look = await self.look(session, seen, message, now)
        turn = await taken(message, look.seen.state, look.world)
        async with self._database.writing() as session:
            conversation = await _claim(session, id_, look.seen.revision)
            answer = await self.finish(session, conversation, message, turn, look.world)
            if landing is not None:
                await landing(session, answer)
        for topic in (str(id_), *answer.topics):
            self._wake.wake(topic)
        return answer

    async def finish(
        self,
        session: AsyncSession,
        conversation: Conversation,
        message: Message,
        turn: Turn,
        world: World,
    ) -> Answer:
        """Perform the effects and keep state and transcript, unless there is nobody any more.

        All of it at the moment and over the release of the world the turn was taken in.
        """
        now = world.now
        performer = Performer(session, world.knowledge, conversation, now)
        for effect in turn.effects:
            await performer.perform(effect)
        language = as_language(conversation.language)
        if performer.erased:
            session.expunge(conversation)
            return self._farewell(conversation, turn, language, now)
        conversation.state = as_json_object(write_state(turn.state))
        conversation.touched_at = now
        replies = await write_down(
            session, conversation, message.id, message.said, turn.replies, now=now
        )
        return Answer(
            tuple(replies), language, conversation.last_sequence, conversation.id,
            export=performer.export, topics=tuple(performer.topics),
        )  # fmt: skip

    def _farewell(
        self, conversation: Conversation, turn: Turn, language: Language, now: datetime
    ) -> Answer:
        """The last replies are shown and not kept; the client may begin anew from here."""
        host = "" if conversation.api_key_id is None else str(conversation.api_key_id)
        fresh = Draft(
            host=host, key=new_token(), state={}, language=language,
            sequence=conversation.last_sequence, at=now,
        )  # fmt: skip
        answer = self._unkept(fresh, turn, now)
        return replace(answer, erased=True)


async def taken(message: Message, state: object, world: World) -> Turn:
    """The turn itself, off the event loop: it may weigh every programme."""
    return await asyncio.to_thread(take_turn, message.said, load_state(state), world)


async def _claim(session: AsyncSession, id_: ConversationId, revision: int) -> Conversation:
    """Make this the next turn of the conversation, or find that another one was."""
    claimed = await session.scalar(_NEXT_TURN, {"of": id_, "after": revision})
    if claimed is None:
        raise _Stale
    return claimed


def _language_after(turn: Turn, language: Language) -> Language:
    for effect in turn.effects:
        if isinstance(effect, SetLanguage):
            language = effect.language
    return language
