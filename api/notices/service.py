"""Notices on their way: written, submitted, approved by a second official, withdrawn."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Actor
from api.deliveries.models import Delivery
from api.deliveries.service import cancel
from api.enterprises.models import Subscription
from api.foundation.errors import BadInput, Fault, NotAllowed, NotFound, OwnNotice, WrongState
from api.foundation.ids import new_id
from api.notices.models import Expansion, Notice, NoticeId, NoticeState

EXPANSIONS = "notice_expansions"
"""What is woken when a notice has to be laid down."""
_LONGEST_TITLE, _LONGEST_BODY, _LONGEST_LINK = 100, 2500, 500
_OPEN = frozenset({NoticeState.DRAFT.value, NoticeState.REFUSED.value})


class NoticeIn(BaseModel):
    """What an official writes."""

    model_config = ConfigDict(frozen=True)

    programme: str
    title: str
    body: str
    title_en: str = ""
    body_en: str = ""
    link: str = ""
    region: str = ""


def check_notice(
    given: NoticeIn, *, programmes: Collection[str], regions: Collection[str], actor: Actor
) -> None:
    """Raise `BadInput` with a fault for each field that cannot stand, `NotAllowed` elsewhere."""
    faults = []
    if given.programme not in programmes:
        faults.append(Fault("programme", "unknown", "请选择一个项目 / choose a programme"))
    if not 0 < len(given.title) <= _LONGEST_TITLE or len(given.title_en) > _LONGEST_TITLE:
        faults.append(Fault("title", "length", "标题为 1–100 个字 / 1 to 100 characters"))
    if not 0 < len(given.body) <= _LONGEST_BODY or len(given.body_en) > _LONGEST_BODY:
        faults.append(Fault("body", "length", "正文为 1–2500 个字 / 1 to 2,500 characters"))
    if bool(given.title_en) != bool(given.body_en):
        faults.append(Fault("body_en", "both", "英文标题和正文要一起填 / give both or neither"))
    if given.link and (not given.link.startswith("https://") or len(given.link) > _LONGEST_LINK):
        faults.append(Fault("link", "https", "链接须以 https:// 开头 / must begin with https://"))
    if given.region and given.region not in regions:
        faults.append(Fault("region", "unknown", "没有这个地区 / no such region"))
    if faults:
        raise BadInput(*faults)
    if actor.region and given.region != actor.region:
        raise NotAllowed


def write_notice(session: AsyncSession, actor: Actor, given: NoticeIn, *, now: datetime) -> Notice:
    """A new draft."""
    notice = Notice(
        id=NoticeId(new_id()), office_id=actor.office, author_id=actor.account, created_at=now,
        changed_at=now, **given.model_dump(),
    )  # fmt: skip
    session.add(notice)
    return notice


def edit_notice(notice: Notice, actor: Actor, given: NoticeIn, *, now: datetime) -> None:
    """Other words; only the author's own draft, or one that was sent back."""
    _must_be(notice, _OPEN)
    if notice.author_id != actor.account:
        raise NotAllowed
    for name, value in given.model_dump().items():
        setattr(notice, name, value)
    notice.changed_at = now


def submit_notice(notice: Notice, actor: Actor, *, now: datetime) -> None:
    """Ask a second official."""
    _must_be(notice, _OPEN)
    if notice.author_id != actor.account:
        raise NotAllowed
    notice.state, notice.changed_at, notice.reason = NoticeState.SUBMITTED.value, now, ""


def approve_notice(session: AsyncSession, notice: Notice, actor: Actor, *, now: datetime) -> None:
    """A second official lets it go out; raises `OwnNotice` for its author."""
    _must_be(notice, {NoticeState.SUBMITTED.value})
    if notice.author_id == actor.account:
        raise OwnNotice
    notice.state, notice.decided_by = NoticeState.APPROVED.value, actor.account
    notice.decided_at = notice.changed_at = now
    session.add(Expansion(id=new_id(), notice_id=notice.id, revision=notice.revision, run_at=now))


def refuse_notice(notice: Notice, actor: Actor, reason: str, *, now: datetime) -> None:
    """A second official sends it back, with a reason."""
    _must_be(notice, {NoticeState.SUBMITTED.value})
    if notice.author_id == actor.account:
        raise OwnNotice
    if not reason:
        raise BadInput(Fault("reason", "length", "请写明原因 / say why"))
    notice.state, notice.reason = NoticeState.REFUSED.value, reason[:1000]
    notice.decided_by, notice.decided_at, notice.changed_at = actor.account, now, now


async def withdraw_notice(session: AsyncSession, notice: Notice, *, now: datetime) -> None:
    """No further delivery; what went out cannot be taken back."""
    _must_be(notice, {*_OPEN, NoticeState.SUBMITTED.value, NoticeState.APPROVED.value})
    notice.state, notice.changed_at = NoticeState.WITHDRAWN.value, now
    await cancel(session, [occasion_of(notice)], now=now)


def _must_be(notice: Notice, states: Collection[str]) -> None:
    if notice.state not in states:
        raise WrongState


def occasion_of(notice: Notice) -> str:
    """What the deliveries of a notice are about."""
    return f"notice:{notice.id}:r{notice.revision}"


async def own_notice(session: AsyncSession, actor: Actor, id_: UUID) -> Notice:
    """A notice of the actor's office; an auditor may see those of all."""
    notice = await session.get(Notice, id_)
    if notice is None or not (actor.sees_every_office or notice.office_id == actor.office):
        raise NotFound
    return notice


async def notices_seen_by(session: AsyncSession, actor: Actor) -> Sequence[Notice]:
    """The notices of the actor's office, the newest first; an auditor sees those of all."""
    found = select(Notice).order_by(col(Notice.changed_at).desc(), col(Notice.id)).limit(200)
    if not actor.sees_every_office:
        found = found.where(col(Notice.office_id) == actor.office)
    return (await session.scalars(found)).all()


async def awaiting_approval(session: AsyncSession, actor: Actor) -> int:
    """How many notices of the office wait for a second official who is not their author."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(Notice)
            .where(
                col(Notice.office_id) == actor.office,
                col(Notice.state) == NoticeState.SUBMITTED.value,
                or_(col(Notice.author_id).is_(None), col(Notice.author_id) != actor.account),
            )
        )
    ) or 0


async def counts_of(session: AsyncSession, notice: Notice) -> Mapping[str, int]:
    """How many deliveries are in each state, and `laid`: all of them."""
    found = await session.execute(
        select(col(Delivery.state), func.count())
        .where(col(Delivery.occasion) == occasion_of(notice))
        .group_by(col(Delivery.state))
    )
    counts = Counter(dict(found.tuples().all()))
    counts["laid"] = sum(counts.values())
    return counts


async def causes_of(session: AsyncSession, notice: Notice) -> Mapping[str, int]:
    """Why deliveries ended or stayed unknown."""
    found = await session.execute(
        select(col(Delivery.cause), func.count())
        .where(
            col(Delivery.occasion) == occasion_of(notice),
            col(Delivery.state).in_(["ended", "unknown"]),
        )
        .group_by(col(Delivery.cause))
    )
    return {cause or "": count for cause, count in found.tuples()}


async def followers(session: AsyncSession, programme: str) -> int:
    """How many follow a programme now."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(Subscription)
            .where(col(Subscription.programme) == programme)
        )
    ) or 0
