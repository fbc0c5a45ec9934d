"""Fault points: every await of the code between the receipt of something and its end.

They are found in the source, so that none can be forgotten, and are named by function and by what
is awaited. `rewritten` puts a call before and after each, for a process that shall die there.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WATCHED = (
    "bot.channel", "bot.intake", "bot.polling", "bot.sender", "bot.session", "bot.webhook",
    "api.conversations.effects", "api.conversations.exporting", "api.conversations.founding",
    "api.conversations.inbox", "api.conversations.putting_off", "api.conversations.replying",
    "api.conversations.service", "api.conversations.taking", "api.conversations.transcript",
    "api.conversations.world", "api.deadlines.laying", "api.deadlines.tasks",
    "api.deliveries.claiming", "api.deliveries.keeping", "api.deliveries.laying",
    "api.deliveries.row_budget", "api.deliveries.sending", "api.deliveries.service",
    "api.deliveries.settling", "api.deliveries.shared_budget", "api.deliveries.slots",
    "api.foundation.leases", "api.foundation.ledger", "api.foundation.together",
    "api.notices.tasks", "api.watch.reconciling",
)  # fmt: skip
"""The modules something passes through on its way; what reads or configures only is not here."""

PUBLISHING = ("api.library.releases",)
"""What a command passes through that puts another release into use."""

AROUND = "__fault_around__"
BESIDE = "__fault_beside__"


def points_of(module: str) -> list[str]:
    """The points of a module, in the order of its text."""
    return [point for _, point in _named(_tree(module), module)]


def all_points() -> list[str]:
    """The points of everything watched."""
    return [point for module in WATCHED for point in points_of(module)]


def moments_of(point: str) -> list[str]:
    """When a process can die at a point: around an await, or at both ends of a block."""
    block = point.partition(" ")[2].startswith("with ")
    phases = ("before", "entered", "leaving", "left") if block else ("before", "after")
    return [f"{point} | {phase}" for phase in phases]


def rewritten(source: bytes, module: str, path: str) -> ast.Module:
    """The module with its points marked."""
    tree = ast.parse(source, path)
    names = {id(node): point for node, point in _named(tree, module)}
    marked: ast.Module = ast.fix_missing_locations(_Marking(names).visit(tree))
    return marked


def _tree(module: str) -> ast.Module:
    path = ROOT / f"{module.replace('.', '/')}.py"
    return ast.parse(path.read_bytes())


def _named(tree: ast.Module, module: str) -> Iterator[tuple[ast.AST, str]]:
    seen: Counter[str] = Counter()
    for node, function in _inside(tree, ""):
        name = f"{module}:{function} {_what(node)}"
        seen[name] += 1
        yield node, name if seen[name] == 1 else f"{name} #{seen[name]}"


def _inside(node: ast.AST, function: str) -> Iterator[tuple[ast.AST, str]]:
    for child in ast.iter_child_nodes(node):
        inner = function
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{function}.{child.name}" if function else child.name
        if isinstance(child, ast.AsyncFor):
            raise TypeError(f"{function}: a loop over awaits cannot be marked yet")
        if isinstance(child, ast.Await | ast.AsyncWith):
            yield child, function
        yield from _inside(child, inner)


def _what(node: ast.AST) -> str:
    match node:
        case ast.Await(value=awaited):
            return _called(awaited)
        case ast.AsyncWith(items=items):
            return "with " + ", ".join(_called(item.context_expr) for item in items)
        case _:
            raise AssertionError(node)


def _called(expression: ast.expr) -> str:
    while isinstance(expression, ast.Call):
        expression = expression.func
    return ast.unparse(expression).replace("\n", " ")[:60]


class _Marking(ast.NodeTransformer):
    def __init__(self, names: dict[int, str]) -> None:
        self._names = names

    def visit_Await(self, node: ast.Await) -> ast.AST:
        point = self._names[id(node)]
        self.generic_visit(node)
        node.value = _marked(AROUND, point, node.value)
        return node

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        point = self._names[id(node)]
        self.generic_visit(node)
        for item in node.items:
            item.context_expr = _marked(BESIDE, point, item.context_expr)
        return node


def _marked(name: str, point: str, value: ast.expr) -> ast.expr:
    call = ast.Call(ast.Name(name, ast.Load()), [ast.Constant(point), value], [])
    return ast.copy_location(call, value)
