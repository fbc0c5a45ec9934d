"""Notices on their way: written, submitted, approved by a second official, withdrawn."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Actor
from api.deliveries.models import Delivery
from api.deliveries.resending import cancel_both
from api.enterprises.models import Subscription
from api.foundation.errors import BadInput, Fault, NotAllowed, NotFound, OwnNotice, WrongState
from api.foundation.ids import new_id
from api.library.checking import is_https
from api.notices.models import Expansion, Notice, NoticeId, NoticeState
from knowledge.model import Text

EXPANSIONS = "notice_expansions"
"""What is woken when a notice has to be laid down."""
_LONGEST_TITLE, _LONGEST_BODY, _LONGEST_LINK, _LONGEST_REASON = 100, 2500, 500, 1000
_TITLE = Text(zh="标题为 1 到 100 个字。", en="1 to 100 characters.")
_BODY = Text(zh="正文为 1 到 2500 个字。", en="1 to 2,500 characters.")
_BOTH = Text(
    zh="英文标题和正文要一起填写。", en="Give both the English title and text, or neither."
)
_LINK = Text(
    zh="请填写以 https:// 开头的完整链接。", en="Give a whole address that begins with https://."
)
_REASON = Text(zh="请写明原因，最多 1000 字。", en="Say why, in at most 1,000 characters.")
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
    found = list(_wrong(given, programmes, regions))
    if found:
        raise BadInput(
            *(Fault(field, code, said.of(actor.language)) for field, code, said in found)
        )
    if actor.region and given.region != actor.region:
        raise NotAllowed


def _wrong(
    given: NoticeIn, programmes: Collection[str], regions: Collection[str]
) -> Iterator[tuple[str, str, Text]]:
    """A field, a code, and what is wrong with it."""
    if given.programme not in programmes:
        yield "programme", "unknown", Text(zh="请选择一个项目。", en="Choose a programme.")
    if not 0 < len(given.title.strip()) <= _LONGEST_TITLE:
        yield "title", "length", _TITLE
    if len(given.title_en) > _LONGEST_TITLE:
        yield "title_en", "length", _TITLE
    if not 0 < len(given.body.strip()) <= _LONGEST_BODY:
        yield "body", "length", _BODY
    if len(given.body_en) > _LONGEST_BODY:
        yield "body_en", "length", _BODY
    if bool(given.title_en.strip()) != bool(given.body_en.strip()):
        yield "body_en", "both", _BOTH
    if given.link and (not is_https(given.link) or len(given.link) > _LONGEST_LINK):
        yield "link", "https", _LINK
    if given.region and given.region not in regions:
        yield "region", "unknown", Text(zh="没有这个地区。", en="There is no such region.")


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
    _must_be_author(notice, actor)
    for name, value in given.model_dump().items():
        setattr(notice, name, value)
    notice.changed_at = now


def submit_notice(notice: Notice, actor: Actor, *, now: datetime) -> None:
    """Ask a second official."""
    _must_be(notice, _OPEN)
    _must_be_author(notice, actor)
    notice.state, notice.changed_at, notice.reason = NoticeState.SUBMITTED.value, now, ""


def approve_notice(
    session: AsyncSession,
    notice: Notice,
    actor: Actor,
    *,
    now: datetime,
    seen: datetime | None = None,
) -> None:
    """A second official lets it go out; raises `OwnNotice` for its author.

    `seen` is the `changed_at` of what they read: another text must not go out under their name.
    """
    _must_be(notice, {NoticeState.SUBMITTED.value})
    _must_be_second(notice, actor)
    if seen is not None and seen != notice.changed_at:
        raise WrongState
    notice.state, notice.decided_by = NoticeState.APPROVED.value, actor.account
    notice.decided_at = notice.changed_at = now
    session.add(Expansion(id=new_id(), notice_id=notice.id, revision=notice.revision, run_at=now))


def refuse_notice(notice: Notice, actor: Actor, reason: str, *, now: datetime) -> None:
    """A second official sends it back, with a reason."""
    _must_be(notice, {NoticeState.SUBMITTED.value})
    _must_be_second(notice, actor)
    if not 0 < len(reason.strip()) <= _LONGEST_REASON:
        raise BadInput(Fault("reason", "length", _REASON.of(actor.language)))
    notice.state, notice.reason = NoticeState.REFUSED.value, reason.strip()
    notice.decided_by, notice.decided_at, notice.changed_at = actor.account, now, now


async def withdraw_notice(session: AsyncSession, notice: Notice, *, now: datetime) -> None:
    """No further delivery; what went out cannot be taken back."""
    # A batch that is being laid down at this moment is waited for, and then cancelled too.
    await session.refresh(notice, with_for_update=True)
    _must_be(notice, {*_OPEN, NoticeState.SUBMITTED.value, NoticeState.APPROVED.value})
    notice.state, notice.changed_at = NoticeState.WITHDRAWN.value, now
    await cancel_both(session, occasion_of(notice), now=now)


def _must_be_author(notice: Notice, actor: Actor) -> None:
    if notice.author_id != actor.account:
        raise NotAllowed


def _must_be_second(notice: Notice, actor: Actor) -> None:
    if notice.author_id == actor.account:
        raise OwnNotice
    if notice.office_id != actor.office:
        raise NotAllowed


def _must_be(notice: Notice, states: Collection[str]) -> None:
    if notice.state not in states:
        raise WrongState


def occasion_of(notice: Notice) -> str:
    """What the deliveries of a notice are about."""
    return f"notice:{notice.id}:r{notice.revision}"


async def own_notice(
    session: AsyncSession, actor: Actor, id_: UUID, *, to_change: bool = False
) -> Notice:
    """A notice of the actor's office; an auditor may see those of all.

    Two who read it to change it do so one after the other.
    """
    notice = await session.get(Notice, id_, with_for_update=to_change, populate_existing=to_change)
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
    counts = Counter(dict(found.all()))
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
    return {cause or "": count for cause, count in found}


async def followers(session: AsyncSession, programme: str) -> int:
    """How many follow a programme now."""
    counted = (
        select(func.count())
        .select_from(Subscription)
        .where(col(Subscription.programme) == programme)
    )
    return (await session.scalar(counted)) or 0
