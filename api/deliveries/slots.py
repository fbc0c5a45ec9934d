"""The moments of one account, handed to the messages of this process: the most urgent first."""

import asyncio
import hashlib
import heapq
import hmac
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import structlog

from api.deliveries.budget import MOST_WANTS, Budget, BudgetAway
from api.deliveries.models import Priority
from api.deliveries.pacing import Want

_AWAY_SECONDS = 1.0
_PATIENCE = 45.0
"""Seconds a further part waits for its moment; the lease of its message is renewed meanwhile."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a call may leave, by the clock of the event loop: not before, and not after."""

    at: float
    until: float


@dataclass(order=True, frozen=True, slots=True)
class _Waiting:
    priority: Priority
    number: int
    want: Want = field(compare=False)
    begun: bool = field(compare=False)
    """A further call of a message: whoever began it ends it."""
    moment: asyncio.Future[Moment | None] = field(compare=False)


class Slots:
    """Moments by the clock of the event loop. `close` ends the waiting of what has not begun."""

    def __init__(self, budget: Budget, secret: bytes) -> None:
        self._budget = budget
        self._secret = secret
        self._numbers = itertools.count()
        self._waiting: list[_Waiting] = []
        self._handing: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._closed = False

    def want(self, priority: Priority, address: str, *, group: bool) -> Want:
        """A call to a chat. Books know chats by a keyed hash only."""
        digest = hmac.new(self._secret, f"pace\0{address}".encode(), hashlib.sha256).hexdigest()
        return Want(priority, digest[:20], group)

    async def first(self, want: Want) -> Moment | None:
        """The moment for the first call of a message; None: there will be none any more."""
        return None if self._closed else await self._next(want, begun=False)

    async def further(self, want: Want) -> Moment | None:
        """The moment for another call of a message that has begun; None where it takes too long."""
        try:
            return await asyncio.wait_for(self._next(want, begun=True), _PATIENCE)
        except TimeoutError:
            return None

    async def refused(self, want: Want, seconds: float) -> None:
        """The messenger asked for a pause."""
        log.warning("asked_to_pause", seconds=seconds, priority=want.priority.name.lower())
        try:
            await self._budget.refused(want, seconds)
        except BudgetAway as error:
            log.warning("send_budget_away", error=str(error))  # nothing is sent then anyway

    def close(self) -> None:
        """Who waits for a first moment goes away empty."""
        self._closed = True
        self._put_back(())
        self._news.set()

    async def _next(self, want: Want, *, begun: bool) -> Moment | None:
        future: asyncio.Future[Moment | None] = asyncio.get_running_loop().create_future()
        each = _Waiting(want.priority, next(self._numbers), want, begun, future)
        if not self._waiting or each.priority < self._waiting[0].priority:
            self._news.set()
        heapq.heappush(self._waiting, each)
        if self._handing is None or self._handing.done():
            self._handing = asyncio.create_task(self._hand_out())
        return await future

    async def _hand_out(self) -> None:
        """Ask for moments until nobody waits."""
        while lot := self._lot():
            self._news.clear()
            again = _AWAY_SECONDS
            try:
                again = await self._ask(lot)
            except BudgetAway as error:
                log.warning("send_budget_away", error=str(error))
            except Exception:  # whatever it was: those who wait must not wait for ever
                log.exception("send_budget_failed")
            self._put_back(each for each in lot if not each.moment.done())
            if self._waiting:
                await self._rest(again)

    async def _ask(self, lot: Sequence[_Waiting]) -> float:
        """Hand out what is given; returns the seconds after which asking again makes sense."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        granted = await self._budget.reserve([each.want for each in lot])
        told = loop.time()  # the books were read somewhere between: neither too soon nor too late
        for each, delay in zip(lot, granted.delays, strict=True):
            if delay is not None and not each.moment.done():
                until = asked + delay + granted.late(each.priority)
                each.moment.set_result(Moment(told + delay, until))
        return granted.again

    def _lot(self) -> list[_Waiting]:
        lot: list[_Waiting] = []
        while self._waiting and len(lot) < MOST_WANTS:
            each = heapq.heappop(self._waiting)
            if not each.moment.done():
                lot.append(each)
        return lot

    def _put_back(self, lot: Iterable[_Waiting]) -> None:
        for each in lot:
            heapq.heappush(self._waiting, each)
        if not self._closed:
            return
        for each in self._waiting:
            if not each.begun and not each.moment.done():
                each.moment.set_result(None)

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), max(seconds, 0.001))
        except TimeoutError:
            return


class Steps:
    """The calls of one message: each waits for its moment (`dialogs.ports.Pace`)."""

    def __init__(self, slots: Slots, want: Want, first: Moment) -> None:
        self._slots = slots
        self._want = want
        self._moment: Moment | None = first

    async def step(self) -> bool:
        """Wait until one more call may be made; False: not now, and nobody knows when."""
        loop = asyncio.get_running_loop()
        while True:
            moment, self._moment = self._moment, None
            if moment is None:
                moment = await self._slots.further(self._want)
            if moment is None:
                return False
            wait = moment.at - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            if loop.time() <= moment.until:
                return True

    async def refused(self, seconds: float) -> None:
        """The messenger asked for a pause of so many seconds."""
        await self._slots.refused(self._want, seconds)
