"""Medians say nothing, tails say everything: the bar for files, functions and docstrings.

A file that outgrows it is split by verb; a table of figures is data and belongs in a data file.
"""

import ast
import math
from pathlib import Path
from typing import TypeAlias

from tests.architecture.house import (
    Function,
    classes,
    dotted,
    functions,
    name,
    python_files,
    tree_of,
)

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60
TABLES = "api/migrations/versions/"  # a migration lists columns: data, not steps
WHOLE = ("knowledge", "dialogs", "bot", "api", "tests", "benchmarks")
Documented: TypeAlias = ast.Module | ast.ClassDef | Function
FEW = 20  # below so many files or functions a 95th percentile is one of them


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _percentile(figures: list[int], share: float) -> int:
    return sorted(figures)[max(0, math.ceil(len(figures) * share) - 1)] if figures else 0


class TestFiles:
    def test_none_is_longer_than_the_bar(self) -> None:
        long = {name(p): _lines(p) for p in python_files(*WHOLE)}
        assert {n: lines for n, lines in long.items() if lines > MOST_LINES_OF_A_FILE} == {}

    def test_nineteen_of_twenty_fit_two_screens(self) -> None:
        lengths = [_lines(p) for p in python_files()]
        assert len(lengths) < FEW or _percentile(lengths, 0.95) <= 250


class TestFunctions:
    def test_none_is_longer_than_the_bar(self) -> None:
        long = {
            f"{name(p)}:{f.lineno} {f.name}": _length(f)
            for p in python_files(*WHOLE)
            for f in functions(p)
            if _length(f) > MOST_LINES_OF_A_FUNCTION and not name(p).startswith(TABLES)
        }
        assert long == {}

    def test_nineteen_of_twenty_fit_one_screen(self) -> None:
        lengths = [_length(f) for p in python_files() for f in functions(p)]
        assert len(lengths) < FEW or _percentile(lengths, 0.95) <= 35

    def test_half_are_short(self) -> None:
        lengths = [_length(f) for p in python_files() for f in functions(p)]
        assert len(lengths) < FEW or _percentile(lengths, 0.5) <= 10

    def test_all_are_annotated(self) -> None:
        bare = [
            f"{name(p)}:{f.lineno} {f.name}"
            for p in python_files(*WHOLE)
            for f in functions(p)
            if not _annotated(f)
        ]
        assert bare == []


def _annotated(function: Function) -> bool:
    asked = function.args
    given = [*asked.posonlyargs, *asked.args, *asked.kwonlyargs]
    given += [one for one in (asked.vararg, asked.kwarg) if one is not None]
    first = given[:1] if given and given[0].arg in {"self", "cls"} else []
    return function.returns is not None and all(
        argument.annotation is not None for argument in given if argument not in first
    )


class TestDocstrings:
    def test_every_public_name_of_the_pure_rooms_has_one(self) -> None:
        bare = [
            f"{name(p)}: {what}"
            for p in python_files("knowledge", "dialogs")
            for what, node in _public(tree_of(p), "")
            if ast.get_docstring(node) is None and node.body and not _documented_above(p, what)
        ]
        assert bare == []

    def test_none_restates_the_name(self) -> None:
        empty = [
            f"{name(p)}: {what}"
            for p in python_files()
            for what, node in _public(tree_of(p), "")
            if (said := ast.get_docstring(node)) and _words(said) <= _words(what.rpartition(".")[2])
        ]
        assert empty == []


def _documented_above(path: Path, what: str) -> bool:
    """Whether a method overrides one of a base class of the pure rooms that has a docstring."""
    owner, _, method = what.rpartition(".")
    own = next((c for c in classes(path) if c.name == owner), None)
    bases = {dotted(base).rpartition(".")[2] for base in own.bases} if own else set()
    return any(
        isinstance(node, ast.FunctionDef) and node.name == method and ast.get_docstring(node)
        for room in python_files("knowledge", "dialogs")
        for base in classes(room)
        if base.name in bases
        for node in base.body
    )


def _public(tree: ast.Module | ast.ClassDef, inside: str) -> list[tuple[str, Documented]]:
    found: list[tuple[str, Documented]] = []
    if isinstance(tree, ast.Module):
        found.append(("module", tree))
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_"):
                continue
            found.append((f"{inside}{node.name}", node))
            if isinstance(node, ast.ClassDef):
                found += _public(node, f"{inside}{node.name}.")
    return found


def _words(text: str) -> set[str]:
    spaced = "".join(c if c.isalnum() else " " for c in _snake(text)).lower()
    return set(spaced.split()) - {"a", "an", "the", "of", "one", "this"}


def _snake(text: str) -> str:
    return "".join(f" {c}" if c.isupper() else c for c in text)
