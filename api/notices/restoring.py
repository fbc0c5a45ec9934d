"""What a database that was restored says of notices it does not know to be sent."""

from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.notices.models import Expansion, Notice, NoticeState
from knowledge.model import Text

REASON = Text(
    zh="数据库从备份恢复：这条通知可能已经发出。请核实后再提交。",
    en="The database was restored from a backup: this may have gone out. Look before you submit.",
)


async def send_back(session: AsyncSession, *, now: datetime) -> int:
    """Notices that waited for approval, or were being laid down, go back to their authors.

    Whoever has a delivery of one already is left out when it is approved again. Returns how many.
    """
    going_on = await session.scalars(
        delete(Expansion)
        .where(col(Expansion.done_at).is_(None))
        .returning(col(Expansion.notice_id))
    )
    back = await session.scalars(
        update(Notice)
        .where(
            or_(
                col(Notice.state) == NoticeState.SUBMITTED.value,
                col(Notice.id).in_(going_on.all()),
            ),
            col(Notice.state) != NoticeState.WITHDRAWN.value,
        )
        .values(state=NoticeState.REFUSED.value, reason=f"{REASON.zh} {REASON.en}", changed_at=now)
        .returning(col(Notice.id))
        .execution_options(synchronize_session=False)
    )
    return len(back.all())
