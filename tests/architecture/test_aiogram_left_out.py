"""The API and the commands start without Telegram's library: seconds and 170 MB saved."""

import importlib.util
import subprocess
import sys

import pytest

from tests.architecture.house import HERE

ASK = "import {module}, sys; sys.exit('aiogram' in sys.modules)"


@pytest.mark.parametrize("module", ["api.main", "api.cli.app"])
def test_importing_leaves_it_out(module: str) -> None:
    assert importlib.util.find_spec("aiogram"), "the test means nothing where it is not installed"
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(module=module)],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr or f"{module} imports aiogram"
