"""What the program could not finish by itself: a person tries it again, or lets it be."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

import structlog
from fastapi import Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.counting import FAILURES
from api.console.entrance import CheckedForm, FailureDecider, FailureReader
from api.console.live import RoomToFollow, changes
from api.console.noticing import CAUSES
from api.console.pages import page_router
from api.console.shell import after, render
from api.console.texts import marked
from api.conversations.inbox import TOPIC as INBOX
from api.conversations.setting_aside import dismiss, list_set_aside, try_again
from api.deliveries import resending
from api.deliveries.models import Delivery
from api.deliveries.service import TOPIC as DELIVERIES
from api.enterprises.models import Contact
from api.foundation.database import ReadSession, WriteSession
from api.foundation.errors import WrongState
from api.foundation.now import Moment
from api.notices.models import Notice, NoticeState
from api.watch.reconciling import count_needing

_MOST = 50
_NOTICE, _TICKET = "notice", "ticket"
PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        "worker_died": marked("处理时进程中断"),
        "no_channel": marked("没有接入这个渠道"),
    }
)
"""Why an update was set aside, in words; another problem is shown by its type."""
KINDS: Mapping[str, str] = MappingProxyType(
    {
        _NOTICE: marked("通知"),
        _TICKET: marked("工单"),
        "claim": marked("单位核实"),
        "withdrawn": marked("申报窗口撤回"),
    }
)
"""What a message is about, by the first word of its occasion."""
FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "failing": marked("反复失败"),
        "no_channel": marked("没有接入这个渠道"),
        "overdue": marked("到时未处理"),
    }
)
LEDGERS: Mapping[str, str] = MappingProxyType(
    {
        "inbox": marked("收到的消息"),
        "deliveries": marked("待发的消息"),
        "reminders": marked("提醒"),
        "window_plans": marked("申报窗口的提醒计划"),
        "notice_expansions": marked("通知的投递"),
    }
)

router = page_router()
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Undecided:
    """A message of unknown outcome."""

    delivery: Delivery
    kind: str
    channel: str
    ticket: str
    """The ticket it answers: there it is sent again, beside what was said; empty: none."""
    repeated: bool


@router.get("/failures")
async def failures(
    request: Request, actor: FailureReader, session: ReadSession, now: Moment
) -> Response:
    return render(
        request, actor, "failures_part.html" if "x-live" in request.headers else "failures.html",
        aside=await list_set_aside(session, limit=_MOST), problems=PROBLEMS, most=_MOST,
        undecided=await _undecided(session), causes=CAUSES, kinds=KINDS,
        stuck=await count_needing(session, now=now), wrong=FAULTS, ledgers=LEDGERS,
    )  # fmt: skip


async def _undecided(session: AsyncSession) -> Sequence[Undecided]:
    found = []
    for row in await resending.list_undecided(session, limit=_MOST):
        kind, id_ = _about(row)
        contact = None if row.contact_id is None else await session.get(Contact, row.contact_id)
        found.append(
            Undecided(
                row, kind, "" if contact is None else contact.channel,
                id_ if kind == _TICKET else "", resending.was_repeated(row),
            )
        )  # fmt: skip
    return found


def _about(row: Delivery) -> tuple[str, str]:
    """The first two words of an occasion: what it is about, and the id of that."""
    kind, _, rest = row.occasion.partition(":")
    return kind, rest.partition(":")[0]


@router.get("/failures/events", response_class=EventSourceResponse, dependencies=[RoomToFollow])
async def follow(request: Request, actor: FailureReader) -> AsyncIterator[ServerSentEvent]:
    del actor
    async for event in changes(request, FAILURES):
        yield event


@router.post("/failures/updates/{update}/again")
async def take_again(
    request: Request,
    update: UUID,
    actor: FailureDecider,
    form: CheckedForm,
    session: WriteSession,
    now: Moment,
) -> Response:
    del form
    await try_again(session, update, now=now)
    log.info("update_tried_again", update=str(update), account=str(actor.account))
    return _done(request, "tried-again", INBOX)


@router.post("/failures/updates/{update}/dismiss")
async def drop(
    request: Request, update: UUID, actor: FailureDecider, form: CheckedForm, session: WriteSession
) -> Response:
    del form
    await dismiss(session, update)
    log.info("update_dismissed", update=str(update), account=str(actor.account))
    return _done(request, "dismissed")


@router.post("/failures/deliveries/{delivery}/again")
async def send_again(
    request: Request,
    delivery: UUID,
    actor: FailureDecider,
    form: CheckedForm,
    session: WriteSession,
    now: Moment,
) -> Response:
    del form
    row = await resending.undecided(session, delivery)
    await _check_wanted(session, row)
    await resending.send_again(session, row, now=now)
    log.info("delivery_sent_again", delivery=str(delivery), account=str(actor.account))
    return _done(request, "replied", DELIVERIES)


async def _check_wanted(session: AsyncSession, row: Delivery) -> None:
    """Raise `WrongState` for a notice withdrawn meanwhile, and for what a ticket's holder sends."""
    kind, id_ = _about(row)
    if kind == _TICKET:
        raise WrongState
    if kind == _NOTICE:
        # Held: whoever withdraws it then finds what is laid down here.
        notice = await session.get(Notice, UUID(id_), with_for_update=True)
        if notice is None or notice.state != NoticeState.APPROVED.value:
            raise WrongState


@router.post("/failures/deliveries/{delivery}/leave")
async def leave(
    request: Request,
    delivery: UUID,
    actor: FailureDecider,
    form: CheckedForm,
    session: WriteSession,
) -> Response:
    del form
    resending.leave(await resending.undecided(session, delivery))
    log.info("delivery_left", delivery=str(delivery), account=str(actor.account))
    return _done(request, "left")


def _done(request: Request, done: str, *topics: str) -> Response:
    wake = request.app.state.wake
    return after("/console/failures", done, wake=wake, topics=(*topics, FAILURES))
