"""The arrows of the house are kept by import-linter; what it cannot see is counted here."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.architecture.house import HERE, dotted, name, python_files, tree_of

DYNAMIC = {"importlib.import_module", "import_module", "__import__", "importlib.__import__"}


def test_every_arrow_points_the_right_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-logo", "--no-cache"], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_main_imports_by_name_and_only_the_channel() -> None:
    """Importing aiogram costs seconds and 170 MB, so the channel is the one dynamic import."""
    named = [
        (name(path), ast.unparse(node.args[0]) if node.args else "")
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and dotted(node.func) in DYNAMIC
    ]
    assert [one for one in named if one != ("api/main.py", "'bot.channel'")] == []
    assert len(named) <= 1


def test_no_import_waits_inside_a_function() -> None:
    """Lazy imports hide the real graph; ruff's PLC0415 may not be silenced either."""
    silenced = [
        f"{name(path)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if "PLC0415" in line
    ]
    assert silenced == []
