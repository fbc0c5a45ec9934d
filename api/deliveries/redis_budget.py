"""The books of an account in Redis: one script, by the clock of Redis, whoever asks.

The arithmetic is that of `pacing`, written a second time; a test holds both against each other.
"""

from collections.abc import Sequence

from pydantic import TypeAdapter
from redis.asyncio import Redis

from api.deliveries.models import Priority
from api.deliveries.pacing import AHEAD, LONGEST_AHEAD, SECOND, WINDOW, Granted, Rules, Want

_BEGIN = """
local time = redis.call('TIME')
local now = tonumber(ARGV[1])
if now == 0 then now = tonumber(time[1]) * 1000000 + tonumber(time[2]) end
local function moment(name) return tonumber(redis.call('HGET', KEYS[1], name) or '0') end
local function keep(name, value)
  redis.call('HSET', KEYS[1], name, string.format('%.0f', value))
end
local function chat_of(digest) return KEYS[1] .. ':' .. digest end
local function rest(digest, value)
  local span = math.max(1, math.ceil((value - now) / 1000))
  redis.call('SET', chat_of(digest), string.format('%.0f', value), 'PX', span)
end
"""
# ARGV: now, floor, total, bulk, then of each want: bulk (1 or 0), ahead, interval, slack, chat.
_RESERVE = (
    _BEGIN
    + """
local total = moment('total')
if total == 0 then total = now + tonumber(ARGV[2]) end
local bulk, stopped, bulk_stopped = moment('bulk'), moment('stopped'), moment('bulk_stopped')
local again, given = 5000000, {}
for at = 5, #ARGV, 5 do
  local ahead, interval = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local slack, digest = tonumber(ARGV[at + 3]), ARGV[at + 4]
  local earliest = math.max(now, total, stopped)
  if ARGV[at] == '1' then earliest = math.max(earliest, bulk, bulk_stopped) end
  local ready = tonumber(redis.call('GET', chat_of(digest)) or '0')
  if ready - slack > earliest then
    again = math.min(again, ready - slack - now)
    given[#given + 1] = -1
  elseif earliest - now > ahead then
    again = math.min(again, earliest - ahead - now)
    given[#given + 1] = -1
  else
    given[#given + 1] = earliest - now
    total = earliest + tonumber(ARGV[3])
    if ARGV[at] == '1' then bulk = earliest + tonumber(ARGV[4]) end
    rest(digest, math.max(ready, earliest) + interval)
  end
end
keep('total', total)
keep('bulk', bulk)
given[#given + 1] = math.max(again, 0)
return given
"""
)
# ARGV: now, seconds in microseconds, slack, chat.
_REFUSE = (
    _BEGIN
    + """
local until_, digest = now + tonumber(ARGV[2]), ARGV[4]
local ready = tonumber(redis.call('GET', chat_of(digest)) or '0')
rest(digest, math.max(ready, until_ + tonumber(ARGV[3])))
if moment('bulk_stopped') > now and redis.call('HGET', KEYS[1], 'stopped_by') ~= digest then
  keep('stopped', math.max(moment('stopped'), until_))
else
  redis.call('HSET', KEYS[1], 'stopped_by', digest)
end
keep('bulk_stopped', math.max(moment('bulk_stopped'), until_))
return 1
"""
)
# ARGV: now, wait. What others gave out before us counts as ours.
_WAIT = _BEGIN + "keep('total', math.max(moment('total'), now + tonumber(ARGV[2])))\nreturn 1"
_NUMBERS: TypeAdapter[list[int]] = TypeAdapter(list[int])


class RedisBooks:
    """The books of one account; each call raises `redis.RedisError` where Redis is away.

    Books that are new, or were lost, begin when all that an earlier copy gave out is past.
    """

    def __init__(self, redis: Redis, key: str, rules: Rules) -> None:
        self.key = f"{{{key}}}"  # one slot of a cluster holds the account and its chats
        self._rules = rules
        self._reserve = redis.register_script(_RESERVE)
        self._refuse = redis.register_script(_REFUSE)
        self._wait = redis.register_script(_WAIT)
        self.redis = redis

    async def reserve(self, wants: Sequence[Want], now: int = 0) -> Granted:
        """As `pacing.grant`; without `now` by the clock of Redis."""
        floor = int((LONGEST_AHEAD + WINDOW) * SECOND)
        given: list[int | str] = [now, floor, self._rules.total, self._rules.bulk]
        for want in wants:
            interval, slack = want.pace(self._rules)
            ahead = int(AHEAD[want.priority] * SECOND)
            given += [int(want.priority is Priority.BULK), ahead, interval, slack, want.chat]
        *delays, again = _NUMBERS.validate_python(await self._reserve(keys=[self.key], args=given))
        seconds = [None if delay < 0 else delay / SECOND for delay in delays]
        return Granted(seconds, again / SECOND, self._rules.bulk_late)

    async def refuse(self, want: Want, seconds: float, now: int = 0) -> None:
        """As `pacing.refuse`."""
        slack = self._rules.group_slack if want.group else self._rules.chat_slack
        await self._refuse(keys=[self.key], args=[now, int(seconds * SECOND), slack, want.chat])

    async def wait(self, seconds: float) -> None:
        """Give out nothing for so long."""
        await self._wait(keys=[self.key], args=[0, int(seconds * SECOND)])

    async def alive(self) -> None:
        """Whether anybody is there."""
        await self.redis.ping()
