"""The connection to Redis, which wakes, locks, limits and fans out. Losing it loses nothing."""

import hashlib

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from sqlalchemy.engine import make_url

from api.settings import Settings

_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 2.0
_CONNECTIONS = 32


def open_redis(url: str) -> Redis:
    """A pool of connections, made as they are needed: a Redis that is away stops no start.

    Each call raises `redis.RedisError` soon: what it does can be done without it.
    """
    return Redis.from_url(
        url,
        decode_responses=True,
        max_connections=_CONNECTIONS,
        socket_connect_timeout=_CONNECT_SECONDS,
        socket_timeout=_ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=15,
    )


def prefix_of(settings: Settings) -> str:
    """How every key and channel of ours begins: installations that share a Redis do not meet."""
    address = make_url(settings.database)._replace(password=None).render_as_string()
    return f"huiqi:{hashlib.sha256(address.encode()).hexdigest()[:12]}"
