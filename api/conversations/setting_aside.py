"""Updates that could not be taken: set aside so that their chat goes on, until a person decides."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.models import HeldDraft, Update
from api.conversations.replying import lay_unkept
from api.conversations.world import as_language
from api.deliveries.models import Priority
from api.deliveries.service import lay
from api.enterprises.contacts import find_contact
from api.foundation.errors import NotFound
from api.foundation.ledger import finish, postpone
from dialogs.cards.set_aside import set_aside_reply
from dialogs.ports import Received
from knowledge.model import Language

TOPIC = "set_aside"
"""What is woken when an update was set aside, or decided on."""
_AGAIN = "tried_again"
"""The problem of an update that a person gave back to the queue: its chat was told before."""
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_ASIDE = (col(Update.done_at).is_not(None), col(Update.problem).is_not(None))


async def set_aside(
    session: AsyncSession,
    row: Update,
    problem: str,
    *,
    received: Received | None,
    digest: str,
    now: datetime,
) -> None:
    """End an update that is held, with its content, and tell its chat once.

    `received` is what it says, where it can be read; `digest` names the chat's draft.
    """
    told, row.problem = row.problem == _AGAIN, problem[:200]
    finish(row, now=now)
    if not told:
        await _tell(session, row, received, digest, now)


async def _tell(
    session: AsyncSession, row: Update, received: Received | None, digest: str, now: datetime
) -> None:
    """In the chat it came from; nothing is said where that may be a group."""
    occasion = f"set_aside:{row.id}"
    contact = await find_contact(session, row.channel, row.account, row.address)
    if contact is not None:
        await lay(
            session, occasion=occasion, person=contact.person_id, contact=contact.id,
            priority=Priority.DIALOG, now=now,
            replies={language: set_aside_reply(language, kept=True) for language in _LANGUAGES},
        )  # fmt: skip
        return
    draft = await session.get(HeldDraft, digest)
    if draft is None and (received is None or not received.personal):
        return
    spoken = draft.language if draft is not None else received and received.language
    lay_unkept(
        session, [set_aside_reply(as_language(spoken or "zh"), kept=False)], occasion=occasion,
        channel=row.channel, account=row.account, address=row.address, now=now,
    )  # fmt: skip


async def list_set_aside(session: AsyncSession, *, limit: int) -> Sequence[Update]:
    """Those nobody has decided on, the oldest first."""
    found = await session.scalars(
        select(Update).where(*_ASIDE).order_by(col(Update.done_at), col(Update.id)).limit(limit)
    )
    return found.all()


async def count_set_aside(session: AsyncSession) -> int:
    """How many nobody has decided on."""
    counted = select(func.count()).select_from(Update).where(*_ASIDE)
    return await session.scalar(counted) or 0


async def try_again(session: AsyncSession, id_: UUID, *, now: datetime) -> None:
    """Back in the queue, before what came later in its chat; raises `NotFound`."""
    row = await _held_aside(session, id_)
    row.done_at, row.problem, row.attempts = None, _AGAIN, 0
    postpone(row, until=now)


async def dismiss(session: AsyncSession, id_: UUID) -> None:
    """It stays undone, and its content goes; raises `NotFound`."""
    row = await _held_aside(session, id_)
    row.raw = row.problem = None
    row.address = ""


async def _held_aside(session: AsyncSession, id_: UUID) -> Update:
    row = await session.scalar(
        select(Update).where(col(Update.id) == id_, *_ASIDE).with_for_update()
    )
    if row is None:
        raise NotFound
    return row
