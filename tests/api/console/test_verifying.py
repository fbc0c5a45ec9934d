"""Claims to speak for an organisation, as staff check them in the browser."""

from collections.abc import Sequence
from html import unescape

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from api.accounts.models import Role
from api.deliveries.models import Delivery
from api.enterprises.membership import name_organisation
from api.enterprises.models import Member
from dialogs.message import Reply
from tests.builders.accounts import SignedIn, an_account
from tests.builders.seeded import ORGANISATION
from tests.builders.tickets import Somebody, a_person

NAME = ORGANISATION


@pytest.fixture
async def staff(app: FastAPI) -> SignedIn:
    return await an_account(app, Role.STAFF)


async def decide(staff: SignedIn, somebody: Somebody, verified: str, name: str = NAME) -> str:
    answer = await staff.post(
        f"/console/members/{somebody.organisation}/{somebody.person}",
        {"verified": verified, "name": name},
    )
    return answer.headers.get("location", "") or str(answer.status_code)


async def told(app: FastAPI, somebody: Somebody) -> Sequence[tuple[str, str]]:
    """What a person was told: the number of the decision, and the words."""
    async with app.state.database.reading() as session:
        found = await session.scalars(
            select(Delivery)
            .where(col(Delivery.person_id) == somebody.person)
            .order_by(col(Delivery.occasion))
        )
        return [
            (row.occasion.rpartition(":")[2], Reply.model_validate(row.body["zh"]).text)
            for row in found
        ]


async def rename(app: FastAPI, somebody: Somebody, name: str) -> None:
    async with app.state.database.writing() as session:
        assert await name_organisation(session, somebody.organisation, somebody.person, name)


async def test_shows_what_speaks_for_a_claim(app: FastAPI, staff: SignedIn) -> None:
    await a_person(app, NAME, channel="pigeon", address="a", known={"staff": "40 人"})
    shown = unescape((await staff.get("/console/members")).text)
    for words in (NAME, "Owner", "pigeon", "1 answers of their own", "40", f"Verify {NAME}"):
        assert words in shown, words


async def test_warns_of_a_namesake_somebody_verified_speaks_for(
    app: FastAPI, staff: SignedIn
) -> None:
    first = await a_person(app, NAME)
    assert await decide(staff, first, "yes") == "/console/members?done=verified"
    await a_person(app, NAME)
    assert "1 other verified organisations" in (await staff.get("/console/members")).text


@pytest.mark.parametrize(
    ("answer", "done", "words"), [("yes", "verified", "核实了"), ("no", "unverified", "没能核实")]
)
async def test_a_decision_is_told_and_leaves_the_list(
    app: FastAPI, staff: SignedIn, answer: str, done: str, words: str
) -> None:
    owner = await a_person(app, NAME)
    assert await decide(staff, owner, answer) == f"/console/members?done={done}"
    ((number, text),) = await told(app, owner)
    assert number == "1"
    assert words in text
    assert NAME in text
    assert NAME not in (await staff.get("/console/members")).text
    assert await decide(staff, owner, answer) == "409", "somebody else was faster"
    async with app.state.database.reading() as session:
        member = await session.get(Member, (owner.person, owner.organisation))
    assert member is not None
    assert member.verified is (answer == "yes")
    assert member.verified_at is not None


async def test_a_name_that_changed_meanwhile_is_not_verified(app: FastAPI, staff: SignedIn) -> None:
    owner = await a_person(app, NAME)
    await rename(app, owner, "另一家公司")
    assert await decide(staff, owner, "yes") == "409"
    assert await decide(staff, owner, "yes", "另一家公司") == "/console/members?done=verified"


async def test_each_decision_is_told_anew(app: FastAPI, staff: SignedIn) -> None:
    owner = await a_person(app, NAME)
    await decide(staff, owner, "no")
    await rename(app, owner, "另一家公司")
    await decide(staff, owner, "yes", "另一家公司")
    assert [number for number, _ in await told(app, owner)] == ["1", "2"]


async def test_needs_the_token_of_the_sign_in(app: FastAPI, staff: SignedIn) -> None:
    owner = await a_person(app, NAME)
    path = f"/console/members/{owner.organisation}/{owner.person}"
    answer = await staff.post(path, {"verified": "yes", "name": NAME}, csrf="wrong")
    assert answer.status_code == 403
    assert await told(app, owner) == []
