"""How the program is: each thing it needs, its queues and its loops, looked at on being asked."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from redis.asyncio import Redis
from redis.exceptions import RedisError

from api.foundation.database import Database
from api.foundation.loops import Pulse
from api.foundation.migrating import is_current
from api.foundation.problems import AWAY
from api.foundation.wake import Wake
from api.library.shelf import Shelf
from api.watch.queues import BULK, QueueReader

OLDEST_SECONDS = 60.0
"""A queue whose oldest due row waits longer is behind."""
_ANSWER_SECONDS = 3.0
_ABSENT = (*AWAY, OSError, TimeoutError)

Status: TypeAlias = Literal["ok", "degraded", "failing"]
State: TypeAlias = Literal["alive", "dead", "ready", "degraded", "failing", "stopping"]


class CheckOut(BaseModel):
    """One thing that was looked at."""

    model_config = ConfigDict(frozen=True)

    name: str
    status: Status
    detail: str = Field(default="", description="A word, when something is to be said.")
    seconds: float | None = Field(default=None, description="Of a queue: how long it waits.")


class StateOut(BaseModel):
    """How the program is."""

    model_config = ConfigDict(frozen=True)

    status: State
    version: str
    release: str
    checks: tuple[CheckOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """What there is to look at in one process."""

    version: str
    shelf: Shelf
    """Where the release in use stands."""
    database: Database
    queues: QueueReader
    redis: Redis | None
    wake: Wake
    pulse: Pulse
    channel_open: Callable[[], bool | None]
    """Whether the messenger was reached; None where there is none."""

    @property
    def release(self) -> str:
        """The release in use, as far as this process knows."""
        return self.shelf.current.base.release

    def alive(self) -> StateOut:
        """Whether the process can go on: no loop has ended, none is stuck in a round."""
        dead = () if self.wake.stopping else tuple(self.pulse.dead)
        checks = tuple(CheckOut(name=f"loop_{loop}", status="failing") for loop in dead)
        return self._state("dead" if dead else "alive", checks)

    async def ready(self) -> StateOut:
        """Whether it can do its work, and how well."""
        if self.wake.stopping:
            return self._state("stopping", ())
        checks = [await self._database(), await self._redis(), *self._channel()]
        if checks[0].status == "ok":
            checks += [await self._release(), *await self._queues()]
        worst = {check.status for check in checks}
        status: State = "ready"
        if worst & {"failing"}:
            status = "failing"
        elif worst & {"degraded"}:
            status = "degraded"
        return self._state(status, checks)

    def _state(self, status: State, checks: Sequence[CheckOut]) -> StateOut:
        return StateOut(
            status=status, version=self.version, release=self.release, checks=tuple(checks)
        )

    async def _database(self) -> CheckOut:
        """Whether it answers, with the tables of this version."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                current = await is_current(self.database)
        except _ABSENT:
            return CheckOut(name="database", status="failing", detail="away")
        if not current:
            return CheckOut(name="database", status="failing", detail="not_migrated")
        return CheckOut(name="database", status="ok")

    async def _redis(self) -> CheckOut:
        """Everything goes on without it, more slowly."""
        if self.redis is None:
            return CheckOut(name="redis", status="ok", detail="none")
        up = await redis_answers(self.redis)
        return CheckOut(
            name="redis", status="ok" if up else "degraded", detail="" if up else "away"
        )

    def _channel(self) -> Sequence[CheckOut]:
        is_open = self.channel_open()
        if is_open is None:
            return ()
        status: Status = "ok" if is_open else "degraded"
        return (CheckOut(name="channel", status=status, detail="" if is_open else "not_open"),)

    async def _release(self) -> CheckOut:
        """Whether the release that should be in use is; where it cannot be, the one before is."""
        await self.shelf.fresh()
        refused = self.shelf.refused
        return CheckOut(
            name="release", status="degraded" if refused else "ok",
            detail=f"cannot_be_loaded {refused}" if refused else "",
        )  # fmt: skip

    async def _queues(self) -> Sequence[CheckOut]:
        """Bulk may wait: it takes the share of the rate that the others leave."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                queues = await self.queues.read()
        except _ABSENT:
            return (CheckOut(name="queues", status="degraded", detail="not_read"),)
        return [
            CheckOut(
                name=f"queue_{each.ledger}",
                status="degraded" if is_behind(each.ledger, each.age) else "ok",
                seconds=round(each.age, 1),
            )
            for each in queues.ledgers
        ]


def is_behind(ledger: str, age: float) -> bool:
    """Whether the oldest due row of a ledger waits longer than it should."""
    return ledger != BULK and age > OLDEST_SECONDS


async def redis_answers(redis: Redis) -> bool:
    """Whether it can be asked."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            return bool(await redis.ping())
    except (RedisError, OSError, TimeoutError):
        return False
