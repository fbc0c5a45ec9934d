"""Using a join code: a chat becomes another one of the same person, or a colleague comes in."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.models import Conversation
from api.deadlines import moving as deadlines
from api.deliveries import moving as deliveries
from api.enterprises import merging as enterprises
from api.enterprises.membership import become_colleague, take_offer
from api.enterprises.models import JoinPurpose, OrganisationId, PersonId
from api.tickets import moving as tickets


async def use_code(
    session: AsyncSession, conversation: Conversation, code: str, *, now: datetime
) -> bool:
    """What the offer of a code says, once; a dead one, or one's own, changes nothing: False."""
    offer = await take_offer(session, code, conversation.person_id, now=now)
    if offer is None:
        return False
    if JoinPurpose(offer.purpose) is JoinPurpose.COLLEAGUE:
        person = conversation.person_id
        await become_colleague(session, person, offer.organisation_id, now=now)
        conversation.organisation_id = offer.organisation_id
    else:
        old = conversation.person_id
        await merge_persons(session, old, offer.person_id, offer.organisation_id)
        await session.refresh(conversation)
    return True


async def merge_persons(
    session: AsyncSession, old: PersonId, new: PersonId, organisation: OrganisationId
) -> None:
    """One person turns out to be another one, who has been here before.

    An organisation that has neither a name nor an answer gives way to `organisation`; one that
    has stays as another organisation of theirs.
    """
    # First, so that a turn of another chat that runs just now finds itself stale and is taken anew.
    await session.execute(
        update(Conversation)
        .where(col(Conversation.person_id) == old)
        .values(person_id=new, revision=col(Conversation.revision) + 1)
    )
    empty = [
        each for each in await enterprises.empty_organisations(session, old) if each != organisation
    ]
    await _speak_of(session, empty, organisation)
    await deadlines.move_person(session, old, new)
    await deliveries.move_person(session, old, new)
    await tickets.move_person(session, old, new)
    await enterprises.move_person(session, old, new)
    await enterprises.drop_organisations(session, empty)
    await enterprises.end_person(session, old, new)


async def _speak_of(
    session: AsyncSession, empty: list[OrganisationId], instead: OrganisationId
) -> None:
    """Whatever speaks of an organisation that goes speaks of another one from now on."""
    await session.execute(
        update(Conversation)
        .where(col(Conversation.organisation_id).in_(empty))
        .values(organisation_id=instead)
    )
    await deadlines.speak_of(session, empty, instead)
    await tickets.speak_of(session, empty, instead)
    await enterprises.speak_of(session, empty, instead)
