"""Claims to speak for an organisation, for the staff who check them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.actors import Actor
from api.console.counting import MEMBERS
from api.console.entrance import CheckedForm, Verifier
from api.console.pages import page_router
from api.console.reviewing import Known, known_of, profile_of
from api.console.shell import after, render
from api.deliveries.models import Priority
from api.deliveries.service import TOPIC as DELIVERIES
from api.deliveries.service import lay, next_number
from api.enterprises.contacts import contacts_of
from api.enterprises.membership import (
    claims,
    count_claims,
    namesakes,
    refuse_member,
    verify_member,
)
from api.enterprises.models import Member, Organisation, OrganisationId, PersonId
from api.foundation.database import ReadSession, WriteSession
from api.foundation.now import Moment
from api.library.service import Library, LibraryDep
from dialogs.cards.staff import claim_verified_reply
from knowledge.model import Language

router = page_router()

_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_MOST = 50


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says they speak for which organisation, and what speaks for them."""

    member: Member
    organisation: Organisation
    channels: Sequence[str]
    known: Sequence[Known]
    """What they answered themselves."""
    namesakes: int
    """Other organisations of this name that somebody verified speaks for."""


@router.get("/members")
async def members(
    request: Request, actor: Verifier, session: ReadSession, library: LibraryDep
) -> Response:
    found = await claims(session, limit=_MOST)
    listed = [await _claim(session, library, actor, *each) for each in found]
    count = await count_claims(session)
    return render(request, actor, "members.html", claims=listed, more=count - len(listed))


async def _claim(
    session: AsyncSession, library: Library, actor: Actor, member: Member, row: Organisation
) -> Claim:
    dossier = await profile_of(session, library, row.id, member.person_id)
    contacts = await contacts_of(session, member.person_id)
    return Claim(
        member=member,
        organisation=row,
        channels=sorted({contact.channel for contact in contacts}),
        known=known_of(library.base, dossier, actor.language),
        namesakes=await namesakes(session, row),
    )


@router.post("/members/{organisation}/{person}")
async def decide(
    request: Request,
    organisation: UUID,
    person: UUID,
    actor: Verifier,
    form: CheckedForm,
    session: WriteSession,
    now: Moment,
) -> Response:
    verified, name = form["verified"] == "yes", form["name"]
    who, which = PersonId(person), OrganisationId(organisation)
    decision = verify_member if verified else refuse_member
    await decision(session, actor, who, which, name=name, now=now)
    prefix = f"claim:{organisation}:{person}:"
    await lay(
        session, occasion=f"{prefix}{await next_number(session, prefix, who)}", person=who,
        priority=Priority.STAFF, now=now,
        replies={lang: claim_verified_reply(name, verified, lang) for lang in _LANGUAGES},
    )  # fmt: skip
    done = "verified" if verified else "unverified"
    return after(
        "/console/members", done, wake=request.app.state.wake, topics=(DELIVERIES, MEMBERS)
    )
