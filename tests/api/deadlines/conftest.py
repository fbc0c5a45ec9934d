"""A worker of deadlines and an official of the province."""

import pytest

from api.accounts.actors import Actor
from api.foundation.database import Database
from api.library.service import Library
from tests.builders.clocks import StandingClock
from tests.builders.ladders import Ladders
from tests.builders.officials import an_official


@pytest.fixture
def ladders(database: Database, library: Library, now: StandingClock) -> Ladders:
    return Ladders(database, library.base, now)


@pytest.fixture
async def official(database: Database) -> Actor:
    return await an_official(database)
