"""How often a caller may come. Counted in memory, by a keyed hash: no address is kept."""

import hashlib
import hmac
import math
import time

from fastapi import Request
from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from api.foundation.errors import TooMany


class Limiter:
    """Counts hits; raises `TooMany` with the seconds to wait."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._strategy = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._parsed: dict[str, tuple[RateLimitItem, ...]] = {}

    async def hit(self, rule: str, area: str, who: str) -> None:
        """One more of `area` by `who` under a rule such as `60/minute`."""
        items = self._parsed.setdefault(rule, tuple(parse_many(rule)))
        name = hmac.new(self._secret, who.encode(), hashlib.sha256).hexdigest()[:32]
        for item in items:
            if not await self._strategy.hit(item, area, name):
                window = await self._strategy.get_window_stats(item, area, name)
                wait = math.ceil(window.reset_time - time.time())  # noqa: TID251 - the library counts on this clock
                raise TooMany(seconds=max(1, wait))


def caller_of(request: Request) -> str:
    """The address the server saw (behind a trusted proxy: the one it forwarded)."""
    return request.client.host if request.client else "unknown"


def limiter_of(request: Request) -> Limiter:
    """The limiter of the application a request came to."""
    limiter: Limiter = request.app.state.limiter
    return limiter
