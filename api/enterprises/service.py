"""Remember, recall and forget what a person said of an organisation and its subjects."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal, NamedTuple

import structlog
from pydantic import JsonValue
from sqlalchemy import ColumnElement, bindparam, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

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
    SubjectId,
)
from api.foundation.columns import as_json
from api.foundation.ids import new_id
from knowledge.base import KnowledgeBase
from knowledge.fact import Fact
from knowledge.profile import Asking, Cell, Dossier, Value
from knowledge.value import Raw, ValueRefused, read_cell, read_value

Source = Literal["said", "pressed", "form", "sample"]

log = structlog.get_logger(__name__)

_MEMBERSHIPS = (
    select(Organisation, Member)
    .join(Member, col(Member.organisation_id) == col(Organisation.id))
    .where(col(Member.person_id) == bindparam("person"))
    .order_by(col(Organisation.created_at), col(Organisation.id))
)


async def welcome(
    session: AsyncSession,
    *,
    notice: str,
    now: datetime,
    name: str | None = None,
    sample: bool = False,
) -> tuple[Person, Organisation]:
    """A person who has just agreed to be remembered, and the organisation they will speak of."""
    person = Person(id=PersonId(new_id()), consented_at=now, notice=notice, created_at=now)
    organisation = Organisation(
        id=OrganisationId(new_id()), name=name, sample=sample, created_at=now
    )
    member = Member(
        person_id=person.id, organisation_id=organisation.id, part=Part.OWNER.value, since=now
    )
    session.add_all((person, organisation))
    await session.flush()  # rows without a relationship are not put in order by themselves
    session.add(member)
    await session.flush()
    return person, organisation


async def organisations_of(session: AsyncSession, person: PersonId) -> list[Organisation]:
    """The organisations a person speaks for, the oldest first."""
    return [organisation for organisation, _ in await memberships_of(session, person)]


async def memberships_of(
    session: AsyncSession, person: PersonId
) -> list[tuple[Organisation, Member]]:
    """The same, each with what the person is there."""
    found = await session.execute(_MEMBERSHIPS, {"person": person})
    return [(organisation, member) for organisation, member in found]


async def recall(
    session: AsyncSession,
    base: KnowledgeBase,
    organisation: OrganisationId,
    *,
    member: PersonId | None = None,
) -> Dossier:
    """What is known for an organisation's enquiries; what the release cannot read is left out.

    A `member` sees what all verified members gave; one who is not verified yet only what they
    gave themselves, and an owner also what came with the organisation. None: everything, for staff.
    """
    found = await session.execute(
        select(col(Subject.role), col(FactValue.fact), col(FactValue.year), col(FactValue.value))
        .join(FactValue, col(FactValue.subject_id) == col(Subject.id))
        .where(
            col(Subject.organisation_id) == organisation,
            *await _visible(session, organisation, member),
        )
        # Of several answers to one question the newest comes last, and stands.
        .order_by(col(Subject.created_at), col(Subject.id), col(FactValue.given_at))
    )
    return dossier_of(base, (Kept(role, fact, year, value) for role, fact, year, value in found))


async def _visible(
    session: AsyncSession, organisation: OrganisationId, person: PersonId | None
) -> tuple[ColumnElement[bool], ...]:
    if person is None:
        return ()
    member = await session.get(Member, (person, organisation))
    own = col(FactValue.given_by) == person
    if member is None or (not member.verified and member.part != Part.OWNER.value):
        return (own,)
    nobodys = col(FactValue.given_by).is_(None)
    if not member.verified:
        return (or_(own, nobodys),)
    verified = select(col(Member.person_id)).where(
        col(Member.organisation_id) == organisation, col(Member.verified).is_(True)
    )
    return (or_(own, nobodys, col(FactValue.given_by).in_(verified)),)


class Kept(NamedTuple):
    """One value as it is kept, and the part its subject plays."""

    role: str
    fact: str
    year: int
    value: JsonValue


def dossier_of(base: KnowledgeBase, rows: Iterable[Kept]) -> Dossier:
    """The values as the engine reads them; what the release cannot read is left out."""
    values: dict[str, Value] = {}
    years: dict[str, dict[int, Cell]] = {}
    for row in rows:
        fact = base.facts.get(row.fact)
        if fact is None:
            log.info("fact_left_out", fact=row.fact, reason="no_such_fact")
            continue
        key = row.fact if row.role == fact.subject else f"{row.role}.{row.fact}"
        try:
            if row.year == NO_YEAR:
                values[key] = read_value(fact, row.value)
            else:
                years.setdefault(key, {})[row.year] = read_cell(fact, row.value)
        except ValueRefused as refused:
            log.info("fact_left_out", fact=row.fact, reason=refused.code)
    frozen: Mapping[str, Value] = {key: MappingProxyType(cells) for key, cells in years.items()}
    return Dossier(MappingProxyType({**values, **frozen}))


async def remember(
    session: AsyncSession,
    base: KnowledgeBase,
    organisation: OrganisationId,
    asking: Asking,
    value: Raw,
    *,
    source: Source,
    person: PersonId | None,
    now: datetime,
) -> None:
    """Keep one answer, in its written form; the person's earlier one is replaced."""
    subject = await _subject(session, base, organisation, asking, now)
    year, written = asking.year or NO_YEAR, as_json(value)
    row = await session.scalar(
        select(FactValue).where(
            col(FactValue.subject_id) == subject,
            col(FactValue.fact) == asking.fact,
            col(FactValue.year) == year,
            col(FactValue.given_by) == person,
        )
    )
    if row is None:
        row = FactValue(
            id=new_id(), subject_id=subject, fact=asking.fact, year=year, value=written,
            source=source, given_by=person, given_at=now,
        )  # fmt: skip
        session.add(row)
    row.value, row.source, row.given_by, row.given_at = written, source, person, now
    await session.flush()


async def forget(
    session: AsyncSession,
    base: KnowledgeBase,
    organisation: OrganisationId,
    asking: Asking,
    *,
    person: PersonId,
) -> None:
    """Take one answer out; without a year, that of every year.

    What other verified members said goes with it where the person is verified: it is gone from
    what they see.
    """
    subject = await _find_subject(session, organisation, _role_of(base.fact_of(asking), asking))
    if subject is None:
        return
    statement = delete(FactValue).where(
        col(FactValue.subject_id) == subject,
        col(FactValue.fact) == asking.fact,
        *await _visible(session, organisation, person),
    )
    if asking.year is not None:
        statement = statement.where(col(FactValue.year) == asking.year)
    await session.execute(statement)


def _role_of(fact: Fact, asking: Asking) -> str:
    return asking.role or fact.subject


async def _find_subject(
    session: AsyncSession, organisation: OrganisationId, role: str
) -> SubjectId | None:
    """The subject that plays a role in the organisation's enquiries: the newest of its kind."""
    return await session.scalar(
        select(col(Subject.id))
        .where(col(Subject.organisation_id) == organisation, col(Subject.role) == role)
        .order_by(col(Subject.created_at).desc(), col(Subject.id).desc())
        .limit(1)
    )


async def _subject(
    session: AsyncSession,
    base: KnowledgeBase,
    organisation: OrganisationId,
    asking: Asking,
    now: datetime,
) -> SubjectId:
    fact = base.fact_of(asking)
    role = _role_of(fact, asking)
    found = await _find_subject(session, organisation, role)
    if found is not None:
        return found
    subject = Subject(
        id=SubjectId(new_id()), organisation_id=organisation, kind=fact.subject, role=role,
        created_at=now,
    )  # fmt: skip
    session.add(subject)
    await session.flush()
    return subject.id
