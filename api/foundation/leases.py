"""What only one process may do at a time: it holds a lease, renews it, and others stand by.

The lease of a process that died runs out; one that ends well gives its lease back at once.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col

from api.foundation.columns import Instant
from api.foundation.database import Database, one_at_a_time
from api.foundation.ids import new_token
from api.foundation.now import Now

LENGTH = timedelta(seconds=8)
"""So long nobody takes over from a process that died."""
_EVERY_SECONDS = 2.0
"""How often a lease is renewed, and looked at by those who stand by."""

log = structlog.get_logger(__name__)


class Lease(SQLModel, table=True):
    """Who may do something, and until when unless they say so again."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True, max_length=100)
    owner: str = Field(max_length=64)
    until: datetime = Field(sa_type=Instant)


async def take_lease(
    session: AsyncSession, name: str, owner: str, *, now: datetime, length: timedelta = LENGTH
) -> bool:
    """Take or renew a lease; False while another holds it."""
    await one_at_a_time(session, f"lease:{name}")
    lease = await session.get(Lease, name)
    if lease is not None and lease.owner != owner and lease.until > now:
        return False
    if lease is None:
        lease = Lease(name=name, owner=owner, until=now)
        session.add(lease)
    lease.owner, lease.until = owner, now + length
    return True


async def give_back(session: AsyncSession, name: str, owner: str) -> None:
    """End a lease that is held, so that another need not wait until it runs out."""
    await session.execute(delete(Lease).where(col(Lease.name) == name, col(Lease.owner) == owner))


class OneAtATime:
    """Does a work that never ends by itself, only while this process holds its lease."""

    def __init__(
        self,
        database: Database,
        name: str,
        now: Now,
        *,
        length: timedelta = LENGTH,
        every: float = _EVERY_SECONDS,
    ) -> None:
        self._database = database
        self._name = name
        self._now = now
        self._length = length
        self._every = every
        self._owner = new_token()[:20]

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Stand by, work while the lease is held, stand by again; until cancelled."""
        standing_by = False
        try:
            while True:
                if await self._taken():
                    log.info("lease_taken", lease=self._name)
                    standing_by = False
                    await self._work(work)
                    log.warning("lease_not_renewed", lease=self._name)
                elif not standing_by:
                    log.info("standing_by", lease=self._name)
                    standing_by = True
                await asyncio.sleep(self._every)
        finally:
            await self._give_back()

    async def _work(self, work: Callable[[], Awaitable[None]]) -> None:
        """Work until the lease cannot be renewed in time."""
        working = asyncio.ensure_future(work())
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._length.total_seconds()
        try:
            while True:
                # Ended one round early: who takes over must not find us still at it.
                done, _ = await asyncio.wait({working}, timeout=self._every)
                if done:
                    working.result()
                    return
                begun = loop.time()
                if await self._taken():
                    ends = begun + self._length.total_seconds()
                elif loop.time() + self._every >= ends:
                    return
        finally:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working

    async def _taken(self) -> bool:
        """Whether the lease is ours; a database that is away says no."""
        try:
            async with asyncio.timeout(self._every):
                async with self._database.writing() as session:
                    return await take_lease(
                        session, self._name, self._owner, now=self._now(), length=self._length
                    )
        except (SQLAlchemyError, OSError) as error:
            log.warning("lease_not_looked_at", lease=self._name, error=type(error).__name__)
            return False

    async def _give_back(self) -> None:
        with contextlib.suppress(SQLAlchemyError, OSError):
            async with self._database.writing() as session:
                await give_back(session, self._name, self._owner)
