"""Who speaks for which organisation: claims, invitations, and what staff verify."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.enterprises.models import (
    JoinCode,
    JoinPurpose,
    Member,
    Organisation,
    OrganisationId,
    Part,
    PersonId,
)
from api.foundation.errors import NotFound
from api.foundation.ids import digest
from dialogs.codes import plausible
from dialogs.world import Invitation

CODE_LIFE = timedelta(minutes=30)
_SHORTEST, _LONGEST = 2, 100


async def name_organisation(
    session: AsyncSession, organisation: OrganisationId, person: PersonId, name: str
) -> bool:
    """An owner says what their organisation is called: a claim, until staff verify it again."""
    member = await session.get(Member, (person, organisation))
    row = await session.get(Organisation, organisation)
    tidy = " ".join(name.split())
    if member is None or row is None or member.part != Part.OWNER.value:
        return False
    if row.sample or not _SHORTEST <= len(tidy) <= _LONGEST:
        return False
    if row.name != tidy:
        row.name = tidy
        member.verified, member.verified_at = False, None
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


async def offer_of(session: AsyncSession, code: str, *, now: datetime) -> JoinCode | None:
    """The offer of a code that still works."""
    offer = await session.get(JoinCode, digest(plausible(code)))
    return None if offer is None or offer.expires_at <= now else offer


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


async def claims(session: AsyncSession) -> list[tuple[Member, Organisation]]:
    """Claims of named organisations that nobody has verified, the oldest first."""
    found = await session.execute(
        select(Member, Organisation)
        .join(Organisation, col(Organisation.id) == col(Member.organisation_id))
        .where(
            col(Member.verified).is_(False),
            col(Member.verified_at).is_(None),
            col(Organisation.name).is_not(None),
            col(Organisation.sample).is_(False),
        )
        .order_by(col(Member.since))
        .limit(200)
    )
    return [(member, organisation) for member, organisation in found]


async def decide_claim(
    session: AsyncSession,
    person: PersonId,
    organisation: OrganisationId,
    *,
    verified: bool,
    now: datetime,
) -> Organisation:
    """What staff found out about a claim; raises `NotFound` where it is gone."""
    member = await session.get(Member, (person, organisation))
    row = await session.get(Organisation, organisation)
    if member is None or row is None or row.name is None:
        raise NotFound
    member.verified, member.verified_at = verified, now
    return row
