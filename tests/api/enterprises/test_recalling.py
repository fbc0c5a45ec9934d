"""Looking at very many at once shows of each exactly what looking at one shows."""

import pytest
from sqlalchemy import update
from sqlmodel import col

from api.enterprises.models import Member, OrganisationId, Part, PersonId
from api.enterprises.recalling import nth_follower, said_by_each, unfold
from api.enterprises.service import dossier_of, recall, remember, welcome
from api.enterprises.subscriptions import follow
from api.foundation.database import Database
from api.library.service import Library
from knowledge.profile import Asking
from tests.builders.clocks import START
from tests.builders.followers import PROGRAMME, a_follower


async def _a_colleague(
    database: Database, organisation: OrganisationId, *, verified: bool
) -> PersonId:
    """Another member of an organisation, who follows the programme for it."""
    async with database.writing() as session:
        person, _ = await welcome(session, notice="n", now=START)
        session.add(
            Member(
                person_id=person.id, organisation_id=organisation, since=START,
                part=Part.COLLEAGUE.value, verified=verified,
            )
        )  # fmt: skip
        await session.flush()
        await follow(session, person.id, PROGRAMME, organisation, now=START)
    return person.id


@pytest.mark.parametrize("owner_verified", [True, False], ids=["owner-verified", "owner-not"])
async def test_each_sees_what_they_see_alone(
    database: Database, library: Library, *, owner_verified: bool
) -> None:
    base = library.base
    owner, organisation = await a_follower(database, base, region="luoyang")
    insider = await _a_colleague(database, organisation.id, verified=True)
    claimant = await _a_colleague(database, organisation.id, verified=False)
    elsewhere, _ = await a_follower(database, base, region="zhengzhou")
    silent, _ = await a_follower(database, base)
    async with database.writing() as session:
        await session.execute(
            update(Member).where(col(Member.person_id) == owner.id).values(verified=owner_verified)
        )
        given = {
            insider: "legal_person",
            claimant: "registered_region",
            None: "independent_accounting",
        }
        for person, fact in given.items():
            value = "kaifeng" if fact == "registered_region" else "no"
            await remember(
                session, base, organisation.id, Asking(fact=fact), value, source="said",
                person=person, now=START,
            )  # fmt: skip
    async with database.reading() as session:
        said = await said_by_each(session, PROGRAMME, None, None)
        alone = {
            person: await recall(session, base, organisation.id, member=person)
            for person in (owner.id, insider, claimant)
        }
        second = await nth_follower(session, PROGRAMME, None, 2)
        fourth = await nth_follower(session, PROGRAMME, second, 2)
        between = await said_by_each(session, PROGRAMME, second, fourth)
        assert await nth_follower(session, PROGRAMME, None, 6) is None
    together = {person: dossier_of(base, unfold(said[person])) for person in alone}
    assert together == alone
    assert len({str(dossier) for dossier in together.values()}) >= 2
    everybody = sorted([owner.id, insider, claimant, elsewhere.id, silent.id])
    assert (second, fourth) == (everybody[1], everybody[3])
    assert between.keys() == {*everybody[2:4]} - {silent.id}
