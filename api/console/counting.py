"""What waits for whoever signed in, for the page they come home to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.actors import Action, Actor
from api.console.texts import marked
from api.enterprises.membership import claims
from api.library.windows import windows_seen_by
from api.notices.service import awaiting_approval
from api.tickets.desk import waiting


@dataclass(frozen=True, slots=True)
class Awaiting:
    """So many of something, and where they are."""

    path: str
    label: str
    count: int


async def awaiting(session: AsyncSession, actor: Actor, *, now: datetime) -> list[Awaiting]:
    """The counts of everything the actor may do something about."""
    found = []
    if actor.may(Action.TICKETS_ANSWER):
        count = await waiting(session, actor)
        found.append(Awaiting("/console/tickets", marked("待接手的工单"), count))
    if actor.may(Action.MEMBERS_VERIFY):
        count = len(await claims(session))
        found.append(Awaiting("/console/members", marked("待核实的单位"), count))
    if actor.may(Action.NOTICES_WRITE):
        count = await awaiting_approval(session, actor)
        found.append(Awaiting("/console/notices", marked("等您审核的通知"), count))
    if actor.may(Action.WINDOWS_PUBLISH):
        windows = await windows_seen_by(session, actor)
        count = sum(w.withdrawn_at is None and w.closes_at > now for w in windows)
        found.append(Awaiting("/console/windows", marked("未截止的申报窗口"), count))
    return found
