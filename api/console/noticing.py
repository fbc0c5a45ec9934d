"""Notices: written by an official, approved by a second one, followed while they go out."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from fastapi import Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.actors import Action, Actor
from api.accounts.models import Account, Office
from api.console.counting import NOTICES
from api.console.entrance import CheckedForm, Form, NoticeReader, NoticeWriter
from api.console.live import RoomToFollow, changes
from api.console.pages import page_router
from api.console.publishing import own_regions, titles
from api.console.regions import regions
from api.console.shell import after, render
from api.console.texts import marked
from api.deliveries.service import TOPIC as DELIVERIES
from api.foundation.database import ReadSession, WriteSession, database_of
from api.foundation.errors import SENTENCES, HuiqiError, NotAllowed, NotFound, Refused, WrongState
from api.foundation.now import Moment
from api.library.service import Library, LibraryDep
from api.notices import service
from api.notices.audience import audience
from api.notices.models import Notice, NoticeState
from api.notices.service import EXPANSIONS, NoticeIn, own_notice
from api.notices.tasks import notice_as_told

router = page_router()

_DECIDED = frozenset({NoticeState.APPROVED.value, NoticeState.WITHDRAWN.value})

CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "no_contact": marked("没有可送达的对话"),
        "blocked": marked("对方停用了机器人"),
        "chat_gone": marked("对话已不存在"),
        "moved": marked("对话已迁移"),
        "refused": marked("平台拒收"),
        "bad_request": marked("平台拒收"),
        "connection_lost": marked("连接中断"),
        "in_parts": marked("只送出了一部分"),
        "gave_up": marked("一天内未能送出"),
        "worker_died": marked("发送中断"),
        "restored": marked("恢复备份前可能已发送"),
        "timed_out": marked("平台没有答复"),
    }
)
"""Why something did not arrive, in words; another cause is shown as it is kept."""


@router.get("/notices")
async def notices(
    request: Request, actor: NoticeReader, session: ReadSession, library: LibraryDep
) -> Response:
    found = await service.notices_seen_by(session, actor)
    return render(request, actor, "notices.html", notices=found, titles=titles(library, actor))


@router.get("/notices/new")
async def new(request: Request, actor: NoticeWriter, library: LibraryDep) -> Response:
    return _form(request, actor, library, {"region": actor.region}, None)


@router.post("/notices/new")
async def write(
    request: Request,
    actor: NoticeWriter,
    form: CheckedForm,
    session: WriteSession,
    library: LibraryDep,
    now: Moment,
) -> Response:
    given = _read(form)
    try:
        _check(given, library, actor)
    except Refused as error:
        return _form(request, actor, library, form.values(), None, error=error)
    notice = service.write_notice(session, actor, given, now=now)
    return after(f"/console/notices/{notice.id}", "saved")


@router.get("/notices/{notice}")
async def one(
    request: Request, notice: UUID, actor: NoticeReader, session: ReadSession, library: LibraryDep
) -> Response:
    row = await own_notice(session, actor, notice)
    return await _page(request, actor, session, library, row)


async def _page(
    request: Request,
    actor: Actor,
    session: AsyncSession,
    library: Library,
    row: Notice,
    *,
    error: HuiqiError | None = None,
) -> Response:
    office = await session.get_one(Office, row.office_id)
    author = None if row.author_id is None else await session.get(Account, row.author_id)
    decided = None if row.decided_by is None else await session.get(Account, row.decided_by)
    part = "x-live" in request.headers
    return render(
        request, actor, "notice_part.html" if part else "notice.html",
        status=200 if error is None else SENTENCES[error.code].status, error=error, notice=row,
        author="" if author is None else author.name, mine=row.author_id == actor.account,
        decided="" if decided is None else decided.name, title=titles(library, actor).get(
            row.programme, row.programme),
        seen=row.changed_at.isoformat(), why=CAUSES,
        audience=None if row.state in _DECIDED else await audience(
            session, library.base, row.programme, row.region, now=request.app.state.now()),
        told={"zh": notice_as_told(row, office, library.base, "zh"),
              "en": notice_as_told(row, office, library.base, "en")},
        counts=await service.counts_of(session, row), causes=await service.causes_of(session, row),
        regions=regions(library.base, actor.language),
    )  # fmt: skip


@router.get(
    "/notices/{notice}/live", response_class=EventSourceResponse, dependencies=[RoomToFollow]
)
async def follow(
    request: Request, notice: UUID, actor: NoticeReader
) -> AsyncIterator[ServerSentEvent]:
    async with database_of(request).reading() as session:
        await own_notice(session, actor, notice)
    async for event in changes(request, f"notice:{notice}", DELIVERIES):
        yield event


@router.get("/notices/{notice}/edit")
async def edit(
    request: Request, notice: UUID, actor: NoticeWriter, session: ReadSession, library: LibraryDep
) -> Response:
    row = await own_notice(session, actor, notice)
    values = {name: str(getattr(row, name)) for name in NoticeIn.model_fields}
    return _form(request, actor, library, values, row)


@router.post("/notices/{notice}/edit")
async def change(
    request: Request,
    notice: UUID,
    actor: NoticeWriter,
    form: CheckedForm,
    session: WriteSession,
    library: LibraryDep,
    now: Moment,
) -> Response:
    row = await own_notice(session, actor, notice, to_change=True)
    given = _read(form)
    try:
        _check(given, library, actor)
        service.edit_notice(row, actor, given, now=now)
    except Refused as error:
        return _form(request, actor, library, form.values(), row, error=error)
    return after(f"/console/notices/{notice}", "saved")


@router.post("/notices/{notice}/{step}")
async def step(
    request: Request,
    notice: UUID,
    step: str,
    actor: NoticeWriter,
    form: CheckedForm,
    session: WriteSession,
    library: LibraryDep,
    now: Moment,
) -> Response:
    row = await own_notice(session, actor, notice, to_change=True)
    try:
        done = await _taken(session, actor, row, step, form, now)
    except Refused as error:
        return await _page(request, actor, session, library, row, error=error)
    return after(
        f"/console/notices/{notice}", done, wake=request.app.state.wake,
        topics=(EXPANSIONS, NOTICES, f"notice:{notice}"),
    )  # fmt: skip


async def _taken(
    session: AsyncSession, actor: Actor, row: Notice, step: str, form: Form, now: Moment
) -> str:
    """One step of a notice on its way; the word for what was done."""
    if step in {"approve", "refuse"} and not actor.may(Action.NOTICES_APPROVE):
        raise NotAllowed
    match step:
        case "submit":
            service.submit_notice(row, actor, now=now)
            return "submitted"
        case "approve":
            service.approve_notice(session, row, actor, now=now, seen=_seen(form))
            return "approved"
        case "refuse":
            service.refuse_notice(row, actor, form["reason"], now=now)
            return "refused"
        case "withdraw":
            await service.withdraw_notice(session, row, now=now)
            return "withdrawn"
        case _:
            raise NotFound


def _seen(form: Form) -> datetime:
    """Which text was read before it was approved; raises `WrongState` where none was."""
    try:
        seen = datetime.fromisoformat(form["seen"])
    except ValueError:
        raise WrongState from None
    if seen.tzinfo is None:
        raise WrongState
    return seen


def _check(given: NoticeIn, library: Library, actor: Actor) -> None:
    service.check_notice(
        given, programmes=library.base.programmes, regions=regions(library.base, "zh"), actor=actor
    )


def _read(form: Form) -> NoticeIn:
    return NoticeIn(**{name: form[name] for name in NoticeIn.model_fields})


def _form(
    request: Request,
    actor: Actor,
    library: Library,
    values: Mapping[str, str],
    notice: Notice | None,
    *,
    error: HuiqiError | None = None,
) -> Response:
    return render(
        request, actor, "notice_form.html", error=error,
        status=200 if error is None else SENTENCES[error.code].status,
        values=values, notice=notice, titles=titles(library, actor),
        regions=own_regions(library, actor),
    )  # fmt: skip
