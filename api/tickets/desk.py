"""What all hands on a ticket share: how long a conversation is held, by whom, and telling of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Action, Actor
from api.deliveries.models import Priority
from api.deliveries.service import lay
from api.foundation.errors import NotAllowed, NotHolder
from api.tickets.models import Ticket, TicketState
from dialogs.message import Reply
from knowledge.model import Language

HOLD = timedelta(minutes=30)
"""How long a conversation stays with a person who says nothing."""
TOPIC = "tickets"
"""What is woken when the queue has changed."""
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def page_topic(ticket: Ticket) -> str:
    """What is woken when one ticket has changed."""
    return f"ticket:{ticket.id}"


def is_held(ticket: Ticket, now: datetime) -> bool:
    """Whether somebody holds it: a hold is over at its end, swept or not."""
    held = ticket.state == TicketState.HELD.value and ticket.held_by is not None
    return held and ticket.held_until is not None and ticket.held_until > now


def held_now(now: datetime) -> ColumnElement[bool]:
    """The same in the database."""
    return and_(
        col(Ticket.state) == TicketState.HELD.value,
        col(Ticket.held_by).is_not(None),
        col(Ticket.held_until) > now,
    )


async def lock(session: AsyncSession, actor: Actor, ticket: Ticket) -> None:
    """Read the ticket anew and keep others from changing it; raises `NotAllowed`."""
    if not actor.may(Action.TICKETS_ANSWER):
        raise NotAllowed
    await session.refresh(ticket, with_for_update={"key_share": True})


async def lock_held(session: AsyncSession, actor: Actor, ticket: Ticket, now: datetime) -> None:
    """The same of a ticket the actor holds; raises `NotHolder`."""
    await lock(session, actor, ticket)
    if ticket.held_by != actor.account or not is_held(ticket, now):
        raise NotHolder


def release(ticket: Ticket) -> None:
    """Nobody holds it any more: the assistant speaks."""
    ticket.state = TicketState.OPEN.value
    ticket.held_by = ticket.held_until = None


async def tell(
    session: AsyncSession,
    ticket: Ticket,
    occasion: str,
    replies: Mapping[Language, Reply],
    now: datetime,
) -> None:
    """A message to the applicant in the chat they asked in."""
    await lay(
        session, occasion=occasion, person=ticket.person_id, contact=ticket.contact_id,
        priority=Priority.STAFF, replies=replies, now=now,
    )  # fmt: skip
