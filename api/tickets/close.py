"""Ending a hold and ending a ticket; the applicant hears that the assistant speaks again."""

from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.actors import Actor
from api.deliveries.service import next_number
from api.foundation.errors import NotHolder, WrongState
from api.tickets.desk import LANGUAGES, is_held, lock, lock_held, release, tell
from api.tickets.models import Ticket, TicketState
from api.tickets.service import holder_of
from dialogs.cards.staff import given_back_reply


async def give_back(session: AsyncSession, actor: Actor, ticket: Ticket, *, now: datetime) -> None:
    """The assistant speaks again; the ticket stays open. Raises `NotHolder`."""
    await lock_held(session, actor, ticket, now)
    release(ticket)
    await tell_back(session, ticket, "staff", now)


async def close(session: AsyncSession, actor: Actor, ticket: Ticket, *, now: datetime) -> None:
    """It is settled. Whoever holds it may say so, or anybody where nobody does.

    Raises `NotHolder` where somebody else does, `WrongState` where it is closed already.
    """
    await lock(session, actor, ticket)
    if ticket.state == TicketState.CLOSED.value:
        raise WrongState
    if is_held(ticket, now) and ticket.held_by != actor.account:
        raise NotHolder
    release(ticket)
    ticket.state, ticket.closed_at = TicketState.CLOSED.value, now
    ticket.office_id = ticket.office_id or actor.office
    await tell_back(session, ticket, "closed", now)


async def reopen(session: AsyncSession, actor: Actor, ticket: Ticket) -> None:
    """It is not settled after all. Raises `WrongState`."""
    await lock(session, actor, ticket)
    if ticket.state != TicketState.CLOSED.value:
        raise WrongState
    release(ticket)
    ticket.closed_at = None


async def tell_back(
    session: AsyncSession,
    ticket: Ticket,
    why: Literal["staff", "timeout", "closed"],
    now: datetime,
) -> None:
    """Say so, once for each time, unless the chat is still held by another ticket of it."""
    await session.flush()
    if why != "closed" and await holder_of(session, ticket.contact_id, now=now):
        return
    prefix = f"ticket:{ticket.id}:back:"
    number = await next_number(session, prefix, ticket.person_id)
    replies = {language: given_back_reply(language, why) for language in LANGUAGES}
    await tell(session, ticket, f"{prefix}{number}", replies, now)
