"""Answering an applicant where they asked, and what became of each answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Actor
from api.accounts.models import Account
from api.deliveries.models import Delivery, DeliveryState
from api.foundation.errors import BadInput, Fault, NotFound, WrongState
from api.tickets.desk import HOLD, LANGUAGES, lock_held, tell
from api.tickets.models import Ticket, TicketMessage
from dialogs.cards.staff import staff_reply

LONGEST = 3500
"""Characters of one answer."""
LONGEST_TOKEN = 40
WRONG_LENGTH = "回复为 1 到 3500 个字。"
"""A message of the console's catalogue."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member of staff wrote, and what became of it."""

    sequence: int
    text: str
    author: str
    """Empty: the account is gone."""
    at: datetime
    state: str
    """Of the delivery (`DeliveryState`); empty: there is none any more."""
    cause: str
    repeated: bool
    """Whether it was sent again."""

    @property
    def may_repeat(self) -> bool:
        """Nobody knows whether it arrived: a person may decide to send it again, once."""
        return self.state == DeliveryState.UNKNOWN.value and not self.repeated


async def reply(
    session: AsyncSession, actor: Actor, ticket: Ticket, text: str, token: str, *, now: datetime
) -> bool:
    """Answer the applicant and go on holding; False where the same form was sent before.

    Raises `BadInput` for a text that is empty or too long, `NotHolder`.
    """
    tidy = text.replace("\r\n", "\n").strip()
    if not 0 < len(tidy) <= LONGEST:
        raise BadInput(Fault("text", "length", WRONG_LENGTH))
    if not 0 < len(token) <= LONGEST_TOKEN:
        raise BadInput(Fault("token", "length", WRONG_LENGTH))
    await lock_held(session, actor, ticket, now)
    known = select(col(TicketMessage.sequence)).where(
        col(TicketMessage.ticket_id) == ticket.id, col(TicketMessage.token) == token
    )
    if await session.scalar(known) is not None:
        return False
    last = select(func.max(col(TicketMessage.sequence))).where(
        col(TicketMessage.ticket_id) == ticket.id
    )
    sequence = (await session.scalar(last) or 0) + 1
    session.add(
        TicketMessage(
            ticket_id=ticket.id, sequence=sequence, account_id=actor.account, text=tidy,
            token=token, at=now,
        )
    )  # fmt: skip
    ticket.held_until, ticket.answered_at = now + HOLD, now
    replies = {language: staff_reply(actor.name, tidy, language) for language in LANGUAGES}
    await tell(session, ticket, occasion_of(ticket, sequence), replies, now)
    return True


async def send_again(
    session: AsyncSession, actor: Actor, ticket: Ticket, sequence: int, *, now: datetime
) -> bool:
    """The same words as a new message, where nobody knows what became of the earlier one.

    Raises `NotFound`, `NotHolder`, and `WrongState` where it is known; False for the second time.
    """
    said = await session.get(TicketMessage, (ticket.id, sequence))
    if said is None:
        raise NotFound
    state = await session.scalar(
        select(col(Delivery.state)).where(
            col(Delivery.person_id) == ticket.person_id,
            col(Delivery.occasion) == occasion_of(ticket, sequence),
        )
    )
    if state != DeliveryState.UNKNOWN.value:
        raise WrongState
    return await reply(session, actor, ticket, said.text, _again(sequence), now=now)


async def answers_on(session: AsyncSession, ticket: Ticket) -> Sequence[Answer]:
    """What staff wrote, in order, with what became of each."""
    found = (
        await session.execute(
            select(TicketMessage, col(Account.name))
            .outerjoin(Account, col(Account.id) == col(TicketMessage.account_id))
            .where(col(TicketMessage.ticket_id) == ticket.id)
            .order_by(col(TicketMessage.sequence))
        )
    ).all()
    occasions = [occasion_of(ticket, message.sequence) for message, _ in found]
    deliveries = {
        row.occasion: row
        for row in await session.scalars(
            select(Delivery).where(
                col(Delivery.person_id) == ticket.person_id, col(Delivery.occasion).in_(occasions)
            )
        )
    }
    tokens = {message.token for message, _ in found}
    return [
        _answer(message, author, deliveries.get(occasion), tokens)
        for (message, author), occasion in zip(found, occasions, strict=True)
    ]


def _answer(
    message: TicketMessage, author: str | None, delivery: Delivery | None, tokens: set[str]
) -> Answer:
    return Answer(
        sequence=message.sequence,
        text=message.text,
        author=author or "",
        at=message.at,
        state="" if delivery is None else delivery.state,
        cause="" if delivery is None else delivery.cause or "",
        repeated=_again(message.sequence) in tokens,
    )


def occasion_of(ticket: Ticket, sequence: int) -> str:
    """What the delivery of an answer is about."""
    return f"ticket:{ticket.id}:{sequence}"


def _again(sequence: int) -> str:
    """The token of a repetition: pressing twice repeats once."""
    return f"again:{sequence}"
