"""What becomes of an update that could not be taken: later, or set aside after the last try."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Update
from api.conversations.setting_aside import TOPIC as SET_ASIDE
from api.conversations.setting_aside import set_aside
from api.deliveries.service import TOPIC as DELIVERIES
from api.foundation.database import Database
from api.foundation.ledger import held, postpone
from api.foundation.metrics import Metrics
from api.foundation.now import Now
from api.foundation.wake import Wake
from dialogs.ports import Channel, Received

MOST_TRIES = 5
"""After so many failures an update is set aside, so that its chat is not blocked for ever."""
NO_CHANNEL = "no_channel"
"""The problem of an update whose channel is not set up here."""
_AGAIN_SECONDS = (1, 5, 15, 60)
_NO_CHANNEL_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=24)

log = structlog.get_logger(__name__)


class Postponer:
    """Puts off what the worker `owner` holds and could not take."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        wake: Wake,
        *,
        secret: bytes,
        owner: str,
        now: Now,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._channels = channels
        self._wake = wake
        self._secret = secret
        self._owner = owner
        self._now = now
        self._metrics = metrics

    async def wait_for_channel(self, update: Update) -> None:
        """This process does not know the channel: another may, or this one after a restart."""
        now = self._now()
        async with self._database.writing() as session:
            row = await held(session, Update, update.id, owner=self._owner)
            if row is None:
                return
            if now - row.received_at > _LONGEST_WAIT:
                await self._set_aside(session, row, NO_CHANNEL, None, now)
                return
            row.attempts, row.problem = 0, row.problem or NO_CHANNEL
            postpone(row, until=now + _NO_CHANNEL_WAIT)

    async def put_off(self, update: Update, error: Exception) -> None:
        """Try again later; after the last try it is set aside with its content, and said so."""
        await self._put_off(update, type(error).__name__, self._read(update))

    async def give_up(self, update: Update) -> None:
        """Every try ended with its worker: it is not even read again, that may be what kills."""
        await self._put_off(update, "worker_died", None)

    async def _put_off(self, update: Update, problem: str, received: Received | None) -> None:
        now = self._now()
        async with self._database.writing() as session:
            row = await held(session, Update, update.id, owner=self._owner)
            if row is None:
                return
            if row.attempts < MOST_TRIES:
                wait = _AGAIN_SECONDS[min(row.attempts, len(_AGAIN_SECONDS)) - 1]
                postpone(row, until=now + timedelta(seconds=wait))
                return
            await self._set_aside(session, row, problem, received, now)
        for topic in (DELIVERIES, SET_ASIDE):
            self._wake.wake(topic)

    async def _set_aside(
        self,
        session: AsyncSession,
        row: Update,
        problem: str,
        received: Received | None,
        now: datetime,
    ) -> None:
        digest = self.digest(row)
        await set_aside(session, row, problem, received=received, digest=digest, now=now)
        self._metrics.set_aside.labels(row.channel).inc()
        log.error("update_set_aside", update=str(row.id), problem=problem)

    def _read(self, update: Update) -> Received | None:
        """What an update says that could not be taken; None where reading it is what failed."""
        channel = self._channels.get(update.channel)
        raw = update.raw if isinstance(update.raw, dict) else {}
        try:
            return None if channel is None else channel.read(raw)
        except Exception:  # noqa: BLE001 - the failure itself is in the log already
            return None

    def digest(self, update: Update) -> str:
        """The name of the draft of a chat that has not consented."""
        chat = f"chat\0{update.channel}\0{update.account}\0{update.address}"
        return hmac.new(self._secret, chat.encode(), hashlib.sha256).hexdigest()
