"""Taking a conversation over: from then on a person speaks and the assistant is silent."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Action, Actor
from api.accounts.models import Account, AccountId
from api.deliveries.service import next_number
from api.enterprises.models import Contact, ContactId
from api.foundation.errors import HeldAlready, NotAllowed, WrongState
from api.tickets.desk import HOLD, LANGUAGES, held_now, tell
from api.tickets.models import Ticket, TicketState
from dialogs.cards.staff import taken_over_reply


async def claim(session: AsyncSession, actor: Actor, ticket: Ticket, *, now: datetime) -> None:
    """Hold the conversation of a ticket; whoever holds it already goes on holding it.

    Raises `HeldAlready` where somebody else holds the conversation, by this ticket or by another
    one of the same chat; `WrongState` where the ticket is closed.
    """
    if not actor.may(Action.TICKETS_ANSWER):
        raise NotAllowed
    await _alone(session, ticket.contact_id)
    holder = await _holder(session, ticket.contact_id, now)
    if holder is not None and holder[0] != actor.account:
        raise HeldAlready(name=holder[1])
    if not await _taken(session, actor, ticket, now):
        raise WrongState
    await session.refresh(ticket)
    if holder is None:
        await _tell(session, actor, ticket, now)


async def _alone(session: AsyncSession, contact: ContactId) -> None:
    """Let nobody else take over the same conversation meanwhile."""
    await session.execute(
        select(col(Contact.id)).where(col(Contact.id) == contact).with_for_update(key_share=True)
    )


async def _holder(
    session: AsyncSession, contact: ContactId, now: datetime
) -> tuple[AccountId, str] | None:
    found = await session.execute(
        select(col(Account.id), col(Account.name))
        .join(Ticket, col(Ticket.held_by) == col(Account.id))
        .where(col(Ticket.contact_id) == contact, held_now(now))
        .limit(1)
    )
    row = found.one_or_none()
    return None if row is None else (row[0], row[1])


async def _taken(session: AsyncSession, actor: Actor, ticket: Ticket, now: datetime) -> bool:
    taken = await session.scalar(
        update(Ticket)
        .where(col(Ticket.id) == ticket.id, col(Ticket.state) != TicketState.CLOSED.value)
        .values(
            state=TicketState.HELD.value, held_by=actor.account, held_until=now + HOLD,
            office_id=actor.office,
        )
        .returning(col(Ticket.id))
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return taken is not None


async def _tell(session: AsyncSession, actor: Actor, ticket: Ticket, now: datetime) -> None:
    """That a person reads along, once for each time it begins."""
    prefix = f"ticket:{ticket.id}:claimed:"
    number = await next_number(session, prefix, ticket.person_id)
    replies = {language: taken_over_reply(actor.name, language) for language in LANGUAGES}
    await tell(session, ticket, f"{prefix}{number}", replies, now)
