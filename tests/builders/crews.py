"""The work in the background, one step at a time, over a messenger in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from api.conversations.inbox import DatabaseInbox
from api.conversations.models import Conversation, Direction, Entry
from api.conversations.taking import Taker
from api.conversations.transcript import tell
from api.deliveries.budget import NoLimit
from api.deliveries.models import Delivery, Priority
from api.deliveries.sending import Sender
from api.deliveries.service import lay
from api.deliveries.slots import Slots
from api.enterprises.models import Contact, ContactId, PersonId
from api.foundation.database import Database
from dialogs.message import Reply
from tests.builders.channels import Messenger
from tests.builders.clocks import StandingClock


@dataclass
class Hands:
    """One worker: it takes and sends only when it is told to."""

    app: FastAPI
    messenger: Messenger
    now: StandingClock
    owner: str = "one"

    @property
    def database(self) -> Database:
        found: Database = self.app.state.database
        return found

    @property
    def inbox(self) -> DatabaseInbox:
        return DatabaseInbox(self.database, self.app.state.wake, self.now)

    @property
    def taker(self) -> Taker:
        state = self.app.state
        return Taker(
            state.database, state.host, state.crew.worlds, {self.messenger.name: self.messenger},
            state.wake, secret=b"secret", owner=self.owner, now=self.now,
            metrics=state.metrics,
        )  # fmt: skip

    @property
    def sender(self) -> Sender:
        channels = {self.messenger.name: self.messenger}
        slots = {self.messenger.name: Slots(NoLimit(), b"secret")}
        return Sender(
            self.database, channels, tell, self.app.state.wake, slots=slots, owner=self.owner,
            now=self.now, metrics=self.app.state.metrics,
        )  # fmt: skip

    async def write(self, chat: str, **said: object) -> list[Reply]:
        """Somebody writes; the replies that arrived."""
        before = len(self.messenger.to(chat))
        await self.messenger.hand_in(self.inbox, chat, **said)
        await self.work()
        return self.messenger.to(chat)[before:]

    async def work(self) -> None:
        """Take and send until nothing is due."""
        while await self.taker.take_some():
            pass
        sender = self.sender
        while await sender.send_some():
            pass

    async def agree(self, chat: str) -> None:
        """Somebody opens the chat and agrees to be remembered."""
        await self.write(chat, start="")
        await self.write(chat, press=self.messenger.button(chat, "同意"))

    async def deliveries(self) -> Sequence[Delivery]:
        async with self.database.reading() as session:
            found = await session.scalars(select(Delivery).order_by(col(Delivery.place)))
            return found.all()

    async def told(self) -> Sequence[Delivery]:
        """What was said of our own accord, in order."""
        return [row for row in await self.deliveries() if not row.occasion.startswith("turn:")]

    async def contact(self, chat: str) -> Contact:
        async with self.database.reading() as session:
            found = await session.scalar(select(Contact).where(col(Contact.address) == chat))
        assert found is not None
        return found

    async def tell(
        self,
        person: PersonId,
        text: str,
        *,
        occasion: str,
        contact: ContactId | None = None,
        due_at: datetime | None = None,
    ) -> bool:
        """Lay a message down for a person."""
        async with self.database.writing() as session:
            return await lay(
                session, occasion=occasion, person=person, priority=Priority.BULK,
                replies={"zh": Reply(kind="notice", text=text)}, now=self.now(), contact=contact,
                due_at=due_at,
            )  # fmt: skip

    async def entries(self, chat: str) -> Sequence[Entry]:
        """The transcript of a chat."""
        contact = await self.contact(chat)
        async with self.database.reading() as session:
            found = await session.scalars(
                select(Entry)
                .join(Conversation, col(Conversation.id) == col(Entry.conversation_id))
                .where(col(Conversation.contact_id) == contact.id)
                .order_by(col(Entry.sequence))
            )
            return found.all()

    async def transcript(self, chat: str, text: str) -> int:
        """How often a chat was told a text."""
        rows = await self.entries(chat)
        return sum(isinstance(row.body, dict) and row.body.get("text") == text for row in rows)

    async def heard(self, chat: str) -> list[str]:
        """What was typed in a chat, in the order it was taken."""
        rows = await self.entries(chat)
        said = [row.body for row in rows if row.direction == Direction.IN.value]
        return [str(body["text"]) for body in said if isinstance(body, dict) and "text" in body]
