"""The inbox of messengers: a raw update is a committed row before anybody is told it arrived."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, exists, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col

from api.conversations.models import Update, UpdateId
from api.foundation.columns import as_json_object, table_of
from api.foundation.database import Database
from api.foundation.ids import new_id
from api.foundation.now import Now
from api.foundation.wake import Wake
from dialogs.ports import Arrived

TOPIC = "inbox"
"""What is woken when an update came."""
_MICROSECONDS = 1_000_000
_KEEP = {
    on_sqlite: (sqlite_insert if on_sqlite else postgres_insert)(Update)
    .on_conflict_do_nothing(index_elements=["channel", "account", "update_id"])
    .returning(col(Update.id))
    for on_sqlite in (True, False)
}
_TABLE = table_of(Update)
_ENDED = (
    update(_TABLE)
    .where(
        _TABLE.c.id == bindparam("of"),
        _TABLE.c.owner == bindparam("by"),
        _TABLE.c.done_at.is_(None),
    )
    .values(
        raw=None, problem=None, address="", done_at=bindparam("now"), lease_until=None, owner=None
    )
    .returning(_TABLE.c.id)
)


class DatabaseInbox:
    """Keeps what channels hand in; `dialogs.ports.Inbox`."""

    def __init__(self, database: Database, wake: Wake, now: Now) -> None:
        self._database = database
        self._wake = wake
        self._now = now

    async def accept(
        self,
        channel: str,
        account: str,
        update_id: str,
        address: str,
        raw: Mapping[str, object],
    ) -> bool:
        """Keep a raw update, committed before this returns; False when it was there already."""
        return await self.accept_all(channel, account, [Arrived(update_id, address, raw)]) == 1

    async def accept_all(self, channel: str, account: str, arrived: Sequence[Arrived]) -> int:
        """Keep several in one transaction; how many were new, by (channel, account, update id)."""
        if not arrived:
            return 0
        now = self._now()
        rows = [
            {
                "id": new_id(), "channel": channel, "account": account, "attempts": 0,
                "update_id": each.update_id, "address": each.address,
                "raw": as_json_object(each.raw), "received_at": now, "run_at": now,
                "arrival": _arrival(each.update_id, int(now.timestamp() * _MICROSECONDS)),
            }
            for each in arrived
        ]  # fmt: skip
        async with self._database.writing() as session:
            new = (await session.scalars(_KEEP[self._database.on_sqlite], rows)).all()
        if new:
            self._wake.wake(TOPIC)
        return len(new)


def _arrival(update_id: str, instead: int) -> int:
    """Messengers number their updates upwards; where one does not, the moment orders them."""
    if update_id.isascii() and update_id.isdecimal():
        return min(int(update_id[:18]), 2**62)
    return instead


@cache
def first_of_its_chat() -> ColumnElement[bool]:
    """Updates with nothing before them in their chat that is not done."""
    before = aliased(Update)
    return ~exists().where(
        col(before.done_at).is_(None),
        col(before.channel) == col(Update.channel),
        col(before.account) == col(Update.account),
        col(before.address) == col(Update.address),
        col(before.arrival) < col(Update.arrival),
    )


async def end_update(session: AsyncSession, id_: UpdateId, *, owner: str, now: datetime) -> bool:
    """An update is done, and what it said is kept no longer; False where the lease was lost."""
    ended = await session.scalar(_ENDED, {"of": id_, "by": owner, "now": now})
    return ended is not None
