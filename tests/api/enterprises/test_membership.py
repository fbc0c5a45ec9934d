"""Who speaks for which organisation, and what each member sees and changes."""

from collections.abc import Mapping

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.accounts.models import Role
from api.conversations.joining import use_code
from api.conversations.models import Conversation
from api.enterprises.membership import (
    claims,
    count_claims,
    invitation_of,
    name_organisation,
    offer_join,
    refuse_member,
    verify_member,
)
from api.enterprises.models import JoinPurpose, Member, Organisation
from api.enterprises.service import forget
from api.foundation.errors import NotAllowed, NotFound, WrongState
from knowledge.profile import Asking
from tests.builders.clocks import StandingClock
from tests.builders.seeded import ORGANISATION
from tests.builders.tickets import Somebody, a_person, an_actor, said, seen

NAME = ORGANISATION


async def offer(app: FastAPI, by: Somebody, code: str, purpose: JoinPurpose) -> None:
    async with app.state.database.writing() as session:
        await offer_join(session, code, purpose, by.person, by.organisation, now=app.state.now())


async def use(app: FastAPI, by: Somebody, code: str) -> bool:
    async with app.state.database.writing() as session:
        conversation = await session.get_one(Conversation, by.conversation)
        return await use_code(session, conversation, code, now=app.state.now())


async def a_colleague(app: FastAPI, owner: Somebody) -> Somebody:
    """Somebody who came in by a code, not verified."""
    joiner = await a_person(app)
    await offer(app, owner, "ABCDEFGH", JoinPurpose.COLLEAGUE)
    assert await use(app, joiner, "ABCDEFGH")
    return joiner


async def verify(app: FastAPI, member: Somebody, of: Somebody, name: str = NAME) -> None:
    staff = await an_actor(app, Role.STAFF)
    async with app.state.database.writing() as session:
        await verify_member(
            session, staff, member.person, of.organisation, name=name, now=app.state.now()
        )


async def name(app: FastAPI, somebody: Somebody, text: str, *, of: Somebody | None = None) -> bool:
    async with app.state.database.writing() as session:
        return await name_organisation(
            session, (of or somebody).organisation, somebody.person, text
        )


async def membership(app: FastAPI, member: Somebody, of: Somebody) -> Member | None:
    async with app.state.database.reading() as session:
        found: Member | None = await session.get(Member, (member.person, of.organisation))
    return found


async def verified(app: FastAPI, member: Somebody, of: Somebody) -> bool:
    found = await membership(app, member, of)
    return found is not None and found.verified


async def named(app: FastAPI, somebody: Somebody) -> str | None:
    async with app.state.database.reading() as session:
        row: Organisation = await session.get_one(Organisation, somebody.organisation)
    return row.name


class TestName:
    async def test_is_given_by_an_owner_without_stray_blanks(self, app: FastAPI) -> None:
        owner = await a_person(app)
        assert await name(app, owner, f"  {NAME[:4]}  {NAME[4:]}\n")
        assert await named(app, owner) == f"{NAME[:4]} {NAME[4:]}"

    @pytest.mark.parametrize("text", ["", " ", "甲", "长" * 101])
    async def test_is_of_2_to_100_characters(self, app: FastAPI, text: str) -> None:
        owner = await a_person(app)
        assert not await name(app, owner, text)
        assert await named(app, owner) is None

    async def test_is_not_a_colleagues_to_give(self, app: FastAPI) -> None:
        owner = await a_person(app, NAME)
        colleague = await a_colleague(app, owner)
        assert not await name(app, colleague, "别的名字", of=owner)
        assert await named(app, owner) == NAME

    async def test_another_one_is_another_claim_of_everybody(self, app: FastAPI) -> None:
        owner = await a_person(app, NAME)
        colleague = await a_colleague(app, owner)
        for member in (owner, colleague):
            await verify(app, member, owner)
        assert await name(app, owner, NAME)
        assert await verified(app, owner, owner), "the same name changes nothing"
        assert await name(app, owner, "另一家公司")
        assert not await verified(app, owner, owner)
        assert not await verified(app, colleague, owner)


class TestCode:
    async def test_shows_what_it_would_do_without_using_it_up(self, app: FastAPI) -> None:
        owner, joiner = await a_person(app, NAME), await a_person(app)
        await offer(app, owner, "ABCDEFGH", JoinPurpose.COLLEAGUE)
        async with app.state.database.reading() as session:
            for _ in range(2):
                found = await invitation_of(
                    session, "abcd-efgh", joiner.person, now=app.state.now()
                )
                assert found is not None
                assert (found.purpose, found.organisation) == ("colleague", NAME)
            own = await invitation_of(session, "ABCDEFGH", owner.person, now=app.state.now())
        assert own is None
        assert not await use(app, owner, "ABCDEFGH")
        assert await use(app, joiner, "abcd-efgh")
        assert not await use(app, await a_person(app), "ABCDEFGH"), "it was good once"

    async def test_dies_after_half_an_hour(self, app: FastAPI, now: StandingClock) -> None:
        owner, joiner = await a_person(app), await a_person(app)
        await offer(app, owner, "ABCDEFGH", JoinPurpose.COLLEAGUE)
        now.pass_by(minutes=30)
        async with app.state.database.reading() as session:
            assert await invitation_of(session, "ABCDEFGH", joiner.person, now=now()) is None
        assert not await use(app, joiner, "ABCDEFGH")

    async def test_replaces_the_one_before_of_its_purpose(self, app: FastAPI) -> None:
        owner, joiner = await a_person(app), await a_person(app)
        await offer(app, owner, "ABCDEFGH", JoinPurpose.COLLEAGUE)
        await offer(app, owner, "DDDDEEEE", JoinPurpose.DEVICE)
        await offer(app, owner, "JKLMNPQR", JoinPurpose.COLLEAGUE)
        assert not await use(app, joiner, "ABCDEFGH")
        assert await use(app, joiner, "JKLMNPQR")

    async def test_makes_an_owner_no_colleague(self, app: FastAPI) -> None:
        owner = await a_person(app, NAME)
        colleague = await a_colleague(app, owner)
        await offer(app, colleague, "JKLMNPQR", JoinPurpose.COLLEAGUE)
        found = await membership(app, owner, owner)
        assert found is not None
        assert found.part == "owner"


class TestWhatIsSeen:
    async def test_an_unverified_colleague_neither_sees_nor_overwrites(self, app: FastAPI) -> None:
        owner = await a_person(app, NAME, known={"staff": "40 人"})
        colleague = await a_colleague(app, owner)
        assert await seen(app, colleague, of=owner.organisation) == {}
        await said(app, colleague, "staff", "9 人", of=owner.organisation)
        await said(app, colleague, "rd_staff", "3 人", of=owner.organisation)
        assert await seen(app, owner) == {"staff": "40 人"}
        assert await seen(app, colleague, of=owner.organisation) == {
            "staff": "9 人", "rd_staff": "3 人",
        }  # fmt: skip

    async def test_verified_ones_see_the_newest(self, app: FastAPI, now: StandingClock) -> None:
        owner = await a_person(app, NAME, known={"staff": "40 人"})
        colleague = await a_colleague(app, owner)
        now.pass_by(minutes=1)
        await said(app, colleague, "staff", "41 人", of=owner.organisation)
        await verify(app, owner, owner)
        await verify(app, colleague, owner)
        for member in (owner, colleague):
            assert await seen(app, member, of=owner.organisation) == {"staff": "41 人"}
        now.pass_by(minutes=1)
        await said(app, owner, "staff", "42 人")
        for member in (owner, colleague):
            assert await seen(app, member, of=owner.organisation) == {"staff": "42 人"}

    async def test_a_strangers_is_nothing(self, app: FastAPI) -> None:
        owner = await a_person(app, NAME, known={"staff": "40 人"})
        await verify(app, owner, owner)
        stranger = await a_person(app)
        assert await seen(app, stranger, of=owner.organisation) == {}

    async def test_forgetting_unverified_takes_only_ones_own(self, app: FastAPI) -> None:
        owner = await a_person(app, NAME, known={"staff": "40 人"})
        colleague = await a_colleague(app, owner)
        await said(app, colleague, "staff", "9 人", of=owner.organisation)
        async with app.state.database.writing() as session:
            await forget(
                session, app.state.shelf.current.base, owner.organisation, Asking.parse("staff"),
                person=colleague.person,
            )  # fmt: skip
        assert await seen(app, colleague, of=owner.organisation) == {}
        assert await seen(app, owner) == {"staff": "40 人"}

    @given(
        steps=st.lists(
            st.tuples(st.sampled_from("AB"), st.sampled_from(["staff", "rd_staff"]),
                      st.integers(10, 99)),
            max_size=6,
        ),
        checked=st.sets(st.sampled_from("AB")),
    )  # fmt: skip
    @settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
    async def test_is_ones_own_and_what_the_verified_share(
        self, app: FastAPI, now: StandingClock, steps: list[tuple[str, str, int]], checked: set[str]
    ) -> None:
        owner = await a_person(app, NAME)
        members = {"A": owner, "B": await a_colleague(app, owner)}
        for who in checked:
            await verify(app, members[who], owner)
        for who, fact, value in steps:
            now.pass_by(seconds=1)
            await said(app, members[who], fact, f"{value} 人", of=owner.organisation)
        for who, member in members.items():
            sources = {who} | (checked if who in checked else set())
            expected: Mapping[str, object] = {
                fact: f"{value} 人" for by, fact, value in steps if by in sources
            }
            assert await seen(app, member, of=owner.organisation) == expected


class TestVerification:
    async def test_lists_named_claims_nobody_looked_at(self, app: FastAPI) -> None:
        await a_person(app)
        owner = await a_person(app, NAME)
        await a_colleague(app, owner)
        async with app.state.database.reading() as session:
            found = await claims(session, limit=10)
            assert await count_claims(session) == 2
        assert {organisation.name for _, organisation in found} == {NAME}
        await verify(app, owner, owner)
        async with app.state.database.reading() as session:
            assert await count_claims(session) == 1

    async def test_a_refused_one_is_not_listed_again_until_it_has_another_name(
        self, app: FastAPI
    ) -> None:
        owner = await a_person(app, NAME)
        staff = await an_actor(app, Role.STAFF)
        async with app.state.database.writing() as session:
            await refuse_member(
                session, staff, owner.person, owner.organisation, name=NAME, now=app.state.now()
            )
        with pytest.raises(WrongState):
            await verify(app, owner, owner)
        async with app.state.database.reading() as session:
            assert await count_claims(session) == 0
        await name(app, owner, "另一家公司")
        await verify(app, owner, owner, "另一家公司")
        assert await verified(app, owner, owner)

    async def test_is_of_the_name_that_was_seen(self, app: FastAPI) -> None:
        owner = await a_person(app, "另一家公司")
        with pytest.raises(WrongState):
            await verify(app, owner, owner, NAME)
        with pytest.raises(NotFound):
            await verify(app, await a_person(app), owner, "另一家公司")

    @pytest.mark.parametrize("role", [Role.OFFICIAL, Role.AUDITOR, Role.ADMIN])
    async def test_is_the_staffs(self, app: FastAPI, role: Role) -> None:
        owner = await a_person(app, NAME)
        actor = await an_actor(app, role)
        async with app.state.database.writing() as session:
            with pytest.raises(NotAllowed):
                await verify_member(
                    session, actor, owner.person, owner.organisation, name=NAME,
                    now=app.state.now(),
                )  # fmt: skip
