"""The work in the background: which loops a process runs, started together and ended in order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Flag, auto
from typing import Protocol, TypeAlias

import structlog
from redis.asyncio import Redis
from starlette.types import ASGIApp, Scope

from api.conversations.inbox import TOPIC as INBOX
from api.conversations.inbox import DatabaseInbox
from api.conversations.retention import end_retention
from api.conversations.service import Host
from api.conversations.taking import Taker
from api.conversations.transcript import tell
from api.conversations.world import WorldBuilder
from api.deadlines.service import PLANS, REMINDERS
from api.deadlines.tasks import DeadlineWork
from api.deliveries.budgets import Budgets
from api.deliveries.sending import Sender
from api.deliveries.service import TOPIC as DELIVERIES
from api.foundation.database import Database
from api.foundation.ids import new_token
from api.foundation.leases import OneAtATime
from api.foundation.loops import Loop, Pulse, run_loops
from api.foundation.now import Now
from api.foundation.redis import prefix_of
from api.foundation.wake import Wake
from api.library.releases import TOPIC as RELEASE
from api.library.shelf import Shelf
from api.notices.service import EXPANSIONS
from api.notices.tasks import NoticeWork
from api.settings import Settings
from api.tickets.desk import TOPIC as TICKETS
from api.tickets.tasks import end_holds
from api.watch.reconciling import EVERY_SECONDS, Reconciler
from dialogs.ports import Channel, Inbox

_HOUR = 3600.0
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0

Work: TypeAlias = Callable[[datetime], Awaitable[int]]
"""One batch, over the release in use when it begins; how much there was."""

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

    def recognises(self, scope: Scope) -> bool:
        """Whether a call shows the secret that only the messenger has."""
        ...


@dataclass(frozen=True, slots=True)
class Crew:
    """Everything that works beside the requests."""

    database: Database
    shelf: Shelf
    host: Host
    worlds: WorldBuilder
    wake: Wake
    redis: Redis | None
    channel: Called | None
    secret: bytes
    now: Now
    settings: Settings
    duties: Duties
    pulse: Pulse
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the messenger was reached."""

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
        working = asyncio.create_task(run_loops(tuple(self.loops()), self.wake, self.pulse))
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
        self.opened.set()
        log.info("channel_open", channel=self.channel.name, link=self.channel.link)
        if Duties.LISTEN in self.duties and self.webhook() is None:
            await self._ask_alone(self.channel)

    async def _ask_alone(self, channel: Called) -> None:
        """Messengers answer one who asks: further processes stand by until that one ends."""
        name = f"listen:{channel.name}:{channel.account}"
        await OneAtATime(self.database, name, self.now).run(lambda: channel.listen(self.inbox))

    def loops(self) -> Iterator[Loop]:
        """The loops of this process, each with what wakes it."""
        yield Loop("release", self.shelf.tend, RELEASE, every=1.0)
        if Duties.WORK not in self.duties:
            return
        owner = new_token()[:20]
        channels = {} if self.channel is None else {self.channel.name: self.channel}
        taker = Taker(
            self.database, self.host, self.worlds, channels, self.wake,
            secret=self.secret, owner=owner, now=self.now, metrics=self.pulse.metrics,
        )  # fmt: skip
        budgets = Budgets(
            self.database, self.redis, prefix_of(self.settings), self.secret, self.now
        )
        sender = Sender(
            self.database, channels, tell, self.wake, slots=budgets.slots(channels), owner=owner,
            now=self.now, metrics=self.pulse.metrics,
        )  # fmt: skip
        yield Loop("take", taker.begin_all, INBOX, end=taker.drain)
        yield Loop("send", sender.send_some, DELIVERIES, end=sender.end)
        yield Loop("renew", sender.renew, every=15.0)
        yield Loop("plan", self._then(self._plan(owner), REMINDERS), PLANS)
        yield Loop("remind", self._then(self._remind(owner), DELIVERIES), REMINDERS)
        yield Loop("expand", self._then(self._expand(owner), DELIVERIES), EXPANSIONS)
        yield Loop("holds", self._end_holds, every=15.0)
        reconciler = Reconciler(self.database, self.pulse.metrics)
        yield Loop("reconcile", self._once(reconciler.reconcile), every=EVERY_SECONDS)
        yield Loop("retention", self._retain, every=_HOUR)

    def _plan(self, owner: str) -> Work:
        async def plan(now: datetime) -> int:
            base = (await self.shelf.fresh()).base
            return await DeadlineWork(self.database, base, owner).lay_plans(now)

        return plan

    def _remind(self, owner: str) -> Work:
        async def remind(now: datetime) -> int:
            base = (await self.shelf.fresh()).base
            return await DeadlineWork(self.database, base, owner).fire_reminders(now)

        return remind

    def _expand(self, owner: str) -> Work:
        async def expand(now: datetime) -> int:
            base = (await self.shelf.fresh()).base
            return await NoticeWork(self.database, base, owner).expand(now)

        return expand

    def _then(self, work: Work, topic: str) -> Callable[[], Awaitable[int]]:
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

    def _once(self, work: Callable[[datetime], Awaitable[int]]) -> Callable[[], Awaitable[int]]:
        """The work of this moment; whatever it found, the next round comes in its time."""

        async def worked() -> int:
            if await work(self.now()):
                for topic in (INBOX, DELIVERIES, PLANS, REMINDERS, EXPANSIONS):
                    self.wake.wake(topic)
            return 0

        return worked

    async def _retain(self) -> int:
        days = self.settings.retention_days
        return await end_retention(self.database, days=days, now=self.now())
