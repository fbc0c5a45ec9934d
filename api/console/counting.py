"""What awaits somebody on the home page: each desk adds the count of its own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.actors import Action, Actor
from api.accounts.administering import count_unclaimed
from api.console.texts import marked
from api.conversations.setting_aside import TOPIC as SET_ASIDE
from api.conversations.setting_aside import count_set_aside
from api.deliveries.resending import count_undecided
from api.enterprises.membership import count_claims
from api.notices.service import awaiting_approval
from api.tickets.desk import TOPIC as TICKETS
from api.tickets.queue import count_waiting

MEMBERS = "members"
NOTICES = "notices"
ACCOUNTS = "accounts"
FAILURES = SET_ASIDE
"""What the pages of these desks wake when they did something."""

Count: TypeAlias = Callable[[AsyncSession, Actor, datetime], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Awaited:
    """One kind of work: where it is done, what it is called, who does it, how much there is."""

    path: str
    label: str
    action: Action
    topic: str
    """What is woken when there is more or less of it (`api.foundation.wake`)."""
    count: Count


@dataclass(frozen=True, slots=True)
class Waiting:
    """So much of it."""

    path: str
    label: str
    count: int


async def _unclaimed(session: AsyncSession, actor: Actor, now: datetime) -> int:
    del actor, now
    return await count_unclaimed(session)


async def _tickets(session: AsyncSession, actor: Actor, now: datetime) -> int:
    return await count_waiting(session, actor, now=now)


async def _claims(session: AsyncSession, actor: Actor, now: datetime) -> int:
    del actor, now
    return await count_claims(session)


async def _notices(session: AsyncSession, actor: Actor, now: datetime) -> int:
    del now
    return await awaiting_approval(session, actor)


async def _failures(session: AsyncSession, actor: Actor, now: datetime) -> int:
    del actor, now
    return await count_set_aside(session) + await count_undecided(session)


AWAITED: tuple[Awaited, ...] = (
    Awaited(
        "/console/tickets", marked("待接手的工单"), Action.TICKETS_ANSWER, TICKETS, _tickets
    ),
    Awaited(
        "/console/members", marked("待核实的单位"), Action.MEMBERS_VERIFY, MEMBERS, _claims
    ),
    Awaited(
        "/console/notices", marked("等您审核的通知"), Action.NOTICES_APPROVE, NOTICES, _notices
    ),
    Awaited(
        "/console/failures", marked("未能处理的消息"), Action.FAILURES_DECIDE, FAILURES, _failures
    ),
    Awaited(
        "/console/accounts", marked("账号仍用首次密码"), Action.ACCOUNTS_MANAGE, ACCOUNTS,
        _unclaimed,
    ),
)  # fmt: skip
"""All kinds of work; a new desk adds its line here."""


def topics_of(actor: Actor) -> Sequence[str]:
    """What the home page of this actor listens to."""
    return sorted({each.topic for each in AWAITED if actor.may(each.action)})


async def awaiting(session: AsyncSession, actor: Actor, *, now: datetime) -> Sequence[Waiting]:
    """What awaits this actor; nothing of what the role may not do, and nothing that is empty."""
    mine = [each for each in AWAITED if actor.may(each.action)]
    counted = [Waiting(e.path, e.label, await e.count(session, actor, now)) for e in mine]
    return [each for each in counted if each.count]
