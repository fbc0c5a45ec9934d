"""Persons, their organisations and what they asked staff, and staff as services know them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fastapi import FastAPI

from api.accounts.actors import Actor
from api.accounts.models import Office, OfficeId, Role
from api.accounts.signing_in import actor_of
from api.conversations.founding import Seat, found_conversation
from api.conversations.models import ConversationId
from api.enterprises.contacts import WEB
from api.enterprises.models import ContactId, OrganisationId, PersonId
from api.enterprises.service import recall, remember
from api.tickets.models import Ticket
from api.tickets.service import open_ticket
from knowledge.profile import Asking
from knowledge.value import Raw, read_dossier, write_dossier
from tests.builders.accounts import SignedIn, an_account

_NONE: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person with a chat and an organisation they speak of."""

    person: PersonId
    organisation: OrganisationId
    contact: ContactId
    conversation: ConversationId


async def a_person(
    app: FastAPI,
    name: str | None = None,
    *,
    channel: str = WEB,
    address: str = "",
    known: Mapping[str, object] = _NONE,
) -> Somebody:
    """Somebody who agreed just now; `known` is what they answered."""
    now = app.state.now()
    async with app.state.database.writing() as session:
        seat = Seat(channel, account="1" if channel != WEB else "", address=address)
        made = await found_conversation(
            session, seat, notice="notice", language="zh", last_sequence=0, now=now, name=name
        )
        found = Somebody(made.person_id, made.organisation_id, made.contact_id, made.id)
    for fact, value in known.items():
        await said(app, found, fact, value)
    return found


async def said(
    app: FastAPI,
    somebody: Somebody,
    fact: str,
    value: object,
    *,
    of: OrganisationId | None = None,
) -> None:
    """One answer, now, of their own organisation or of another one."""
    base = app.state.shelf.current.base
    written: Raw = write_dossier(base.facts, read_dossier(base.facts, {fact: value}))[fact]
    async with app.state.database.writing() as session:
        await remember(
            session, base, of or somebody.organisation, Asking.parse(fact), written,
            source="said", person=somebody.person, now=app.state.now(),
        )  # fmt: skip


async def seen(
    app: FastAPI, somebody: Somebody, *, of: OrganisationId | None = None
) -> Mapping[str, object]:
    """What they see of their own organisation, or of another one, as it is written."""
    base = app.state.shelf.current.base
    async with app.state.database.reading() as session:
        dossier = await recall(session, base, of or somebody.organisation, member=somebody.person)
    return dict(write_dossier(base.facts, dossier))


async def a_ticket(
    app: FastAPI,
    by: Somebody | None = None,
    *,
    kind: str = "person",
    reason: str = "想问一下",
    programme: str = "",
    criterion: str = "",
    office: OfficeId | None = None,
) -> Ticket:
    """What somebody asked just now; of nobody's office unless one is named."""
    by = by or await a_person(app)
    async with app.state.database.writing() as session:
        ticket = open_ticket(
            session, kind=kind, reason=reason, programme=programme, criterion=criterion,
            release=app.state.shelf.current.base.release, person=by.person,
            organisation=by.organisation, contact=by.contact, now=app.state.now(),
        )  # fmt: skip
        ticket.office_id = office
    return ticket


async def actor_for(app: FastAPI, browser: SignedIn) -> Actor:
    """Whoever is signed in, as services know them."""
    async with app.state.database.reading() as session:
        actor = await actor_of(session, browser.token, now=app.state.now())
    assert actor is not None
    return actor


async def an_actor(
    app: FastAPI, role: Role, *, office: Office | None = None, name: str = ""
) -> Actor:
    """A new account of a role, as services know it."""
    return await actor_for(app, await an_account(app, role, office=office, name=name))
