"""The work in the background: which loops a process runs, started together and ended in order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Flag, auto
from typing import Protocol

import structlog
from redis.asyncio import Redis
from starlette.types import ASGIApp

from api.conversations.inbox import TOPIC as INBOX
from api.conversations.inbox import DatabaseInbox
from api.conversations.retention import end_retention
from api.conversations.service import Host
from api.conversations.taking import Taker
from api.conversations.transcript import tell
from api.conversations.world import WorldBuilder
from api.deadlines.service import PLANS, REMINDERS
from api.deadlines.tasks import DeadlineWork
from api.deliveries.sending import Sender
from api.deliveries.service import TOPIC as DELIVERIES
from api.deliveries.settling import settle_lost
from api.foundation.database import Database
from api.foundation.ids import new_token
from api.foundation.loops import Loop, run_loops
from api.foundation.now import Now
from api.foundation.wake import Wake
from api.library.service import Library
from api.notices.service import EXPANSIONS
from api.notices.tasks import NoticeWork
from api.settings import Settings
from api.tickets.desk import TOPIC as TICKETS
from api.tickets.tasks import end_holds
from dialogs.ports import Channel, Inbox

_HOUR = 3600.0
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0

log = structlog.get_logger(__name__)


class Duties(Flag):
    """What a process does beside answering HTTP."""

    NONE = 0
    WORK = auto()
    """Turns of messengers, sending, reminders, notices, holds, retention."""
    LISTEN = auto()
    """Asks the messenger for updates; only one process may."""
    ALL = WORK | LISTEN


class Called(Channel, Protocol):
    """A messenger that can call us."""

    def webhook_app(self, inbox: Inbox) -> ASGIApp | None:
        """The application it calls; None where we ask for updates ourselves."""
        ...


@dataclass(frozen=True, slots=True)
class Crew:
    """Everything that works beside the requests."""

    database: Database
    library: Library
    host: Host
    worlds: WorldBuilder
    wake: Wake
    redis: Redis | None
    channel: Called | None
    secret: bytes
    now: Now
    settings: Settings
    duties: Duties

    @property
    def inbox(self) -> DatabaseInbox:
        """Where the messenger hands in what arrived."""
        return DatabaseInbox(self.database, self.wake, self.now)

    def webhook(self) -> ASGIApp | None:
        """The application the messenger calls; None where we ask for updates ourselves."""
        return None if self.channel is None else self.channel.webhook_app(self.inbox)

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Work until the block ends; then what is begun is finished, within the time to stop."""
        working = asyncio.create_task(run_loops(tuple(self.loops()), self.wake))
        listening = asyncio.create_task(self._listen())
        try:
            yield
        finally:
            self.wake.stop()
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
            await self._ended(working)
            if self.channel is not None:
                await self.channel.close()

    async def _ended(self, working: asyncio.Task[None]) -> None:
        """What is begun is finished; what takes longer stays in its row, under a lease."""
        done, _ = await asyncio.wait({working}, timeout=max(1, self.settings.stop_seconds))
        if not done:
            log.warning("stopped_at_work")
            working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working

    async def _listen(self) -> None:
        """Open the messenger, however long it is away, and hand in what arrives."""
        if self.channel is None:
            return
        wait = _FIRST_WAIT
        while True:
            try:
                await self.channel.open()
                break
            except Exception as error:  # noqa: BLE001 - away or refused: the web chat goes on
                log.warning(
                    "channel_not_open", channel=self.channel.name, error=type(error).__name__
                )
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
        log.info("channel_open", channel=self.channel.name, link=self.channel.link)
        if Duties.LISTEN in self.duties:
            await self.channel.listen(self.inbox)

    def loops(self) -> Iterator[Loop]:
        """The loops of this process, each with what wakes it."""
        if Duties.WORK not in self.duties:
            return
        owner = new_token()[:20]
        channels = {} if self.channel is None else {self.channel.name: self.channel}
        taker = Taker(
            self.database, self.host, self.worlds, channels, self.wake,
            secret=self.secret, owner=owner, now=self.now,
        )  # fmt: skip
        sender = Sender(self.database, channels, tell, self.wake, owner=owner, now=self.now)
        yield Loop("take", taker.begin_some, INBOX, finish=taker.drain)
        yield Loop("send", sender.send_some, DELIVERIES)
        deadlines = DeadlineWork(self.database, self.library.base, owner)
        notices = NoticeWork(self.database, self.library.base, owner)
        yield Loop("plan", self._then(deadlines.lay_plans, REMINDERS), PLANS)
        yield Loop("remind", self._then(deadlines.fire_reminders, DELIVERIES), REMINDERS)
        yield Loop("expand", self._then(notices.expand, DELIVERIES), EXPANSIONS)
        yield Loop("holds", self._end_holds, every=15.0)
        yield Loop("settle", self._settle, every=15.0)
        yield Loop("retention", self._retain, every=_HOUR)

    def _then(
        self, work: Callable[[datetime], Awaitable[int]], topic: str
    ) -> Callable[[], Awaitable[int]]:
        """The work of this moment; whoever goes on with what it did is woken."""

        async def worked() -> int:
            done = await work(self.now())
            if done:
                self.wake.wake(topic)
            return done

        return worked

    async def _end_holds(self) -> int:
        ended = await end_holds(self.database, now=self.now())
        if ended:
            self.wake.wake(DELIVERIES)
            self.wake.wake(TICKETS)
        return ended

    async def _settle(self) -> int:
        lost = await settle_lost(self.database, now=self.now())
        if lost:
            log.warning("outcomes_unknown", deliveries=lost)
        return 0

    async def _retain(self) -> int:
        days = self.settings.retention_days
        return await end_retention(self.database, days=days, now=self.now())
