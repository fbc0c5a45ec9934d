"""A conversation as data: its nodes, checked when it is loaded."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Annotated, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from dialogs.node import Node
from dialogs.nodes.answer import Answer
from dialogs.nodes.ask import Ask
from dialogs.nodes.hand_off import HandOff
from dialogs.nodes.join import JoinNode
from dialogs.nodes.menu import PLACEHOLDERS, Menu, Say
from dialogs.nodes.organisation import OrganisationNode
from dialogs.nodes.overview import Overview
from dialogs.nodes.profile import Profile
from dialogs.nodes.programme import ProgrammeNode
from dialogs.nodes.screen import Screen
from dialogs.nodes.settings import Settings
from dialogs.nodes.subjects import Subjects
from dialogs.nodes.subscribe import Subscribe
from knowledge.model import Text
from knowledge.yaml_text import Loc, Plain, Problem, Refused, YamlText, read_yaml

AnyNode: TypeAlias = Annotated[
    Say
    | Menu
    | Subjects
    | Ask
    | Screen
    | ProgrammeNode
    | Overview
    | Answer
    | Profile
    | HandOff
    | Settings
    | Subscribe
    | OrganisationNode
    | JoinNode,
    Field(discriminator="kind"),
]
PLACES: Mapping[str, type[Node]] = MappingProxyType(
    {
        "menu": Menu,
        "consent": Menu,
        "screening": Subjects,
        "asking": Screen,
        "overview": Overview,
        "programmes": ProgrammeNode,
        "question": Answer,
        "profile": Profile,
        "change": Ask,
        "person": HandOff,
        "settings": Settings,
        "deadlines": Subscribe,
        "organisation": OrganisationNode,
        "join": JoinNode,
    }
)
"""What can be gone to from anywhere, and the kind of node that serves it."""

_NODE: TypeAdapter[AnyNode] = TypeAdapter(AnyNode)
_KEYS = frozenset({"start", "places", "nodes"})
_NAME = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Tree:
    """A checked tree: every exit leads somewhere, and from everywhere on to the menu."""

    start: str
    places: Mapping[str, str]
    nodes: Mapping[str, AnyNode]


@cache
def builtin() -> Tree:
    """The tree that ships with the program."""
    return load(Path(__file__).parent / "trees" / "main.yaml")


def load(path: Path) -> Tree:
    """Load a tree from its file; raises Refused with file, line, node and reason."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused([Problem(path.name, 0, "", f"cannot be read: {error}")]) from error
    return parse(path.name, text)


def parse(file: str, text: str) -> Tree:
    """Read a tree from the text of its file; raises Refused with every problem found."""
    source = read_yaml(file, text)
    draft = _Draft(source)
    tree = draft.tree()
    problems = draft.problems or list(_wrong(source, tree))
    if problems:
        raise Refused(problems)
    return tree


class _Draft:
    """Reads the file key by key and collects what is wrong with it."""

    def __init__(self, source: YamlText) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def tree(self) -> Tree:
        top = self._mapping(self.source.value, ())
        for key in sorted(set(top) - _KEYS):
            self._refuse((key,), "there is no such key")
        for key in sorted(_KEYS - set(top)):
            self._refuse((), f"{key} is required")
        start = top.get("start", "")
        places = self._mapping(top.get("places", {}), ("places",))
        nodes = self._mapping(top.get("nodes", {}), ("nodes",))
        read = {name: self._node(name, raw) for name, raw in nodes.items()}
        return Tree(
            start=start if isinstance(start, str) else "",
            places={key: str(name) for key, name in places.items()},
            nodes={name: node for name, node in read.items() if node is not None},
        )

    def _mapping(self, value: Plain, loc: Loc) -> dict[str, Plain]:
        if isinstance(value, dict):
            return value
        self._refuse(loc, "keys with values are expected here")
        return {}

    def _node(self, name: str, raw: Plain) -> AnyNode | None:
        if not _NAME.match(name):
            self._refuse(("nodes", name), "a node is named in lower case, with hyphens")
        try:
            return _NODE.validate_python(raw)
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                kind = raw.get("kind") if isinstance(raw, dict) else None
                loc = fault["loc"][1:] if fault["loc"][:1] == (kind,) else fault["loc"]
                self._refuse(("nodes", name, *loc), fault["msg"].removeprefix("Value error, "))
            return None

    def _refuse(self, loc: Loc, reason: str) -> None:
        self.problems.append(self.source.problem(loc, reason))


def _wrong(source: YamlText, tree: Tree) -> Iterator[Problem]:
    """What is wrong with a tree whose nodes can all be read."""
    wrong = [
        *_wrong_names(source, tree),
        *_wrong_texts(source, tree),
        *_loops(source, tree),
    ]
    # Ways are only followed where every name leads somewhere.
    yield from wrong or _wrong_ways(source, tree)


def _wrong_names(source: YamlText, tree: Tree) -> Iterator[Problem]:
    if tree.start not in tree.nodes:
        yield source.problem(("start",), f"there is no node {tree.start!r}")
    for place, kind in PLACES.items():
        name = tree.places.get(place)
        if name is None:
            yield source.problem(("places",), f"{place} is required")
        elif not isinstance(tree.nodes.get(name), kind):
            yield source.problem(
                ("places", place), f"there is no node {name!r} of kind {_kind(kind)}"
            )
    for place in sorted(set(tree.places) - set(PLACES)):
        yield source.problem(("places", place), "there is no such key")
    for name, node in tree.nodes.items():
        for exit_ in node.exits:
            if exit_ not in tree.nodes:
                yield source.problem(("nodes", name), f"leads to {exit_!r}, which is no node")


def _kind(node: type[Node]) -> str:
    return str(node.model_fields["kind"].annotation).partition("'")[2].partition("'")[0]


def _wrong_texts(source: YamlText, tree: Tree) -> Iterator[Problem]:
    for name, node in tree.nodes.items():
        for key, text in node.texts:
            loc = ("nodes", name, *key.split("."))
            for reason in _faults(text):
                yield source.problem(loc, reason)


def _faults(text: Text) -> Iterator[str]:
    if not _CHINESE.search(text.zh):
        yield "the zh text holds no Chinese"
    if _CHINESE.search(text.en):
        yield "the en text holds Chinese"
    gaps = [_gaps(each) for each in (text.zh, text.en)]
    if gaps[0] is None or gaps[1] is None:
        yield "a brace is open"
        return
    for gap in sorted((gaps[0] | gaps[1]) - PLACEHOLDERS):
        yield f"there is no gap {{{gap}}}; there are {', '.join(sorted(PLACEHOLDERS))}"
    if gaps[0] != gaps[1]:
        yield "zh and en have different gaps"


def _gaps(text: str) -> frozenset[str] | None:
    try:
        return frozenset(field for _, field, _, _ in Formatter().parse(text) if field is not None)
    except ValueError:
        return None


def _loops(source: YamlText, tree: Tree) -> Iterator[Problem]:
    """A say that comes back to itself without anybody having been asked anything."""
    for name in tree.nodes:
        seen: set[str] = set()
        here = name
        while isinstance(node := tree.nodes.get(here), Say):
            if here in seen:
                yield source.problem(("nodes", name), "goes round in a circle")
                break
            seen.add(here)
            here = node.then


def _wrong_ways(source: YamlText, tree: Tree) -> Iterator[Problem]:
    reached = _closure(tree, {tree.start, *tree.places.values()})
    menu = tree.places["menu"]
    for name in tree.nodes:
        if name not in reached:
            yield source.problem(("nodes", name), "nothing leads here")
        elif menu not in _closure(tree, {name}):
            yield source.problem(("nodes", name), "a dead end: nothing leads on to the menu")


def _closure(tree: Tree, start: set[str]) -> set[str]:
    reached: set[str] = set()
    waiting = set(start)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting.update(set(tree.nodes[name].exits) - reached)
    return reached
