"""The source of the house as the tests of this folder read it."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

HERE = Path(__file__).resolve().parents[2]
ROOMS = ("knowledge", "dialogs", "bot", "api")
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[Path, ...]:
    """Every file that is tracked or could be: what a clone will hold."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=HERE,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = (HERE / name for name in sorted(set(listed.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


def name(path: Path) -> str:
    """The path as a person writes it: from the top, with slashes."""
    return path.relative_to(HERE).as_posix()


def python_files(*tops: str) -> list[Path]:
    """The Python files below these folders; of the four rooms when none is named."""
    wanted = tops or ROOMS
    return [p for p in files() if p.suffix == ".py" and name(p).split("/")[0] in wanted]


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=name(path))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of one file, nested ones too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def classes(path: Path) -> Iterator[ast.ClassDef]:
    """Every class of one file."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ClassDef):
            yield node


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a name or attribute; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""
