"""From every revision with its data to today's: no row is lost, and the program goes on with it."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.deadlines.tasks import DeadlineWork
from api.foundation.database import Database
from api.foundation.installation import take_up
from api.foundation.migrating import FOLDER, is_current, migrate, revisions
from api.library.service import Library
from api.main import create_app
from api.settings import Settings
from tests.builders.channels import Messenger
from tests.builders.clocks import START, StandingClock
from tests.builders.crews import Hands
from tests.builders.engines import closed
from tests.builders.settings import some_settings
from tests.builders.upgrades import columns_of, files, filled, rows_of

LADDER_STEP = timedelta(days=11)
"""From the moment of the rows until the step of thirty days is due."""
SINCE = {"想做什么": "0005", "排队的一条": "0006", "截止": "0008", "共用的一条": "0013"}
"""What is said once after the upgrade, and the revision from which on a row asked for it."""
NEVER = ("结果不明的一条", "补正通知")
"""What nobody knows the outcome of, and what was sent before."""


@pytest.fixture
async def bare(bare_url: str) -> AsyncIterator[Database]:
    made = Database(Settings(database_url=bare_url).database)
    yield made
    await made.close()


@pytest.mark.parametrize("revision", revisions())
class TestUpgrade:
    async def test_loses_no_row_and_goes_on(
        self, bare: Database, bare_url: str, revision: str, tmp_path: Path, library: Library
    ) -> None:
        await filled(bare, revision)
        columns = await columns_of(bare)
        before = await rows_of(bare, columns)
        assert [table for table, rows in before.items() if not rows] == [], "a table without rows"
        await migrate(bare)
        assert await is_current(bare)
        assert await rows_of(bare, columns) == before
        now = StandingClock(START + timedelta(minutes=1))
        app = create_app(some_settings(tmp_path, database_url=bare_url), now=now, library=library)
        hands = Hands(app, Messenger(updates=100), now)
        await take_up(hands.database, now=now())
        await _work(hands, library)
        now.moment += LADDER_STEP
        await _work(hands, library)
        _said_what_was_due(hands.messenger, revision)
        if revision >= "0003":
            lines = len(await hands.entries("a"))
            assert await hands.write("a", text="菜单")
            assert len(await hands.entries("a")) > lines > 4
        await closed(app)


async def _work(hands: Hands, library: Library) -> None:
    """Twice over: what was done is not done again."""
    for owner in ("one", "two"):
        deadlines = DeadlineWork(hands.database, library.base, owner)
        while await deadlines.lay_plans(hands.now()) + await deadlines.fire_reminders(hands.now()):
            pass
        await hands.work()


def _said_what_was_due(messenger: Messenger, revision: str) -> None:
    said = Counter(message.reply.text for message in messenger.sent)
    for words, since in SINCE.items():
        count = sum(often for text, often in said.items() if words in text)
        assert count == int(revision >= since), (words, said)
    assert not [text for text in said if any(words in text for words in NEVER)]


def test_each_migration_that_makes_a_table_has_its_rows() -> None:
    """Tables whose rows the migration itself lays down need none."""
    making = [
        path.stem
        for path in sorted((FOLDER / "versions").glob("0*.py"))
        if "create_table(" in (text := path.read_text(encoding="utf-8"))
        and "bulk_insert(" not in text
    ]
    assert [file.stem for file in files()] == making
