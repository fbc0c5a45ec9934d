"""The work of deadlines, one step at a time, and what it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from api.deadlines.models import Reminder
from api.deadlines.service import answer_window, follow_windows, unfollow_windows
from api.deadlines.tasks import DeadlineWork
from api.enterprises.models import Organisation, Person, PersonId
from api.enterprises.service import recall
from api.enterprises.subscriptions import follow, unfollow
from api.foundation.database import Database
from api.library.models import Window
from knowledge.base import KnowledgeBase
from tests.builders.clocks import StandingClock
from tests.builders.followers import PROGRAMME, told


@dataclass
class Ladders:
    """One worker of deadlines, and the hands of those who follow."""

    database: Database
    base: KnowledgeBase
    now: StandingClock

    def worker(self, owner: str = "one") -> DeadlineWork:
        return DeadlineWork(self.database, self.base, owner)

    async def plan(self) -> None:
        """Lay all ladders that are to be laid."""
        while await self.worker().lay_plans(self.now()):
            pass

    async def fire(self) -> None:
        """Tell all that is due."""
        while await self.worker().fire_reminders(self.now()):
            pass

    async def pass_days(self, days: int) -> None:
        """Let days pass, with the worker at work on each of them."""
        for _ in range(days):
            self.now.pass_by(days=1)
            await self.fire()

    async def follow(self, person: Person, organisation: Organisation) -> None:
        async with self.database.writing() as session:
            await follow(session, person.id, PROGRAMME, organisation.id, now=self.now())
            dossier = await recall(session, self.base, organisation.id, member=person.id)
            await follow_windows(
                session, person.id, organisation.id, PROGRAMME, dossier, now=self.now()
            )

    async def unfollow(self, person: Person) -> None:
        async with self.database.writing() as session:
            await unfollow(session, person.id, PROGRAMME)
            await unfollow_windows(session, person.id, PROGRAMME, now=self.now())

    async def answer(self, person: Person, window: Window | str, answer: str) -> None:
        id_ = window if isinstance(window, str) else str(window.id)
        async with self.database.writing() as session:
            await answer_window(session, person.id, id_, answer, now=self.now())  # type: ignore[arg-type]  # the tests name the three

    async def reminders(self, person: PersonId | None = None) -> Sequence[Reminder]:
        query = select(Reminder).order_by(col(Reminder.run_at), col(Reminder.step))
        if person is not None:
            query = query.where(col(Reminder.person_id) == person)
        async with self.database.reading() as session:
            return (await session.scalars(query)).all()

    async def steps(self, state: str, person: PersonId | None = None) -> list[str]:
        """The steps in a state, in the order they are due."""
        return [row.step for row in await self.reminders(person) if row.state == state]

    async def occasions(self, person: PersonId | None = None) -> list[str]:
        """What was laid down, without the ids: `reminder:new:r1`."""
        found = []
        for row in await told(self.database, person):
            kind, _, rest = row.occasion.split(":", 2)
            found.append(f"{kind}:{rest}" + ("" if row.state == "queued" else f" {row.state}"))
        return found
