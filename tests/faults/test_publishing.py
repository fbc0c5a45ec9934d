"""A release that is being published when its process dies is in use nowhere, or everywhere."""

from collections import Counter
from pathlib import Path

import pytest

from api.foundation.database import Database
from api.library import releases
from api.settings import Settings
from tests.builders.databases import bring_up, on_sqlite
from tests.builders.releases import files_titled
from tests.faults.points import PUBLISHING, moments_of, points_of
from tests.faults.program import Forge, Program, eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

_MOMENTS = [m for module in PUBLISHING for p in points_of(module) for m in moments_of(p)]


def _written(folder: Path) -> Path:
    """The knowledge with another title, as files."""
    for name, content in files_titled("换了名字").items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return folder


async def _state(url: str) -> tuple[bool, bool]:
    """Whether a release is in use, and whether one is stored."""
    database = Database(Settings(database_url=url).database)
    async with database.reading() as session:
        _, active = await releases.last_activation(session)
        stored = bool(await releases.list_releases(session))
    await database.close()
    return active is not None, stored


async def test_killed_at_any_await_of_publishing(
    forge: Forge, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = _written(tmp_path_factory.mktemp("files"))
    command = ("release", "publish", str(files), "--note", "新名字")
    outcomes: Counter[tuple[bool, bool]] = Counter()
    for nth, moment in enumerate(["", *_MOMENTS]):
        folder = tmp_path / str(nth)
        folder.mkdir()
        bring_up(on_sqlite(folder))
        settings: dict[str, object] = {"database_url": on_sqlite(folder), "var_dir": str(folder)}
        program = Program(forge, folder, settings)
        process = await program.start(command=command, moment=moment)
        await eventually(process.over)
        state = await _state(on_sqlite(folder))
        assert state in {(False, False), (True, True)}, moment
        if not moment:
            assert state == (True, True), process.log.read_text(encoding="utf-8")
        outcomes[state] += process.killed
    assert outcomes[False, False] > 0, "it never died before the end"
