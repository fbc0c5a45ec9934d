"""Notices on their way to the followers of a programme."""

from datetime import datetime

from api.accounts.actors import Actor
from api.foundation.database import Database
from api.notices.models import Notice
from api.notices.service import (
    NoticeIn,
    approve_notice,
    own_notice,
    submit_notice,
    write_notice,
)
from tests.builders.clocks import START
from tests.builders.followers import PROGRAMME


def a_notice_in(**changes: object) -> NoticeIn:
    """What an official fills in."""
    given: dict[str, object] = {
        "programme": PROGRAMME, "title": "补正通知", "body": "请于本月底前补正材料。",
        "title_en": "Corrections", "body_en": "Please correct your papers by the end of the month.",
        "link": "https://kjt.example.gov.cn/n/1",
    }  # fmt: skip
    return NoticeIn.model_validate(given | changes)


async def a_notice(
    database: Database,
    author: Actor,
    *,
    submitted: bool = False,
    approved_by: Actor | None = None,
    now: datetime = START,
    **changes: object,
) -> Notice:
    """A draft, or what became of it so far."""
    async with database.writing() as session:
        notice = write_notice(session, author, a_notice_in(**changes), now=now)
        await session.flush()
        if submitted or approved_by is not None:
            submit_notice(notice, author, now=now)
        if approved_by is not None:
            approve_notice(session, notice, approved_by, now=now)
    return notice


async def read_again(database: Database, actor: Actor, notice: Notice) -> Notice:
    """The notice as it stands now."""
    async with database.reading() as session:
        return await own_notice(session, actor, notice.id)
