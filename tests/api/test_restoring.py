"""A backup put back: refused until somebody says what happened, and then nothing is sent twice."""

import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text, update
from sqlmodel import col

from api.accounts.actors import Actor
from api.accounts.models import ConsoleSession, Role
from api.conversations.models import Conversation, Update
from api.deadlines.service import follow_windows
from api.deliveries.models import Delivery
from api.enterprises.subscriptions import follow
from api.foundation.database import Database, DatabaseRefused
from api.foundation.installation import take_up
from api.foundation.now import now as real_now
from api.library.service import Library
from api.library.windows import Level
from api.main import create_app
from api.notices.models import Notice, NoticeState
from api.notices.service import approve_notice
from api.settings import Settings
from api.tickets.models import Ticket, TicketState
from knowledge.profile import Dossier
from tests.builders.accounts import an_account
from tests.builders.channels import Messenger
from tests.builders.clocks import StandingClock
from tests.builders.crews import Hands
from tests.builders.databases import bring_up, on_postgres, on_sqlite
from tests.builders.engines import closed
from tests.builders.followers import PROGRAMME
from tests.builders.notices import a_notice
from tests.builders.officials import an_official
from tests.builders.restores import done, huiqi, load, put_back
from tests.builders.settings import some_settings
from tests.builders.windows import a_window

BEFORE = timedelta(days=2)
"""The copy is made so long before the moment it is put back: a step of a ladder lies between."""


@dataclass
class Life:
    """One installation with everything under way, and its messenger, which outlives it."""

    hands: Hands
    author: Actor
    second: Actor

    async def work(self) -> None:
        """Every loop of the program until nothing is done any more."""
        crew = replace(self.hands.app.state.crew, channel=self.hands.messenger)
        loops = tuple(crew.loops())
        while sum([await loop.work() for loop in loops]):
            pass

    async def window(self, title: str) -> None:
        now = self.hands.now()
        level = Level(zh="县区", en="county", at=now + timedelta(days=31))
        await a_window(
            self.hands.database, self.author, level, now=now, title=title,
            opens=now - timedelta(days=1),
        )  # fmt: skip

    async def follow(self, chat: str) -> None:
        now = self.hands.now()
        contact = await self.hands.contact(chat)
        async with self.hands.database.writing() as session:
            found = select(Conversation).where(col(Conversation.contact_id) == contact.id)
            organisation = (await session.scalars(found)).one().organisation_id
            await follow(session, contact.person_id, PROGRAMME, organisation, now=now)
            await follow_windows(
                session, contact.person_id, organisation, PROGRAMME, Dossier(), now=now
            )

    def shown(self) -> Counter[str]:
        """Each message that reached a chat, and how often."""
        return Counter(f"{m.address}: {m.reply.text}" for m in self.hands.messenger.sent)


@pytest.fixture
def now() -> StandingClock:
    return StandingClock(real_now() - BEFORE)


@pytest.fixture
async def life(app: FastAPI, now: StandingClock) -> Life:
    """At the moment of the copy something of every kind is on its way."""
    hands = Hands(app, Messenger(), now)
    await take_up(hands.database, now=now())
    author = await an_official(hands.database)
    second = await an_official(hands.database, beside=author)
    made = Life(hands, author, second)
    await an_account(app, Role.STAFF)
    await hands.agree("a")
    await made.follow("a")
    await made.window("announced before")
    await made.work()
    await hands.write("a", text="人工")
    await hands.write("a", press="do:confirm")
    async with hands.database.writing() as session:
        minutes = now() + timedelta(minutes=10)
        await session.execute(
            update(Ticket).values(state=TicketState.HELD.value, held_until=minutes)
        )
    await made.window("announced meanwhile")
    await hands.tell((await hands.contact("a")).person_id, "queued", occasion="notice:1:r1")
    await a_notice(hands.database, author, submitted=True, title="submitted", now=now())
    await a_notice(hands.database, author, approved_by=second, title="approved", now=now())
    await hands.messenger.hand_in(hands.inbox, "b", start="")
    await hands.taker.take_some()
    await hands.messenger.hand_in(hands.inbox, "c", start="")
    return made


@pytest.fixture
async def backup(life: Life, database_url: str, tmp_path: Path) -> Path:
    """The copy, and everything that happened between it and the moment the original was lost."""
    file = tmp_path / "copy"
    said = await done(database_url, f"backup {file}")
    assert str(file) in said
    before = life.shown()
    await life.work()
    async with life.hands.database.writing() as session:
        found = select(Notice).where(col(Notice.state) == NoticeState.SUBMITTED.value)
        notice = (await session.scalars(found)).one()
        approve_notice(session, notice, life.second, now=life.hands.now())
    life.hands.now.moment += BEFORE
    await life.work()
    told = life.shown() - before
    assert len(told) >= 8, "each kind was told between the copy and the loss"
    assert set(told.values()) == {1}
    return file


@pytest.fixture
def restored_url(backup: Path, tmp_path: Path) -> Iterator[str]:
    with put_back(backup, tmp_path / "elsewhere") as url:
        yield url


@pytest.fixture
async def again(
    life: Life, restored_url: str, tmp_path: Path, library: Library
) -> AsyncIterator[Life]:
    """The program over the copy, with the same messenger and the same clock."""
    settings = some_settings(tmp_path, database_url=restored_url)
    app = create_app(settings, now=life.hands.now, library=library)
    yield replace(life, hands=replace(life.hands, app=app))
    await closed(app)


class TestACopy:
    @pytest.mark.parametrize("words", ["worker", "api", "run"])
    async def test_is_refused_with_both_ways_to_go_on(self, restored_url: str, words: str) -> None:
        refused = (await huiqi(restored_url, words)).exception
        assert isinstance(refused, DatabaseRefused)
        assert "huiqi restored  " in str(refused)
        assert "huiqi restored --moved" in str(refused)

    async def test_sends_nothing_twice_once_it_is_said_to_be_a_backup(
        self, again: Life, restored_url: str
    ) -> None:
        before = again.shown()
        await done(restored_url, "restored")
        await take_up(again.hands.database, now=again.hands.now())
        await again.work()
        assert again.shown() == before

    async def test_shows_what_it_does_not_know(self, again: Life, restored_url: str) -> None:
        said = await done(restored_url, "restored")
        async with again.hands.database.reading() as session:
            states = Counter(await session.scalars(select(col(Delivery.cause))))
            problems = (await session.scalars(select(col(Update.problem)))).all()
            notices = (await session.scalars(select(Notice))).all()
            ticket = (await session.scalars(select(Ticket))).one()
            assert (await session.scalars(select(ConsoleSession))).all() == []
        assert states["restored"] == 1
        assert problems.count("restored") == 1
        assert {each.state for each in notices} == {NoticeState.REFUSED.value}
        assert all("备份" in each.reason and "backup" in each.reason for each in notices)
        assert ticket.state == TicketState.OPEN.value
        for line in (
            "1  messages received",
            "3  messages perhaps sent",
            "1  reminders",
            "2  notices",
        ):
            assert f" {line}" in said

    async def test_goes_on_with_the_next_step_and_the_next_turn(
        self, again: Life, restored_url: str
    ) -> None:
        await done(restored_url, "restored")
        await take_up(again.hands.database, now=again.hands.now())
        assert await again.hands.write("a", text="菜单")
        await again.work()
        before = again.shown()
        again.hands.now.pass_by(days=16)
        await again.work()
        told = again.shown() - before
        assert all(f"announced {when}" in str(told) for when in ("before", "meanwhile"))
        assert len(told) == 2

    async def test_goes_on_behind_what_a_page_has_shown(
        self, again: Life, life: Life, restored_url: str
    ) -> None:
        await done(restored_url, "restored")
        shown = [row.sequence for row in await life.hands.entries("a")]
        await again.hands.write("a", text="菜单")
        assert (await again.hands.entries("a"))[-1].sequence > max(shown)


class TestAMovedOne:
    async def test_goes_on_with_what_was_on_its_way(
        self, life: Life, database_url: str, tmp_path: Path, library: Library
    ) -> None:
        file = tmp_path / "copy"
        await done(database_url, f"backup {file}")
        with put_back(file, tmp_path / "elsewhere") as url:
            assert isinstance((await huiqi(url, "worker")).exception, DatabaseRefused)
            await done(url, "restored --moved")
            app = create_app(
                some_settings(tmp_path, database_url=url), now=life.hands.now, library=library
            )
            moved = replace(life, hands=replace(life.hands, app=app))
            await take_up(moved.hands.database, now=moved.hands.now())
            await moved.work()
            assert moved.shown()["a: queued"] == 1
            await closed(app)


class TestAPlace:
    async def test_is_taken_up_again_and_again(self, database: Database) -> None:
        for _ in range(3):
            await take_up(database, now=real_now())

    async def test_a_plain_copy_of_a_file_is_known(
        self, tmp_path: Path, sqlite_template: Path
    ) -> None:
        first, second = tmp_path / "a", tmp_path / "b"
        first.mkdir()
        shutil.copy(sqlite_template, first / "huiqi.db")
        database = Database(Settings(database_url=on_sqlite(first)).database)
        await take_up(database, now=real_now())
        await database.close()
        shutil.copytree(first, second)
        copied = Database(Settings(database_url=on_sqlite(second)).database)
        with pytest.raises(DatabaseRefused, match="copied, moved or restored"):
            await take_up(copied, now=real_now())
        await copied.close()
        shutil.move(second, tmp_path / "c")
        shutil.move(first, second)
        renamed = Database(Settings(database_url=on_sqlite(second)).database)
        await take_up(renamed, now=real_now())
        await renamed.close()

    @pytest.mark.needs_postgres
    async def test_an_archive_put_back_into_the_same_database_is_known(
        self, tmp_path: Path
    ) -> None:
        with on_postgres() as url:
            bring_up(url)
            database = Database(Settings(database_url=url).database)
            await take_up(database, now=real_now())
            await done(url, f"backup {tmp_path / 'copy'}")
            await database.close()
            load(tmp_path / "copy", url, "--clean")
            with pytest.raises(DatabaseRefused, match="copied, moved or restored"):
                await take_up(database, now=real_now())
            await database.close()


class TestBackup:
    async def test_is_for_its_owner_alone_and_never_writes_over_a_file(
        self, database_url: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "copy"
        await done(database_url, f"backup {file}")
        assert file.stat().st_mode & 0o777 == 0o600
        assert not file.with_name("copy.part").exists()
        refused = (await huiqi(database_url, f"backup {file}")).exception
        assert isinstance(refused, DatabaseRefused)
        assert "exists already" in str(refused)

    async def test_leaves_nothing_where_it_cannot_be_made(
        self, database_url: str, tmp_path: Path
    ) -> None:
        refused = (await huiqi(database_url, f"backup {tmp_path / 'nowhere' / 'copy'}")).exception
        assert isinstance(refused, DatabaseRefused)
        assert "cannot be written" in str(refused)

    async def test_does_not_change_the_original(
        self, database: Database, database_url: str, tmp_path: Path
    ) -> None:
        await take_up(database, now=real_now())
        place = text("SELECT place FROM installation")
        async with database.reading() as session:
            before = await session.scalar(place)
        await done(database_url, f"backup {tmp_path / 'copy'}")
        async with database.reading() as session:
            assert await session.scalar(place) == before
        await take_up(database, now=real_now())
