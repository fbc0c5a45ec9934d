"""Sending what was laid down: each row to one chat, in order there, and never twice.

Rows are taken up under a lease, wait in hand for their moment, and are marked as being sent just
before it: a worker that dies leaves an unknown outcome of what the messenger was asked, and nothing
else. An unknown outcome is never sent again by itself.
"""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api.deliveries.claiming import Claiming, Job, TakenUp, Transcribe
from api.deliveries.keeping import Keeping
from api.deliveries.models import DeliveryId, Priority
from api.deliveries.service import TOPIC
from api.deliveries.slots import Slots, Steps
from api.foundation.database import Database
from api.foundation.metrics import Metrics
from api.foundation.now import Now
from api.foundation.together import Together
from api.foundation.wake import Wake
from dialogs.ports import Channel, Outcome, Unknown

MOST_URGENT, MOST_BULK = 100, 200
"""So many messages of each kind are in hand at once, most of them waiting for their moment."""
_AT_ONCE, _AT_ONCE_ON_FILE = 50, 10
"""So many rows are taken up in one transaction; SQLite has one writer, and others wait for it."""
_LOT = 20
"""So many rows are marked, or their outcomes kept, in one transaction."""
_LEAD = 0.06
"""Seconds before its moment that a row is marked as being sent."""
_LOOK_AGAIN = 2.0
_BULK_AGAIN = 0.25
"""Seconds after a look that found no bulk before the next one; answers are looked for meanwhile."""
_GATHER = 0.02
"""Seconds after something is done before the next rows are looked for, so that one look finds what
several that are done have made way for. What is laid down meanwhile is looked for at once."""
_KEEP_TRIES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0)
"""Seconds between tries to keep an outcome while the database is away."""

log = structlog.get_logger(__name__)


class Sender:
    """Sends what is due. `owner` names this worker in its leases.

    `slots` are the moments of each channel, by its name.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        transcribe: Transcribe,
        wake: Wake,
        *,
        slots: Mapping[str, Slots],
        owner: str,
        now: Now,
        metrics: Metrics | None = None,
    ) -> None:
        metrics = metrics or Metrics()
        self._database = database
        self._wake = wake
        self._now = now
        self._claiming = Claiming(channels, transcribe, owner, metrics)
        self._keeping = Keeping(transcribe, owner, metrics)
        self._slots = slots
        self._begin = Together(self._begun, _LOT)
        self._keep = Together(self._kept, _LOT)
        self._give_back = Together(self._given_back, _LOT)
        self._chats: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._in_hand: dict[DeliveryId, asyncio.Task[None]] = {}
        self._urgent: set[DeliveryId] = set()
        self._unbegun: set[DeliveryId] = set()
        self._changed = asyncio.Event()
        self._bulk_again = 0.0
        self._no_bulk = False

    async def send_some(self) -> int:
        """Take up what there is room for; 0 when there is nothing to do and nothing in hand.

        It comes back when there is room again, when something urgent is done or has come.
        """
        with self._wake.attending(TOPIC) as news:
            self._changed.clear()
            taken = await self._take_up()
            if taken.more or not (self._in_hand or self._no_bulk):
                return taken.rows
            await _first_of(_BULK_AGAIN if self._no_bulk else _LOOK_AGAIN, news, self._changed)
            if not news.is_set():
                await _first_of(_GATHER, news)
            return 1

    async def _take_up(self) -> TakenUp:
        at_once = _AT_ONCE_ON_FILE if self._database.on_sqlite else _AT_ONCE
        urgent = min(at_once, MOST_URGENT - len(self._urgent))
        bulk = min(at_once, MOST_BULK - (len(self._in_hand) - len(self._urgent)))
        now = asyncio.get_running_loop().time()
        self._no_bulk = self._bulk_again > now
        async with self._database.writing() as session:
            taken = await self._claiming.take_up(
                session, urgent=urgent, bulk=0 if self._no_bulk else bulk, now=self._now()
            )
        if bulk and not self._no_bulk and not taken.bulk:
            self._bulk_again = now + _BULK_AGAIN
        for topic in taken.topics:
            self._wake.wake(topic)
        for job in taken.jobs:
            self._unbegun.add(job.id)
            if job.priority is not Priority.BULK:
                self._urgent.add(job.id)
            task = asyncio.create_task(self._send(job))
            self._in_hand[job.id] = task
            task.add_done_callback(partial(self._over, job.id))
        return taken

    def _over(self, id_: DeliveryId, task: asyncio.Task[None]) -> None:
        del self._in_hand[id_]
        self._unbegun.discard(id_)
        bulk = len(self._in_hand) - len(self._urgent)
        if id_ in self._urgent or bulk <= MOST_BULK // 2:
            self._changed.set()  # the next one of its chat, or room for a good many
        self._urgent.discard(id_)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("not_sent_by_fault", delivery=str(id_), error=type(error).__name__)

    async def _send(self, job: Job) -> None:
        slots = self._slots[job.channel.name]
        chat = job.message.address
        want = slots.want(job.priority, chat, group=job.channel.is_group(chat))
        moment = await slots.first(want)
        if moment is None:
            return  # the program ends; the row is given back
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0, moment.at - loop.time() - _LEAD))
        # One message of a chat after the other, in the order they got their moments.
        async with self._chats.setdefault((job.channel.name, chat), asyncio.Lock()):
            if not await self._begin(job.id):
                await self._give_back(job.id)
                return
            self._unbegun.discard(job.id)
            steps = Steps(slots, want, moment)
            try:
                outcome = await job.channel.send(job.message, self._now(), steps)
            except Exception:  # a channel that breaks its promise must not leave a row in the dark
                log.exception("channel_raised", channel=job.channel.name)
                outcome = Unknown("channel_raised")
            topic = await self._keep_surely(job, outcome)
        if topic:
            self._wake.wake(topic)

    async def _keep_surely(self, job: Job, outcome: Outcome) -> str:
        """An outcome that is known is kept, even where the database is away for a while."""
        for wait in _KEEP_TRIES:
            try:
                return await self._keep((job, outcome))
            except (SQLAlchemyError, OSError) as error:
                log.warning("outcome_not_kept", delivery=str(job.id), error=type(error).__name__)
            await asyncio.sleep(wait)
        return await self._keep((job, outcome))

    async def _begun(self, ids: Sequence[DeliveryId]) -> Sequence[bool]:
        async with self._database.writing() as session:
            begun = await self._keeping.begin(session, ids, now=self._now())
        return [id_ in begun for id_ in ids]

    async def _kept(self, outcomes: Sequence[tuple[Job, Outcome]]) -> Sequence[str]:
        async with self._database.writing() as session:
            return await self._keeping.keep(session, outcomes, now=self._now())

    async def _given_back(self, ids: Sequence[DeliveryId]) -> Sequence[None]:
        async with self._database.writing() as session:
            await self._keeping.give_back(session, ids)
        return [None] * len(ids)

    async def renew(self) -> int:
        """Whatever is in hand stays ours, however long it waits."""
        if self._in_hand:
            async with self._database.writing() as session:
                await self._keeping.renew(session, [*self._in_hand], now=self._now())
        return 0

    async def in_hand(self) -> None:
        """Wait until nothing is in hand; raises what went wrong in it."""
        while self._in_hand:
            await asyncio.gather(*self._in_hand.values())

    async def end(self) -> None:
        """What the messenger is being asked is finished; the rest is given back."""
        for slots in self._slots.values():
            slots.close()
        unbegun = [*self._unbegun]
        if self._in_hand:
            await asyncio.wait(self._in_hand.values())
        if unbegun:
            await self._given_back(unbegun)


async def _first_of(seconds: float, *events: asyncio.Event) -> None:
    """Wait until one of them is set, or for so long."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
