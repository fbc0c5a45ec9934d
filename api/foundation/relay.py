"""Wakes across processes, through one channel of Redis.

Each process publishes the topics it wakes and hears those of the others over one connection. What
is lost with that connection may be anything, so whenever it stands again everybody here is woken.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Collection

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from api.foundation.ids import new_token
from api.foundation.redis import open_redis, prefix_of
from api.foundation.wake import Wake
from api.settings import Settings

_MOST = 1000
"""So many topics are kept to be published; above it one word stands for all."""
_EVERYTHING = "*"
_FIRST_WAIT = 0.1
_LONGEST_WAIT = 5.0
_QUIET_SECONDS = 5.0
"""After so long without a word Redis is asked for one, and believed lost after twice as long."""
_LAST_WORD_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Relay:
    """Carries the wakes of one process to the others, and theirs to it, while it is running."""

    def __init__(self, redis: Redis, prefix: str, wake: Wake) -> None:
        self._redis = redis
        self._channel = f"{prefix}:wake"
        self._wake = wake
        self._name = new_token()[:12]
        self._unsaid: set[str] = set()
        self._something = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Relay until the block ends; what was woken last is still said, if Redis is there."""
        self._wake.pass_on = self._pass_on
        tasks = [asyncio.create_task(self._say()), asyncio.create_task(self._hear())]
        try:
            yield
        finally:
            self._wake.pass_on = None
            self._wake.hears_all = False
            await _cancelled(tasks)
            with contextlib.suppress(RedisError, OSError):
                async with asyncio.timeout(_LAST_WORD_SECONDS):
                    await self._publish()

    def _pass_on(self, topic: str) -> None:
        """Said at the next pass of the loop, once for however many wakes."""
        self._keep({topic})
        self._something.set()

    def _keep(self, topics: set[str]) -> None:
        self._unsaid |= topics
        if len(self._unsaid) > _MOST:
            self._unsaid = {_EVERYTHING}

    async def _say(self) -> None:
        wait = _FIRST_WAIT
        while True:
            await self._something.wait()
            self._something.clear()
            try:
                await self._publish()
                wait = _FIRST_WAIT
            except (RedisError, OSError):
                await asyncio.sleep(wait * random.uniform(0.5, 1))
                wait = min(wait * 2, _LONGEST_WAIT)
                self._something.set()

    async def _publish(self) -> None:
        """Say what is to be said; what could not be said is kept."""
        topics, self._unsaid = self._unsaid, set()
        if not topics:
            return
        try:
            await self._redis.publish(self._channel, _written(self._name, topics))
        except BaseException:
            self._keep(topics)
            raise

    async def _hear(self) -> None:
        wait = _FIRST_WAIT
        while True:
            try:
                async with self._redis.pubsub() as heard:
                    await heard.subscribe(self._channel)
                    await self._follow(heard)
            except (RedisError, OSError) as error:
                if self._wake.hears_all:
                    log.warning("wakes_not_shared", error=type(error).__name__)
                    wait = _FIRST_WAIT
            self._wake.hears_all = False
            await asyncio.sleep(wait * random.uniform(0.5, 1))
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _follow(self, heard: PubSub) -> None:
        """Until the connection is lost, or silent although it was asked to speak."""
        asked = False
        while True:
            message = await heard.get_message(timeout=_QUIET_SECONDS)
            if message is not None:
                asked = False
                self._take(str(message["type"]), str(message["data"]))
            elif asked:
                raise TimeoutError
            else:
                await heard.ping()
                asked = True

    def _take(self, kind: str, data: str) -> None:
        if kind == "subscribe":  # also where the client has joined again by itself
            self._wake.hears_all = True
            self._wake.wake_all_here()
            log.info("wakes_shared")
            return
        if kind != "message":
            return
        name, *topics = data.split("\n")
        if name == self._name:
            return
        for topic in topics:
            if topic == _EVERYTHING:
                self._wake.wake_all_here()
            else:
                self._wake.wake_here(topic)


async def _cancelled(tasks: Collection[asyncio.Task[None]]) -> None:
    """End tasks, told more than once: a connection being made may swallow a cancellation."""
    while tasks:
        for task in tasks:
            task.cancel()
        _, tasks = await asyncio.wait(tasks, timeout=0.1)


def _written(name: str, topics: set[str]) -> str:
    return "\n".join((name, *sorted(topics)))


async def wake_elsewhere(settings: Settings, topic: str) -> None:
    """Wake the running processes from a command; without Redis they look by themselves."""
    if not settings.redis_url:
        return
    redis = open_redis(settings.redis_url)
    try:
        with contextlib.suppress(RedisError, OSError):
            await redis.publish(f"{prefix_of(settings)}:wake", _written("", {topic}))
    finally:
        await redis.aclose()
