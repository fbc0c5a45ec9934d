"""What officials and staff of the demo look at: windows, a ticket, a notice; all marked 示例."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Actor
from api.accounts.models import Account, Office, Role
from api.conversations.models import Conversation, ConversationId
from api.conversations.service import Host, Message
from api.conversations.transcript import tell
from api.deadlines.service import plan_window
from api.deadlines.tasks import DeadlineWork
from api.deliveries.sending import Sender
from api.enterprises.subscriptions import follow
from api.foundation.database import Database
from api.foundation.now import CHINA
from api.foundation.wake import Wake
from api.library.models import Window
from api.library.service import Library
from api.library.windows import Level, WindowIn, publish_window
from api.notices import service as notices
from api.notices.models import Notice
from api.notices.tasks import NoticeWork
from dialogs.message import Pressed, Said

MARK = "（示例）"
OPEN, ANNOUNCED = "new-rd-institution", "science-popularisation-base"
_CLOSING = time(17, 0)
_OWNER = "demo"


@dataclass(frozen=True, slots=True)
class Desks:
    """Fills the desks once, over the conversations of the sample enterprises."""

    database: Database
    library: Library
    host: Host
    now: datetime

    async def fill(self, conversations: Sequence[ConversationId]) -> None:
        """Two windows, one ticket and one notice; what is there already stays as it is."""
        async with self.database.writing() as session:
            author, second = await self._officials(session)
            known = await session.scalar(
                select(col(Window.id)).where(col(Window.title).endswith(MARK)).limit(1)
            )
            if author is None or second is None or known is not None:
                return
            for conversation in conversations:
                row = await session.get_one(Conversation, conversation)
                for programme in (OPEN, ANNOUNCED):
                    await follow(
                        session, row.person_id, programme, row.organisation_id, now=self.now
                    )
            await self._windows(session, author)
            await self._notice(session, author, second)
        await self._ticket(conversations[0])
        await self._send()

    async def _officials(self, session: AsyncSession) -> tuple[Actor | None, Actor | None]:
        """The two officials of the first start, or the first two there are in one office."""
        found = (
            await session.execute(
                select(Account, Office)
                .join(Office, col(Office.id) == col(Account.office_id))
                .where(col(Account.role) == Role.OFFICIAL.value, col(Account.disabled_at).is_(None))
                .order_by(col(Account.created_at), col(Account.login))
            )
        ).all()
        first = None if not found else _actor(*found[0])
        others = [_actor(a, o) for a, o in found[1:] if first and o.id == first.office]
        return first, next(iter(others), None)

    async def _windows(self, session: AsyncSession, actor: Actor) -> None:
        opened = WindowIn(
            programme=OPEN, title=f"2027 年度第一批{MARK}", opens=self._day(-3),
            levels=(
                Level(zh="县（区）科技部门受理", en="County bureau", at=self._day(20)),
                Level(zh="省辖市科技局推荐", en="City bureau", at=self._day(30)),
                Level(zh="省科技厅受理", en="Provincial department", at=self._day(40)),
            ),
            link="https://example.org/huiqi-demo", note="这是演示用的窗口，不是真的通知。",
        )  # fmt: skip
        announced = WindowIn(
            programme=ANNOUNCED, title=f"2027 年度申报{MARK}", opens=self._day(10),
            levels=(Level(zh="推荐单位受理", en="Recommending body", at=self._day(45)),),
        )  # fmt: skip
        for given in (opened, announced):
            window = publish_window(session, actor, given, now=self.now)
            await session.flush()
            plan_window(session, window, now=self.now)

    async def _notice(self, session: AsyncSession, author: Actor, second: Actor) -> None:
        given = notices.NoticeIn(
            programme=OPEN, title=f"新型研发机构申报培训{MARK}",
            body="下周三下午三点线上讲解申报材料怎样准备。这是演示用的通知，不是真的。",
            title_en="Training for applicants (sample)",
            body_en="How to prepare the papers: online, next Wednesday at 15:00. A sample only.",
        )  # fmt: skip
        notice: Notice = notices.write_notice(session, author, given, now=self.now)
        await session.flush()
        notices.submit_notice(notice, author, now=self.now)
        notices.approve_notice(session, notice, second, now=self.now)

    async def _ticket(self, conversation: ConversationId) -> None:
        """A sample enterprise asks for a person, in the words of the conversation itself."""
        for said in (Said(text="人工"), Said(text="审计报告用去年的可以吗？")):
            await self._say(conversation, said)
        await self._say(conversation, Pressed(button="do:confirm"))

    async def _say(self, conversation: ConversationId, said: Said | Pressed) -> None:
        await self.host.take(conversation, Message(f"sample-{uuid4()}", said), now=self.now)

    async def _send(self) -> None:
        """Lay down and deliver, as the loops of the program would."""
        deadlines = DeadlineWork(self.database, self.library.base, _OWNER)
        expansions = NoticeWork(self.database, self.library.base, _OWNER)
        while await deadlines.lay_plans(self.now) or await expansions.expand(self.now):
            pass
        while await deadlines.fire_reminders(self.now):
            pass
        sender = Sender(
            self.database, {}, tell, Wake(1), slots={}, owner=_OWNER, now=lambda: self.now
        )
        while await sender.send_some():
            pass

    def _day(self, days: int) -> datetime:
        """Five in the afternoon, so many days from today in China."""
        day = self.now.astimezone(CHINA).date() + timedelta(days=days)
        return datetime.combine(day, _CLOSING, CHINA)


def _actor(account: Account, office: Office) -> Actor:
    """An official without a sign-in."""
    return Actor(
        account=account.id, name=account.name, role=Role(account.role), office=office.id,
        office_name=office.name, region=office.region, language="zh", csrf="",
        must_change=False, session="", login=account.login,
        seen_at=account.created_at,
    )  # fmt: skip
