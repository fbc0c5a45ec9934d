"""One application on each engine for all that is thrown at it, in a loop of its own."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from api.foundation.migrating import migrate
from api.library.service import Library
from api.main import create_app
from tests.builders.bot_api import TOKEN
from tests.builders.clocks import StandingClock
from tests.builders.databases import on_postgres, on_sqlite
from tests.builders.engines import ENGINES, closed, redis_for
from tests.builders.seeded import WEBHOOK_SECRET
from tests.builders.settings import some_settings
from tests.builders.storms import Stage, Way, set_the_stage, ways_of

NOWHERE = "http://127.0.0.1:9"
"""Nobody listens there: what is said to Telegram is refused at once."""


@dataclass(frozen=True)
class Theatre:
    """A stage, and the loop it plays in: hypothesis calls it synchronously."""

    runner: asyncio.Runner
    stage: Stage
    ways: tuple[Way, ...]


@pytest.fixture(scope="module", params=ENGINES)
def theatre(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, library: Library
) -> Iterator[Theatre]:
    folder = tmp_path_factory.mktemp("storm")
    with ExitStack() as stack:
        on_file = request.param == "sqlite"
        url = on_sqlite(folder) if on_file else stack.enter_context(on_postgres())
        given = some_settings(
            folder, database_url=url, redis_url=redis_for(url), public_url="https://huiqi.example",
            telegram_bot_token=TOKEN, telegram_updates="webhook",
            telegram_webhook_secret=WEBHOOK_SECRET, telegram_api_base=NOWHERE,
        )  # fmt: skip
        runner = stack.enter_context(asyncio.Runner())
        app = create_app(given, now=StandingClock(), library=library)
        runner.run(migrate(app.state.database))
        stage = runner.run(set_the_stage(app))
        yield Theatre(runner, stage, tuple(sorted(set(ways_of(app)))))
        runner.run(app.state.crew.channel.close())
        runner.run(closed(app))
