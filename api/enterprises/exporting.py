"""What a person gets: everything kept of theirs, as one JSON document."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.enterprises.contacts import contacts_of
from api.enterprises.models import (
    NO_YEAR,
    FactValue,
    Member,
    Organisation,
    OrganisationId,
    Part,
    Person,
    PersonId,
    Subject,
    Subscription,
)
from api.enterprises.service import organisations_of
from api.foundation.columns import Raw


class FactExport(BaseModel):
    """One answer, in the written form of the knowledge format."""

    model_config = ConfigDict(frozen=True)

    fact: str
    year: int | None
    value: Raw
    source: str
    given_at: datetime


class SubjectExport(BaseModel):
    """One subject with its answers."""

    model_config = ConfigDict(frozen=True)

    kind: str
    role: str
    title: str | None
    facts: tuple[FactExport, ...]


class MembershipExport(BaseModel):
    """What the person is to an organisation, and whether staff checked it."""

    model_config = ConfigDict(frozen=True)

    part: str
    verified: bool
    verified_at: datetime | None
    since: datetime


class OrganisationExport(BaseModel):
    """One organisation with its subjects and what this person said of them."""

    model_config = ConfigDict(frozen=True)

    id: OrganisationId
    name: str | None
    sample: bool
    created_at: datetime
    membership: MembershipExport
    subjects: tuple[SubjectExport, ...]


class ContactExport(BaseModel):
    """Where the person is reached."""

    model_config = ConfigDict(frozen=True)

    channel: str
    account: str
    address: str
    language: str
    created_at: datetime
    heard_at: datetime
    ended_at: datetime | None
    ended_cause: str | None


class SubscriptionExport(BaseModel):
    """A programme the person follows, and for which organisation."""

    model_config = ConfigDict(frozen=True)

    programme: str
    organisation: OrganisationId
    since: datetime


class PersonExport(BaseModel):
    """Everything the room of enterprises keeps of a person."""

    model_config = ConfigDict(frozen=True)

    consented_at: datetime
    notice: str
    contacts: tuple[ContactExport, ...]
    organisations: tuple[OrganisationExport, ...]
    subscriptions: tuple[SubscriptionExport, ...]


async def export_person(session: AsyncSession, person: PersonId) -> PersonExport:
    """Everything kept of a person who exists; what others gave to their organisations is not."""
    row = await session.get_one(Person, person)
    return PersonExport(
        consented_at=row.consented_at,
        notice=row.notice,
        contacts=tuple(
            ContactExport.model_validate(contact, from_attributes=True)
            for contact in await contacts_of(session, person)
        ),
        organisations=tuple(
            [
                await _organisation(session, organisation, person)
                for organisation in await organisations_of(session, person)
            ]
        ),
        subscriptions=await _subscriptions(session, person),
    )


async def _subscriptions(session: AsyncSession, person: PersonId) -> tuple[SubscriptionExport, ...]:
    found = await session.scalars(
        select(Subscription)
        .where(col(Subscription.person_id) == person)
        .order_by(col(Subscription.programme))
    )
    return tuple(
        SubscriptionExport(
            programme=row.programme, organisation=row.organisation_id, since=row.since
        )
        for row in found
    )


async def _organisation(
    session: AsyncSession, row: Organisation, person: PersonId
) -> OrganisationExport:
    member = await session.get_one(Member, (person, row.id))
    subjects = await session.scalars(
        select(Subject)
        .where(col(Subject.organisation_id) == row.id)
        .order_by(col(Subject.created_at), col(Subject.id))
    )
    exported = [await _subject(session, subject, member) for subject in subjects.all()]
    return OrganisationExport(
        id=row.id,
        name=row.name,
        sample=row.sample,
        created_at=row.created_at,
        membership=MembershipExport.model_validate(member, from_attributes=True),
        # A subject only others spoke of is theirs.
        subjects=tuple(each for each in exported if each.facts),
    )


async def _subject(session: AsyncSession, row: Subject, member: Member) -> SubjectExport:
    theirs = col(FactValue.given_by) == member.person_id
    if member.part == Part.OWNER.value:
        theirs = or_(theirs, col(FactValue.given_by).is_(None))
    values = await session.scalars(
        select(FactValue)
        .where(col(FactValue.subject_id) == row.id, theirs)
        .order_by(col(FactValue.fact), col(FactValue.year))
    )
    facts = tuple(
        FactExport(
            fact=value.fact,
            year=None if value.year == NO_YEAR else value.year,
            value=value.value,
            source=value.source,
            given_at=value.given_at,
        )
        for value in values
    )
    return SubjectExport(kind=row.kind, role=row.role, title=row.title, facts=facts)
