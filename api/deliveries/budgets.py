"""Which budget each channel of a process has."""

from collections.abc import Mapping
from dataclasses import dataclass

from redis.asyncio import Redis

from api.deliveries.budget import Budget, NoLimit
from api.deliveries.pacing import BULK_LATE_BY_ROW, rules_of
from api.deliveries.redis_budget import RedisBooks
from api.deliveries.row_budget import RowBooks
from api.deliveries.shared_budget import SharedBudget
from api.deliveries.slots import Slots
from api.foundation.database import Database
from api.foundation.now import Now
from dialogs.ports import Channel


@dataclass(frozen=True, slots=True)
class Budgets:
    """Where budgets are kept; `prefix` begins every key in Redis."""

    database: Database
    redis: Redis | None
    prefix: str
    secret: bytes
    now: Now

    def slots(self, channels: Mapping[str, Channel]) -> Mapping[str, Slots]:
        """The moments of each channel, for one process."""
        return {name: Slots(self._budget(each), self.secret) for name, each in channels.items()}

    def _budget(self, channel: Channel) -> Budget:
        if channel.rate == 0:
            return NoLimit()
        by_row = rules_of(channel.rate, BULK_LATE_BY_ROW)
        row = RowBooks(self.database, channel.name, channel.account, by_row, self.now)
        if self.redis is None:
            return SharedBudget(row, None)
        key = f"{self.prefix}:send:{channel.name}:{channel.account}"
        return SharedBudget(row, RedisBooks(self.redis, key, rules_of(channel.rate)))
