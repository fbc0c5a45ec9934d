"""The live stream of one conversation: short looks at the database, and waits that hold nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from fastapi.sse import ServerSentEvent
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import ConversationId
from api.conversations.transcript import entries_after
from api.foundation.database import Database
from api.foundation.errors import TooMany
from api.foundation.wake import Wake

BATCH = 100
LOOK_AGAIN_SECONDS = 15.0
"""How long a wake that got lost may go unnoticed."""
LOOK_SECONDS = 2.0
"""The same while the wakes of other processes are not heard."""
RETRY_MS = 2000
MOST_LOOKS = 2
"""So many streams look at the database at once: a notice wakes them all, and turns need it too."""

StillAllowed = Callable[[AsyncSession], Awaitable[bool]]
"""Whether who listens may still listen: asked at every look."""


@dataclass(frozen=True, slots=True)
class Streams:
    """Opens streams over one database."""

    database: Database
    wake: Wake
    look_again: float = LOOK_AGAIN_SECONDS
    looking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_LOOKS))

    def check_room(self, conversation: ConversationId) -> None:
        """Raise `TooMany` where one more listener would be too many."""
        if self.wake.full(str(conversation)):
            raise TooMany(seconds=10)

    async def follow(
        self, conversation: ConversationId, after: int, allowed: StillAllowed
    ) -> AsyncIterator[ServerSentEvent]:
        """The entries after a number, those to come, and `gone` when there is nothing to hear."""
        with self.wake.listening(str(conversation)) as event:
            while not self.wake.stopping:
                event.clear()
                async with self.looking, self.database.reading() as session:
                    going = await allowed(session)
                    entries = await entries_after(session, conversation, after=after, limit=BATCH)
                if not going:
                    yield ServerSentEvent(event="gone", raw_data="{}")
                    return
                for entry in entries:
                    after = entry.sequence
                    yield ServerSentEvent(
                        event="entry",
                        id=str(entry.sequence),
                        raw_data=entry.model_dump_json(),
                        retry=RETRY_MS,
                    )
                if len(entries) < BATCH:
                    rest = self.look_again if self.wake.hears_all else LOOK_SECONDS
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(event.wait(), rest)


def resume_after(last_event_id: str | None, after: int) -> int:
    """Where to go on: what the browser says it saw last, else what the address says."""
    if last_event_id is not None and last_event_id.isascii() and last_event_id.isdecimal():
        return min(int(last_event_id[:10]), 2**31 - 1)
    return after
