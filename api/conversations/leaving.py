"""Whoever leaves takes along what the inbox still holds of them."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.models import Update
from api.enterprises.erasing import erase
from api.enterprises.models import Contact, PersonId

_UPDATE_LIFE = timedelta(days=7)
"""A messenger repeats an update for a day or so; afterwards its number need not be known."""
_STRANGER_LIFE = timedelta(days=1)
"""What somebody wrote who never agreed to be remembered."""


async def erase_person(
    session: AsyncSession, person: PersonId, *, with_organisations: bool = True
) -> None:
    """Erase a person with everything of theirs, and what was set aside of their chats."""
    await session.execute(
        update(Update)
        .where(
            col(Update.done_at).is_not(None),
            col(Update.problem).is_not(None),
            _in_a_chat(col(Contact.person_id) == person),
        )
        .values(raw=None, address="", problem=None)
        .execution_options(synchronize_session=False)
    )
    await erase(session, person, with_organisations=with_organisations)


async def drop_updates(session: AsyncSession, *, days: int, now: datetime) -> None:
    """The numbers of updates that came long ago, and what was set aside and rests since `days`.

    Of a chat that belongs to nobody nothing rests longer than a day.
    """
    done, aside = col(Update.done_at), col(Update.problem).is_not(None)
    await session.execute(delete(Update).where(done < now - _UPDATE_LIFE, ~aside))
    await session.execute(delete(Update).where(done < now - timedelta(days=days), aside))
    await session.execute(
        update(Update)
        .where(done < now - _STRANGER_LIFE, aside, ~_in_a_chat())
        .values(raw=None, address="", problem=None)
        .execution_options(synchronize_session=False)
    )


def _in_a_chat(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an update came from the chat of somebody who is kept."""
    return exists().where(
        col(Contact.channel) == col(Update.channel),
        col(Contact.account) == col(Update.account),
        col(Contact.address) == col(Update.address),
        *more,
    )
