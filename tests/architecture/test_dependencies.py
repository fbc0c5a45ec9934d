"""What the house imports it declares, and what it declares it imports: no package rides along."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.architecture.house import HERE, ROOMS, python_files, tree_of

PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Used by name, not by import: database drivers, the reader of forms, the zone database.
BY_NAME = {"aiosqlite", "asyncpg", "python-multipart", "tzdata"}


def _distribution(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def _imported() -> set[str]:
    found: set[str] = set()
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(ROOMS) - set(sys.stdlib_module_names)


def _distributions() -> set[str]:
    known = packages_distributions()
    return {known.get(module, [module])[0].lower().replace("_", "-") for module in _imported()}


def test_every_import_is_declared() -> None:
    extras = [one for extra in PROJECT["optional-dependencies"].values() for one in extra]
    declared = {_distribution(one) for one in [*PROJECT["dependencies"], *extras]}
    assert _distributions() - declared == set()


def test_every_declaration_is_imported() -> None:
    declared = {_distribution(one) for one in PROJECT["dependencies"]}
    assert declared - _distributions() - BY_NAME == set()


def test_the_pinned_lists_hold_versions_only() -> None:
    for path in sorted((HERE / "requirements").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        odd = [x for x in lines if not re.fullmatch(r"[a-z0-9-]+(\[[a-z,]+\])?==[\w.]+( ; .+)?", x)]
        assert odd == [], path.name
