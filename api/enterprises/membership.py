"""Who speaks for which organisation: claims, invitations, and what staff verify."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Action, Actor
from api.enterprises.models import (
    JoinCode,
    JoinPurpose,
    Member,
    Organisation,
    OrganisationId,
    Part,
    PersonId,
)
from api.foundation.errors import NotAllowed, NotFound, WrongState
from api.foundation.ids import digest
from dialogs.codes import plausible
from dialogs.world import Invitation

CODE_LIFE = timedelta(minutes=30)
_SHORTEST, _LONGEST = 2, 100


async def name_organisation(
    session: AsyncSession, organisation: OrganisationId, person: PersonId, name: str
) -> bool:
    """An owner says what their organisation is called; False where they may not, or it is no name.

    Another name is another claim: nobody is verified for it until staff look again.
    """
    member = await session.get(Member, (person, organisation))
    row = await session.get(Organisation, organisation)
    tidy = " ".join(name.split())
    if member is None or row is None or member.part != Part.OWNER.value:
        return False
    if row.sample or not _SHORTEST <= len(tidy) <= _LONGEST:
        return False
    if row.name != tidy:
        row.name = tidy
        await session.execute(
            update(Member)
            .where(col(Member.organisation_id) == organisation)
            .values(verified=False, verified_at=None)
        )
    return True


async def offer_join(
    session: AsyncSession,
    code: str,
    purpose: JoinPurpose,
    person: PersonId,
    organisation: OrganisationId,
    *,
    now: datetime,
) -> None:
    """A code somebody else may use once, for a short while; the one before ends."""
    await session.execute(
        delete(JoinCode).where(
            col(JoinCode.person_id) == person, col(JoinCode.purpose) == purpose.value
        )
    )
    session.add(
        JoinCode(
            digest=digest(plausible(code)), purpose=purpose.value, person_id=person,
            organisation_id=organisation, expires_at=now + CODE_LIFE,
        )
    )  # fmt: skip
    await session.flush()


async def offer_of(session: AsyncSession, code: str, *, now: datetime) -> JoinCode | None:
    """The offer of a code that still works."""
    offer = await session.get(JoinCode, digest(plausible(code)))
    return None if offer is None or offer.expires_at <= now else offer


async def take_offer(
    session: AsyncSession, code: str, person: PersonId, *, now: datetime
) -> JoinCode | None:
    """Use an offer up; None for a dead one and for one's own. Of two at once only one has it."""
    return await session.scalar(
        delete(JoinCode)
        .where(
            col(JoinCode.digest) == digest(plausible(code)),
            col(JoinCode.expires_at) > now,
            col(JoinCode.person_id) != person,
        )
        .returning(JoinCode)
        .execution_options(synchronize_session=False)
    )


async def drop_dead_offers(session: AsyncSession, *, now: datetime) -> None:
    """Nobody can use them any more."""
    await session.execute(delete(JoinCode).where(col(JoinCode.expires_at) <= now))


async def invitation_of(
    session: AsyncSession, code: str, person: PersonId | None, *, now: datetime
) -> Invitation | None:
    """What a code would do for somebody; None for a dead one, or their own."""
    offer = await offer_of(session, code, now=now)
    if offer is None or offer.person_id == person:
        return None
    organisation = await session.get_one(Organisation, offer.organisation_id)
    purpose = JoinPurpose(offer.purpose)
    return Invitation(
        code=code,
        purpose="device" if purpose is JoinPurpose.DEVICE else "colleague",
        organisation=organisation.name or "",
    )


async def become_colleague(
    session: AsyncSession, person: PersonId, organisation: OrganisationId, *, now: datetime
) -> None:
    """A colleague, not verified yet; who is a member already stays what they are."""
    if await session.get(Member, (person, organisation)) is None:
        session.add(
            Member(
                person_id=person, organisation_id=organisation, part=Part.COLLEAGUE.value,
                since=now,
            )
        )  # fmt: skip
        await session.flush()


def _undecided() -> tuple[ColumnElement[bool], ...]:
    """Claims of named organisations that staff have not looked at: without a name none is made."""
    return (
        col(Member.verified).is_(False),
        col(Member.verified_at).is_(None),
        col(Organisation.name).is_not(None),
        col(Organisation.sample).is_(False),
    )


async def claims(session: AsyncSession, *, limit: int) -> list[tuple[Member, Organisation]]:
    """What staff have to look at, the oldest first."""
    found = await session.execute(
        select(Member, Organisation)
        .join(Organisation, col(Organisation.id) == col(Member.organisation_id))
        .where(*_undecided())
        .order_by(col(Member.since), col(Member.person_id))
        .limit(limit)
    )
    return [(member, organisation) for member, organisation in found]


async def count_claims(session: AsyncSession) -> int:
    """How many there are."""
    count = (
        select(func.count())
        .select_from(Member)
        .join(Organisation, col(Organisation.id) == col(Member.organisation_id))
        .where(*_undecided())
    )
    return await session.scalar(count) or 0


async def namesakes(session: AsyncSession, organisation: Organisation) -> int:
    """How many other organisations of the same name have a verified member."""
    count = (
        select(func.count(func.distinct(col(Organisation.id))))
        .join(Member, col(Member.organisation_id) == col(Organisation.id))
        .where(
            col(Organisation.name) == organisation.name,
            col(Organisation.id) != organisation.id,
            col(Organisation.sample).is_(False),
            col(Member.verified).is_(True),
        )
    )
    return await session.scalar(count) or 0


async def verify_member(
    session: AsyncSession,
    actor: Actor,
    person: PersonId,
    organisation: OrganisationId,
    *,
    name: str,
    now: datetime,
) -> None:
    """The person does speak for the organisation of this `name`, as staff saw it.

    Raises `NotFound` where the claim is gone, `WrongState` where it is another one by now.
    """
    await _decide(session, actor, person, organisation, name=name, verified=True, now=now)


async def refuse_member(
    session: AsyncSession,
    actor: Actor,
    person: PersonId,
    organisation: OrganisationId,
    *,
    name: str,
    now: datetime,
) -> None:
    """Staff could not verify it; raises as `verify_member` does."""
    await _decide(session, actor, person, organisation, name=name, verified=False, now=now)


async def _decide(
    session: AsyncSession,
    actor: Actor,
    person: PersonId,
    organisation: OrganisationId,
    *,
    name: str,
    verified: bool,
    now: datetime,
) -> None:
    if not actor.may(Action.MEMBERS_VERIFY):
        raise NotAllowed
    # Locked: the owner cannot give it another name while its claim is decided.
    row = await session.get(
        Organisation, organisation, with_for_update=True, populate_existing=True
    )
    if row is None or await session.get(Member, (person, organisation)) is None:
        raise NotFound
    if row.sample or row.name is None or row.name != name:
        raise WrongState
    decided = await session.scalar(
        update(Member)
        .where(
            col(Member.person_id) == person,
            col(Member.organisation_id) == organisation,
            col(Member.verified).is_(False),
            col(Member.verified_at).is_(None),
        )
        .values(verified=verified, verified_at=now)
        .returning(col(Member.person_id))
    )
    if decided is None:
        raise WrongState
