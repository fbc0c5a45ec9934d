"""One thing has one word (DESIGN's table of words): a second word becomes a second meaning.

A "policy" in one table, a "scheme" in a route and a "subsidy" in a class: nobody could say whether
they were the same. Folders named for nothing (`utils`) collect everything.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import classes, dotted, files, name, python_files, tree_of

SYNONYMS = {
    "policy": "programme",
    "policies": "programme",
    "scheme": "programme",
    "schemes": "programme",
    "subsidy": "benefit",
    "subsidies": "benefit",
    "clause": "provision",
    "clauses": "provision",
    "company": "organisation",
    "companies": "organisation",
    "firm": "organisation",
}
NAMELESS = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "core"}
METHODS = {"get", "post", "put", "patch", "delete", "head", "websocket", "api_route", "route"}


def _banned(text: str) -> list[str]:
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)
    return [f"{text}: {w} → {SYNONYMS[w.lower()]}" for w in words if w.lower() in SYNONYMS]


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _tables(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Assign) and "__tablename__" in map(dotted, node.targets):
            yield _text(node.value)
        if isinstance(node, ast.AnnAssign) and dotted(node.target) == "__tablename__":
            yield _text(node.value)
        if isinstance(node, ast.Call) and dotted(node.func).endswith("create_table") and node.args:
            yield _text(node.args[0])


def _routes(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.Call):
            continue
        called = dotted(node.func)
        if called.rpartition(".")[2] in METHODS and node.args and _text(node.args[0])[:1] == "/":
            yield _text(node.args[0])
        if called.rpartition(".")[2] in {"APIRouter", "include_router"}:
            yield from (_text(k.value) for k in node.keywords if k.arg == "prefix")


def test_classes_use_the_words_of_the_house() -> None:
    found = [b for p in python_files() for c in classes(p) for b in _banned(c.name)]
    assert found == []


def test_tables_use_the_words_of_the_house() -> None:
    assert [b for p in python_files("api") for table in _tables(p) for b in _banned(table)] == []


def test_routes_use_the_words_of_the_house() -> None:
    assert [b for p in python_files("api") for route in _routes(p) for b in _banned(route)] == []


def test_folders_and_modules_use_the_words_of_the_house() -> None:
    parts = {
        part
        for path in files()
        for part in (*path.parent.parts, path.stem if path.suffix == ".py" else "")
        if part and name(path).split("/")[0] not in {"docs", ".ci"}
    }
    inside = {part for path in files() for part in Path(name(path)).parts} | {
        path.stem for path in files() if path.suffix == ".py"
    }
    ours = {part for part in parts & inside if not part.startswith("test_")}
    assert sorted(b for part in ours for b in _banned(part)) == []
    assert sorted(ours & NAMELESS) == []
