"""Persons who follow a programme for their organisation."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlmodel import col

from api.deliveries.models import Delivery
from api.enterprises.models import Member, Organisation, OrganisationId, Part, Person, PersonId
from api.enterprises.service import remember, welcome
from api.enterprises.subscriptions import follow
from api.foundation.database import Database
from knowledge.base import KnowledgeBase
from knowledge.profile import Asking
from knowledge.value import Raw
from tests.builders.clocks import START

PROGRAMME = "new-rd-institution"


async def a_follower(
    database: Database,
    base: KnowledgeBase,
    *,
    region: str = "",
    programme: str = PROGRAMME,
    now: datetime = START,
    **facts: Raw,
) -> tuple[Person, Organisation]:
    """Somebody who follows a programme; their organisation is at `region`, if they said so."""
    known = {**facts, **({"registered_region": region} if region else {})}
    async with database.writing() as session:
        person, organisation = await welcome(session, notice="n", now=now)
        for fact, value in known.items():
            await remember(
                session, base, organisation.id, Asking(fact=fact), value,
                source="said", person=person.id, now=now,
            )  # fmt: skip
        if programme:
            await follow(session, person.id, programme, organisation.id, now=now)
    return person, organisation


async def an_organisation(
    database: Database, base: KnowledgeBase, person: Person, *, region: str, now: datetime = START
) -> Organisation:
    """A further organisation of the same person."""
    async with database.writing() as session:
        made = Organisation(id=OrganisationId(uuid4()), name="另一家", created_at=now)
        session.add(made)
        await session.flush()
        session.add(
            Member(person_id=person.id, organisation_id=made.id, part=Part.OWNER.value, since=now)
        )
        await session.flush()
        await remember(
            session, base, made.id, Asking(fact="registered_region"), region,
            source="said", person=person.id, now=now,
        )  # fmt: skip
    return made


async def told(database: Database, person: PersonId | None = None) -> list[Delivery]:
    """What was laid down, for a person or for all, in the order it was."""
    query = select(Delivery).order_by(col(Delivery.place), col(Delivery.occasion))
    if person is not None:
        query = query.where(col(Delivery.person_id) == person)
    async with database.reading() as session:
        return list(await session.scalars(query))
