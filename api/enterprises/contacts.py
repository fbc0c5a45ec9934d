"""Where persons are reached, and which chat a message goes to."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.enterprises.models import Contact, ContactId, PersonId
from api.foundation.columns import table_of
from api.foundation.ids import new_id

WEB = "web"
API = "api"
TRANSCRIPT_ONLY = frozenset({WEB, API})
"""Channels that are read from the transcript: a message is there as soon as it is written down."""

_AT = select(Contact).where(
    col(Contact.channel) == bindparam("channel"),
    col(Contact.account) == bindparam("account"),
    col(Contact.address) == bindparam("address"),
)

_TABLE = table_of(Contact)
_HEARD = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("of"))
    .values(heard_at=bindparam("now"), language=bindparam("reads"), ended_at=None, ended_cause=None)
    .returning(_TABLE.c.person_id)
)


def add_contact(
    session: AsyncSession,
    person: PersonId,
    channel: str,
    account: str,
    address: str,
    *,
    language: str,
    now: datetime,
) -> Contact:
    """A person begins to be reached somewhere."""
    contact = Contact(
        id=ContactId(new_id()), person_id=person, channel=channel, account=account,
        address=address, language=language, created_at=now, heard_at=now,
    )  # fmt: skip
    session.add(contact)
    return contact


async def find_contact(
    session: AsyncSession, channel: str, account: str, address: str
) -> Contact | None:
    """The contact of a chat."""
    where = {"channel": channel, "account": account, "address": address}
    return await session.scalar(_AT, where)


async def heard_from(
    session: AsyncSession, contact: ContactId, *, language: str, now: datetime
) -> PersonId | None:
    """Somebody is there and reads this language; who it is, None where the contact is gone."""
    who: PersonId | None = await session.scalar(
        _HEARD, {"of": contact, "now": now, "reads": language}
    )
    return who


async def best_contact(session: AsyncSession, person: PersonId) -> Contact | None:
    """Where to tell a person something of our own accord: once, in one place.

    A messenger that rings comes before a page that has to be opened; among those, the one they
    used last.
    """
    rings = case((col(Contact.channel).in_(TRANSCRIPT_ONLY), 1), else_=0)
    return await session.scalar(
        select(Contact)
        .where(col(Contact.person_id) == person, col(Contact.ended_at).is_(None))
        .order_by(rings, col(Contact.heard_at).desc(), col(Contact.id))
        .limit(1)
    )


async def best_contacts(
    session: AsyncSession, persons: Collection[PersonId]
) -> Mapping[PersonId, Contact]:
    """The same for many; who is reached nowhere is left out."""
    found = await session.scalars(
        select(Contact).where(col(Contact.person_id).in_(persons), col(Contact.ended_at).is_(None))
    )
    # The best one comes last, and stands.
    worst_first = sorted(
        found,
        key=lambda c: (c.channel not in TRANSCRIPT_ONLY, c.heard_at, -c.id.int),
    )
    return {contact.person_id: contact for contact in worst_first}


async def contacts_of(session: AsyncSession, person: PersonId) -> list[Contact]:
    """Everywhere a person is reached, the oldest first."""
    found = await session.scalars(
        select(Contact)
        .where(col(Contact.person_id) == person)
        .order_by(col(Contact.created_at), col(Contact.id))
    )
    return list(found)
