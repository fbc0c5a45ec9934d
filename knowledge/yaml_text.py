"""YAML whose every scalar is text, with the line of every key; what could be misread is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TypeAlias, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"
Loc: TypeAlias = tuple[str | int, ...]

_MAX_DEPTH = 40
_MAX_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason for a refusal and where: file, line (1-based, 0 for the whole file), key."""

    file: str
    line: int
    key: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.reason}" if self.key else f"{place}: {self.reason}"


class Refused(Exception):
    """The knowledge base does not load; `problems` say why, each with file, line and key."""

    def __init__(self, problems: "tuple[Problem, ...] | list[Problem]") -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class YamlText:
    """One file as plain text values, and the line of each key."""

    file: str
    value: Plain
    lines: dict[Loc, int] = field(default_factory=dict)

    def line_of(self, loc: Loc) -> int:
        """The line of a place, or of the nearest place above it."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 0)

    def problem(self, loc: Loc, reason: str) -> Problem:
        """A refusal at a place of this file."""
        return Problem(self.file, self.line_of(loc), key_of(loc), reason)


def key_of(loc: Loc) -> str:
    """`criteria.all[0].quote`, as people write it."""
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


_Read = TypeVar("_Read")


def read_as(file: str | PurePath, text: str, adapter: TypeAdapter[_Read]) -> tuple[_Read, YamlText]:
    """Read one file into what the adapter makes of it, with its lines; raises Refused."""
    plain = read_yaml(file, text)
    try:
        return adapter.validate_python(plain.value), plain
    except ValidationError as error:
        raise Refused(
            [plain.problem(tuple(e["loc"]), e["msg"]) for e in error.errors(include_url=False)]
        ) from None


HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""What JSON, or the name of a file, can carry and no UTF-8 can."""


def read_yaml(file: str | PurePath, text: str) -> YamlText:
    """Read one file; raises Refused for what is not plain, unambiguous YAML."""
    name = str(file)
    if len(text.encode("utf-8", "surrogatepass")) > _MAX_BYTES:
        raise Refused([Problem(name, 0, "", "a file is at most 2 MB")])
    if (half := HALF_CHARACTER.search(text)) is not None:
        line = text.count("\n", 0, half.start()) + 1
        raise Refused([Problem(name, line, "", "half a character is no text")])
    try:
        node = _compose(text)
    except yaml.YAMLError as error:
        raise Refused([_unreadable(name, error)]) from None
    if node is None:
        raise Refused([Problem(name, 0, "", "the file is empty")])
    lines: dict[Loc, int] = {}
    problems: list[Problem] = []
    value = _plain(node, (), lines, _Report(name, problems, tuple(text.splitlines())))
    if problems:
        raise Refused(problems)
    return YamlText(name, value, lines)


class _NotPlain(yaml.YAMLError):
    """An anchor, an alias or a tag."""

    def __init__(self, line: int) -> None:
        super().__init__("anchors, aliases and tags are not allowed")
        self.line = line


class _Loader(yaml.CSafeLoader):
    """libyaml; anchors, aliases and tags are refused before anything is built from them.

    Every scalar is text, so nothing is resolved: that would cost as much as reading.
    """

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        """Nothing is resolved by its place."""

    def ascend_resolver(self) -> None:
        """Nothing is resolved by its place."""

    def resolve(self, *_: object) -> str:
        """One tag for all: the kind of the node says the rest."""
        return _TEXT


_TEXT = "tag:yaml.org,2002:str"
_MARKED = re.compile(r"(?:^|[\s\[{,:?-])[&*!]", re.MULTILINE)
"""Where an anchor, an alias or a tag could begin."""


def _compose(text: str) -> yaml.Node | None:
    if _MARKED.search(text) is not None:
        _refuse_marks(text)
    node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    return node


def _refuse_marks(text: str) -> None:
    for event in yaml.parse(text, Loader=_Loader):
        anchor = getattr(event, "anchor", None)
        if anchor is not None or getattr(event, "tag", None) is not None:
            mark = event.start_mark
            raise _NotPlain(0 if mark is None else mark.line)


def _unreadable(name: str, error: yaml.YAMLError) -> Problem:
    if isinstance(error, _NotPlain):
        return Problem(name, error.line + 1, "", str(error))
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    hint = "; put a text that holds '?', ', ' or ': ' inside {…} in double quotes"
    return Problem(name, mark.line + 1 if mark else 0, "", f"not readable YAML: {reason}{hint}")


@dataclass(frozen=True, slots=True)
class _Report:
    file: str
    problems: list[Problem]
    source: tuple[str, ...]

    def refuse(self, node: yaml.Node, loc: Loc, reason: str) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, key_of(loc), reason))

    def rest_of_line(self, node: yaml.Node) -> str:
        """What stands behind a scalar on its last line."""
        mark = node.end_mark
        line = self.source[mark.line] if mark.line < len(self.source) else ""
        return line[mark.column :].lstrip(" ,}]")


def _plain(node: yaml.Node, loc: Loc, lines: dict[Loc, int], report: _Report) -> Plain:
    lines.setdefault(loc, node.start_mark.line + 1)
    if len(loc) > _MAX_DEPTH:
        report.refuse(node, loc, f"nested more than {_MAX_DEPTH} deep")
        return ""
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, loc, lines, report))
    if isinstance(node, yaml.SequenceNode):
        if node.flow_style:
            _check_flow(node, loc, report)
        return [_plain(item, (*loc, place), lines, report) for place, item in enumerate(node.value)]
    if report.rest_of_line(node).startswith("#"):
        report.refuse(node, loc, "a comment behind a value: give it a line of its own")
    return str(node.value)


def _check_flow(node: yaml.SequenceNode, loc: Loc, report: _Report) -> None:
    for item in node.value:
        plain = isinstance(item, yaml.ScalarNode) and not item.style
        if plain and any(sign in item.value for sign in "<>=*/()"):
            report.refuse(item, loc, "expressions stand in a block list, one a line")


def _pairs(
    node: yaml.MappingNode, loc: Loc, lines: dict[Loc, int], report: _Report
) -> Iterator[tuple[str, Plain]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            report.refuse(key_node, loc, "a key is a plain word")
            continue
        key = str(key_node.value)
        place = (*loc, key)
        if key in seen:
            report.refuse(key_node, place, "the key stands twice")
        seen.add(key)
        if isinstance(value_node, yaml.ScalarNode) and not (value_node.value or value_node.style):
            report.refuse(key_node, place, "the value is empty")
            continue
        lines[place] = key_node.start_mark.line + 1
        yield key, _plain(value_node, place, lines, report)
