"""Persons, organisations, subjects and fact values as kept."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from api.foundation.columns import AnyJson, Instant, Raw

PersonId = NewType("PersonId", UUID)
OrganisationId = NewType("OrganisationId", UUID)
SubjectId = NewType("SubjectId", UUID)
ContactId = NewType("ContactId", UUID)

NO_YEAR = 0
"""The year of a value that is not yearly; a NULL would not be unique."""


class Part(StrEnum):
    """What a person is to an organisation."""

    OWNER = "owner"
    COLLEAGUE = "colleague"


class Person(SQLModel, table=True):
    """Somebody who agreed to be remembered; known by no name."""

    __tablename__ = "persons"

    id: PersonId = Field(primary_key=True, sa_type=Uuid)
    consented_at: datetime = Field(sa_type=Instant)
    notice: str = Field(max_length=64)
    """Hash of the text that was agreed to."""
    created_at: datetime = Field(sa_type=Instant)


class Contact(SQLModel, table=True):
    """Where a person is reached: one chat of one messenger, or one conversation on the web."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel", "account", "address"),)

    id: ContactId = Field(primary_key=True, sa_type=Uuid)
    person_id: PersonId = Field(
        sa_type=Uuid, foreign_key="persons.id", ondelete="CASCADE", index=True
    )
    channel: str = Field(max_length=20)
    """`web`, `api`, or the name of a messenger."""
    account: str = Field(default="", max_length=64)
    """Which bot of the messenger."""
    address: str = Field(max_length=64)
    language: str = Field(default="zh", max_length=2)
    created_at: datetime = Field(sa_type=Instant)
    heard_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_cause: str | None = Field(default=None, max_length=40)
    """Why nothing arrives there any more, such as `blocked`; until they write again."""


class Organisation(SQLModel, table=True):
    """An enterprise, institute, hospital or university that somebody speaks for."""

    __tablename__ = "organisations"

    id: OrganisationId = Field(primary_key=True, sa_type=Uuid)
    name: str | None = Field(default=None, max_length=200)
    sample: bool = False
    """Made by `huiqi demo`; shown with its mark everywhere."""
    created_at: datetime = Field(sa_type=Instant)


class Member(SQLModel, table=True):
    """A person's part in an organisation; a claim until staff verify it."""

    __tablename__ = "members"

    person_id: PersonId = Field(
        primary_key=True, sa_type=Uuid, foreign_key="persons.id", ondelete="CASCADE"
    )
    organisation_id: OrganisationId = Field(
        primary_key=True, sa_type=Uuid, foreign_key="organisations.id", ondelete="CASCADE"
    )
    part: str = Field(max_length=20)
    verified: bool = False
    """Whether staff checked the claim; until then the member sees only what they gave."""
    verified_at: datetime | None = Field(default=None, sa_type=Instant)
    since: datetime = Field(sa_type=Instant)


class Subject(SQLModel, table=True):
    """What a programme judges: the organisation itself, or a project, platform, study of it."""

    __tablename__ = "subjects"

    id: SubjectId = Field(primary_key=True, sa_type=Uuid)
    organisation_id: OrganisationId = Field(
        sa_type=Uuid, foreign_key="organisations.id", ondelete="CASCADE", index=True
    )
    kind: str = Field(max_length=20)
    role: str = Field(max_length=60)
    """The part it plays in its owner's enquiries: its kind, or a further role such as `partner`."""
    title: str | None = Field(default=None, max_length=200)
    created_at: datetime = Field(sa_type=Instant)


class FactValue(SQLModel, table=True):
    """One thing known of a subject, in the raw form of the knowledge format.

    Each member has a row of their own: somebody unverified cannot overwrite what others said.
    """

    __tablename__ = "fact_values"
    __table_args__ = (UniqueConstraint("subject_id", "fact", "year", "given_by"),)

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    subject_id: SubjectId = Field(
        sa_type=Uuid, foreign_key="subjects.id", ondelete="CASCADE", index=True
    )
    fact: str = Field(max_length=100)
    year: int = NO_YEAR
    value: Raw = Field(sa_type=AnyJson)
    source: str = Field(max_length=40)
    given_by: PersonId | None = Field(
        default=None, sa_type=Uuid, foreign_key="persons.id", ondelete="SET NULL", index=True
    )
    given_at: datetime = Field(sa_type=Instant)


class Subscription(SQLModel, table=True):
    """A person wants to hear of a programme's filing windows, for one organisation."""

    __tablename__ = "subscriptions"
    __table_args__ = (Index("ix_subscriptions_programme_person_id", "programme", "person_id"),)

    person_id: PersonId = Field(
        primary_key=True, sa_type=Uuid, foreign_key="persons.id", ondelete="CASCADE"
    )
    programme: str = Field(primary_key=True, max_length=100)
    organisation_id: OrganisationId = Field(
        sa_type=Uuid, foreign_key="organisations.id", ondelete="CASCADE", index=True
    )
    since: datetime = Field(sa_type=Instant)


class JoinPurpose(StrEnum):
    """What a join code does for whoever uses it."""

    DEVICE = "device"
    """Their chat becomes another one of the same person."""
    COLLEAGUE = "colleague"
    """They become a colleague of the organisation."""


class JoinCode(SQLModel, table=True):
    """The hash of a short code, good once and for a short while."""

    __tablename__ = "join_codes"

    digest: str = Field(primary_key=True, max_length=64)
    purpose: str = Field(max_length=20)
    person_id: PersonId = Field(
        sa_type=Uuid, foreign_key="persons.id", ondelete="CASCADE", index=True
    )
    organisation_id: OrganisationId = Field(
        sa_type=Uuid, foreign_key="organisations.id", ondelete="CASCADE", index=True
    )
    expires_at: datetime = Field(sa_type=Instant)
