"""The books of an account in the database: one row, locked while moments are given out.

The row also says whose books count. Whoever sends by those in Redis holds a short term here, and
nobody begins a term while somebody else cannot reach Redis. So the two are never used at once:
where one follows the other, all that was given out before is past.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.deliveries.models import SendBudget
from api.deliveries.pacing import (
    LONGEST_AHEAD,
    SECOND,
    WINDOW,
    Books,
    Granted,
    Rules,
    Want,
    grant,
    refuse,
)
from api.foundation.columns import as_json
from api.foundation.database import Database
from api.foundation.now import Now

TERM = 2.0
"""Seconds for which Redis may be used before the database is asked again."""
_HELD = 15.0
"""Seconds for which nobody uses Redis after somebody could not reach it."""
_AFTER = LONGEST_AHEAD + WINDOW
"""Seconds after which nothing that was given out elsewhere is still under way."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BOOKS: TypeAdapter[Books] = TypeAdapter(Books)
_NEW = text(
    "INSERT INTO send_budgets (channel, account, books, redis_until, row_until)"
    " VALUES (:channel, :account, '{}', 0, 0) ON CONFLICT DO NOTHING"
)


class RowBooks:
    """The row of one account; each call raises what the database raises where it is away."""

    def __init__(
        self, database: Database, channel: str, account: str, rules: Rules, now: Now
    ) -> None:
        self._database = database
        self._channel = channel
        self._account = account
        self._rules = rules
        self._now = now

    async def reserve(self, wants: Sequence[Want], *, redis_away: bool) -> Granted:
        """As `pacing.grant`; where Redis is away, nobody uses it for a while."""
        async with self._database.writing() as session:
            row, now = await self._locked(session)
            books = self._books(row, now, redis_away=redis_away)
            granted = grant(books, self._rules, wants, now)
            row.books = as_json(asdict(books))
        return granted

    async def refuse(self, want: Want, seconds: float, *, redis_away: bool) -> None:
        """As `pacing.refuse`."""
        async with self._database.writing() as session:
            row, now = await self._locked(session)
            books = self._books(row, now, redis_away=redis_away)
            refuse(books, self._rules, want, seconds, now)
            row.books = as_json(asdict(books))

    async def term(self) -> float | None:
        """Begin or renew a term of Redis; None where its books may not be used now.

        Else the seconds for which they give out nothing yet.
        """
        async with self._database.writing() as session:
            row, now = await self._locked(session)
            if row.row_until > now:
                return None
            row.redis_until = max(row.redis_until, now + int(TERM * SECOND))
            given = _BOOKS.validate_python(row.books).total
            return max(0.0, (given - now) / SECOND + WINDOW) if given else 0.0

    def _books(self, row: SendBudget, now: int, *, redis_away: bool) -> Books:
        if redis_away:
            row.row_until = max(row.row_until, now + int(_HELD * SECOND))
        books = _BOOKS.validate_python(row.books)
        if row.redis_until:
            books.total = max(books.total, row.redis_until + int(_AFTER * SECOND))
        return books

    async def _locked(self, session: AsyncSession) -> tuple[SendBudget, int]:
        """The row, nobody else's until the end of the transaction, and the moment after that."""
        query = (
            select(SendBudget)
            .where(
                col(SendBudget.channel) == self._channel, col(SendBudget.account) == self._account
            )
            .with_for_update()
        )
        row = await session.scalar(query)
        if row is None:
            await session.execute(_NEW, {"channel": self._channel, "account": self._account})
            row = (await session.scalars(query)).one()
        if self._database.on_sqlite:
            moment = self._now()
        else:  # several machines: one clock
            moment = (await session.scalars(select(func.clock_timestamp()))).one()
        return row, (moment - _EPOCH) // timedelta(microseconds=1)
