"""The inbox of messengers: a raw update is a committed row before anybody is told it arrived."""

from collections.abc import Mapping

from sqlalchemy import exists
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col

from api.conversations.models import Update, UpdateId
from api.foundation.columns import as_json_object
from api.foundation.database import Database
from api.foundation.ids import new_id
from api.foundation.now import Now
from api.foundation.wake import Wake

TOPIC = "inbox"
"""What is woken when an update came."""
_MICROSECONDS = 1_000_000


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
        now = self._now()
        update = Update(
            id=UpdateId(new_id()), channel=channel, account=account, update_id=update_id,
            address=address, raw=as_json_object(raw), received_at=now, run_at=now,
            arrival=_arrival(update_id, int(now.timestamp() * _MICROSECONDS)),
        )  # fmt: skip
        try:
            async with self._database.writing() as session:
                session.add(update)
        except IntegrityError:
            return False  # (channel, account, update id) is unique: it came before
        self._wake.wake(TOPIC)
        return True


def _arrival(update_id: str, instead: int) -> int:
    """Messengers number their updates upwards; where one does not, the moment orders them."""
    if update_id.isascii() and update_id.isdecimal():
        return min(int(update_id[:18]), 2**62)
    return instead


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
