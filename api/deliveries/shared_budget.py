"""The budget of an account: by the books in Redis, or by the row where Redis is not there."""

import asyncio
import time
from collections.abc import Sequence

import structlog
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from api.deliveries.budget import BudgetAway
from api.deliveries.pacing import Granted, Want
from api.deliveries.redis_budget import RedisBooks
from api.deliveries.row_budget import TERM, RowBooks

_ASK_REDIS_AGAIN = 5.0
"""Seconds; the row holds others off for longer than this."""

log = structlog.get_logger(__name__)


class SharedBudget:
    """One process's hands on the budget. Without `redis` the row is all there is.

    Redis may be used while a term runs that the database gave: a process that lost either of the
    two knows it in time, and what it cannot reach the others do not use.
    """

    def __init__(self, row: RowBooks, redis: RedisBooks | None) -> None:
        self._row = row
        self._redis = redis
        self._term_ends = 0.0
        self._ask_redis = 0.0
        self._renewing: asyncio.Task[None] | None = None

    async def reserve(self, wants: Sequence[Want]) -> Granted:
        """Moments for calls that send; raises `BudgetAway`."""
        redis = await self._usable()
        if redis is not None:
            try:
                return await redis.reserve(wants)
            except RedisError as error:
                self._lost(error)
        try:
            return await self._row.reserve(wants, redis_away=self._redis_away)
        except (SQLAlchemyError, OSError) as error:
            raise BudgetAway(type(error).__name__) from error

    async def refused(self, want: Want, seconds: float) -> None:
        """The messenger wants no more of this for so many seconds; raises `BudgetAway`."""
        redis = await self._usable()
        if redis is not None:
            try:
                await redis.refuse(want, seconds)
            except RedisError as error:
                self._lost(error)
            else:
                return
        try:
            await self._row.refuse(want, seconds, redis_away=self._redis_away)
        except (SQLAlchemyError, OSError) as error:
            raise BudgetAway(type(error).__name__) from error

    @property
    def _redis_away(self) -> bool:
        return self._redis is not None and self._ask_redis > time.monotonic()

    async def _usable(self) -> RedisBooks | None:
        """The books in Redis, while a term runs; a term that runs out soon is renewed beside."""
        if self._redis is None or self._redis_away:
            return None
        left = self._term_ends - time.monotonic()
        if left <= 0:
            await self._begin(self._redis)
        elif left < TERM / 2 and (self._renewing is None or self._renewing.done()):
            self._renewing = asyncio.create_task(self._renew())
        return self._redis if self._term_ends > time.monotonic() else None

    async def _begin(self, redis: RedisBooks) -> None:
        """Another term, where Redis is there and the database agrees."""
        try:
            await redis.alive()
            begun = time.monotonic()
            wait = await self._row.term()
            if wait is None:
                return
            if wait:
                await redis.wait(wait)
        except RedisError as error:
            self._lost(error)
        except (SQLAlchemyError, OSError) as error:
            raise BudgetAway(type(error).__name__) from error
        else:
            self._term_ends = begun + TERM

    async def _renew(self) -> None:
        begun = time.monotonic()
        try:
            if await self._row.term() is not None:
                self._term_ends = begun + TERM
        except (SQLAlchemyError, OSError) as error:
            log.warning("send_term_not_renewed", error=type(error).__name__)

    def _lost(self, error: RedisError) -> None:
        log.warning("send_budget_without_redis", error=type(error).__name__)
        self._term_ends = 0.0
        self._ask_redis = time.monotonic() + _ASK_REDIS_AGAIN
