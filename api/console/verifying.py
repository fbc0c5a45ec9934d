"""Claims to speak for an organisation, for the staff who check them."""

from uuid import UUID

from fastapi import Request, Response

from api.console.entrance import CheckedForm, Verifier
from api.console.pages import page_router
from api.console.shell import after, render
from api.deliveries.models import Priority
from api.deliveries.service import TOPIC as DELIVERIES
from api.deliveries.service import lay
from api.enterprises.membership import claims, decide_claim
from api.enterprises.models import OrganisationId, PersonId
from api.foundation.database import ReadSession, WriteSession
from api.foundation.now import Moment
from dialogs.cards.staff import claim_verified_reply
from knowledge.model import Language

router = page_router()

_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@router.get("/members")
async def members(request: Request, actor: Verifier, session: ReadSession) -> Response:
    return render(request, actor, "members.html", claims=await claims(session))


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
    del actor
    verified = form["verified"] == "yes"
    who = PersonId(person)
    row = await decide_claim(session, who, OrganisationId(organisation), verified=verified, now=now)
    name = row.name or ""
    await lay(
        session, occasion=f"claim:{organisation}:{int(now.timestamp())}", person=who,
        priority=Priority.STAFF, now=now,
        replies={lang: claim_verified_reply(name, verified, lang) for lang in _LANGUAGES},
    )  # fmt: skip
    done = "verified" if verified else "refused"
    return after("/console/members", done, wake=request.app.state.wake, topics=(DELIVERIES,))
