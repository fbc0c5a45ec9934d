"""Using a join code: a chat becomes another one of the same person, or a colleague comes in."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.conversations.models import Conversation
from api.deadlines import moving as deadlines
from api.deliveries import moving as deliveries
from api.enterprises import merging as enterprises
from api.enterprises.membership import become_colleague, offer_of
from api.enterprises.models import JoinPurpose, OrganisationId, Person, PersonId, Subscription
from api.tickets.models import Ticket


async def use_code(
    session: AsyncSession, conversation: Conversation, code: str, *, now: datetime
) -> None:
    """What the offer of a code says, once; a dead one, or one's own, changes nothing."""
    offer = await offer_of(session, code, now=now)
    if offer is None or offer.person_id == conversation.person_id:
        return
    purpose = JoinPurpose(offer.purpose)
    person, organisation = offer.person_id, offer.organisation_id
    await session.delete(offer)
    await session.flush()
    if purpose is JoinPurpose.COLLEAGUE:
        await become_colleague(session, conversation.person_id, organisation, now=now)
        conversation.organisation_id = organisation
        return
    await _become(session, conversation, person, organisation)


async def _become(
    session: AsyncSession,
    conversation: Conversation,
    person: PersonId,
    organisation: OrganisationId,
) -> None:
    """The person of this conversation turns out to be another one, who has been here before."""
    old = conversation.person_id
    empty = await enterprises.empty_organisations(session, old)
    await _speak_of(session, empty, organisation)
    await deadlines.move_person(session, old, person)
    await deliveries.move_person(session, old, person)
    await enterprises.move_person(session, old, person)
    for kind in (Conversation, Ticket):
        await session.execute(
            update(kind).where(col(kind.person_id) == old).values(person_id=person)
        )
    await enterprises.drop_organisations(session, empty)
    await session.execute(delete(Person).where(col(Person.id) == old))
    await session.refresh(conversation)


async def _speak_of(
    session: AsyncSession, empty: list[OrganisationId], organisation: OrganisationId
) -> None:
    """Whatever speaks of an organisation that goes speaks of the other one's from now on."""
    for kind in (Conversation, Ticket, Subscription):
        await session.execute(
            update(kind)
            .where(col(kind.organisation_id).in_(empty))
            .values(organisation_id=organisation)
        )
