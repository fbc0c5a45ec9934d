"""What a person gets: everything kept of theirs, as one JSON document."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.enterprises.models import (
    NO_YEAR,
    FactValue,
    Organisation,
    Person,
    PersonId,
    Subject,
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


class OrganisationExport(BaseModel):
    """One organisation with its subjects."""

    model_config = ConfigDict(frozen=True)

    name: str | None
    sample: bool
    created_at: datetime
    subjects: tuple[SubjectExport, ...]


class PersonExport(BaseModel):
    """Everything the room of enterprises keeps of a person."""

    model_config = ConfigDict(frozen=True)

    consented_at: datetime
    notice: str
    organisations: tuple[OrganisationExport, ...]


async def export_person(session: AsyncSession, person: PersonId) -> PersonExport:
    """Everything kept of a person who exists."""
    row = await session.get_one(Person, person)
    organisations = [
        await _organisation(session, organisation)
        for organisation in await organisations_of(session, person)
    ]
    return PersonExport(
        consented_at=row.consented_at, notice=row.notice, organisations=tuple(organisations)
    )


async def _organisation(session: AsyncSession, row: Organisation) -> OrganisationExport:
    subjects = await session.scalars(
        select(Subject)
        .where(col(Subject.organisation_id) == row.id)
        .order_by(col(Subject.created_at), col(Subject.id))
    )
    return OrganisationExport(
        name=row.name,
        sample=row.sample,
        created_at=row.created_at,
        subjects=tuple([await _subject(session, subject) for subject in subjects.all()]),
    )


async def _subject(session: AsyncSession, row: Subject) -> SubjectExport:
    values = await session.scalars(
        select(FactValue)
        .where(col(FactValue.subject_id) == row.id)
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
