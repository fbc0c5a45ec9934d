"""Only `api/foundation/database.py` opens and commits: one request or job is one transaction.

A hand-off that committed half-way would leave a ticket without its conversation.
"""

import ast
import re

import pytest

from tests.architecture.house import dotted, name, python_files, tree_of

# Migrations are the other unit of work: one connection, the whole ladder or nothing.
PLACES = {"api/foundation/database.py", "api/foundation/migrating.py", "api/migrations/env.py"}
# `host.begin` opens a conversation; only what belongs to a database opens a transaction.
OPENING = re.compile(r"(?:session|sessions|connection|engine|database|writing|reading)\.begin\w*$")


def _is_unit_of_work(called: str) -> bool:
    return called.endswith(".commit") or OPENING.search(called) is not None


def test_nothing_else_commits() -> None:
    elsewhere = [
        f"{name(path)}:{node.lineno} {dotted(node.func)}"
        for path in python_files()
        if name(path) not in PLACES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and _is_unit_of_work(dotted(node.func))
    ]
    assert elsewhere == []


@pytest.mark.parametrize("called", ["session.commit", "db.commit", "self.session.begin_nested"])
def test_a_unit_of_work_is_recognised(called: str) -> None:
    assert _is_unit_of_work(called)
