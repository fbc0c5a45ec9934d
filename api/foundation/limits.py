"""How often a caller may come, in all processes together. No address is kept: it is hashed.

Counted in Redis where there is one. While it is away each process counts for itself.
"""

import asyncio
import hashlib
import hmac
import math
import time

import structlog
from fastapi import Request
from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from api.foundation.errors import TooMany

_ANSWER_SECONDS = 0.5
"""Who comes does not wait longer for a count."""
_AWAY_SECONDS = 5.0
"""So long nobody asks a Redis that did not answer."""
_CONNECTIONS = 16

log = structlog.get_logger(__name__)


class Limiter:
    """Counts hits; raises `TooMany` with the seconds to wait. `redis_url` is where all count."""

    def __init__(self, secret: bytes, redis_url: str = "", prefix: str = "") -> None:
        self._secret = secret
        self._alone = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._pool = _pool_of(redis_url) if redis_url else None
        self._together = _strategy_over(self._pool, redis_url, prefix) if self._pool else None
        self._ask_again = 0.0
        self._parsed: dict[str, tuple[RateLimitItem, ...]] = {}

    async def hit(self, rule: str, area: str, who: str) -> None:
        """One more of `area` by `who` under a rule such as `60/minute`."""
        items = self._parsed.setdefault(rule, tuple(parse_many(rule)))
        name = hmac.new(self._secret, who.encode(), hashlib.sha256).hexdigest()[:32]
        for item in items:
            wait = await self._count(item, area, name)
            if wait:
                raise TooMany(seconds=wait)

    async def close(self) -> None:
        """Give the connections back."""
        if self._pool is not None:
            await self._pool.aclose()

    async def _count(self, item: RateLimitItem, area: str, name: str) -> int:
        if self._together is None or time.monotonic() < self._ask_again:
            return await _counted(self._alone, item, area, name)
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                wait = await _counted(self._together, item, area, name)
        except (RedisError, OSError) as error:
            self._lost(error)
            return await _counted(self._alone, item, area, name)
        if self._ask_again:
            self._ask_again = 0.0
            log.info("limits_shared")
        return wait

    def _lost(self, error: Exception) -> None:
        if not self._ask_again:
            log.warning("limits_not_shared", error=type(error).__name__)
        self._ask_again = time.monotonic() + _AWAY_SECONDS


async def _counted(
    strategy: SlidingWindowCounterRateLimiter, item: RateLimitItem, area: str, name: str
) -> int:
    """Seconds to wait; 0 where one more is admitted, and counted."""
    if await strategy.hit(item, area, name):
        return 0
    window = await strategy.get_window_stats(item, area, name)
    return max(1, math.ceil(window.reset_time - time.time()))  # noqa: TID251 - the library counts on this clock


def _pool_of(url: str) -> BlockingConnectionPool:
    """Connections of its own: who comes must not wait behind what else Redis is asked."""
    return BlockingConnectionPool.from_url(
        url,
        max_connections=_CONNECTIONS,
        timeout=_ANSWER_SECONDS,
        socket_connect_timeout=_ANSWER_SECONDS,
        socket_timeout=_ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def _strategy_over(
    pool: BlockingConnectionPool, url: str, prefix: str
) -> SlidingWindowCounterRateLimiter:
    storage = RedisStorage(
        f"async+{url}", implementation="redispy", key_prefix=f"{prefix}:limits",
        connection_pool=pool,  # type: ignore[arg-type]  # the library takes one, and says so
    )  # fmt: skip
    return SlidingWindowCounterRateLimiter(storage)


def caller_of(request: Request) -> str:
    """The address the server saw (behind a trusted proxy: the one it forwarded)."""
    return request.client.host if request.client else "unknown"


def limiter_of(request: Request) -> Limiter:
    """The limiter of the application a request came to."""
    limiter: Limiter = request.app.state.limiter
    return limiter
