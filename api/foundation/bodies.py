"""What a body may be, before any model sees it: how deep, and of text that can be kept."""

import json
import math
import re
from typing import Never, TypeAlias

from api.foundation.errors import BadInput, BadJson, Fault, TooDeep

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def check_json(body: bytes, deepest: int) -> None:
    """Refuse JSON that is not UTF-8, nests too deep, or holds NUL, half characters or 1e999."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise BadJson from None
    if _depth(text) > deepest:
        raise TooDeep(limit=deepest)
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except ValueError:
        raise BadJson from None
    faults = tuple(_faults(value, "#"))
    if faults:
        raise BadInput(*faults)


def _no_constant(name: str) -> Never:
    raise ValueError(name)


def _depth(text: str) -> int:
    """How deep the brackets nest; the parser itself would fall over a hundred thousand of them."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _faults(value: Json, pointer: str) -> list[Fault]:
    match value:
        case str() if _UNKEEPABLE.search(value):
            return [Fault(pointer, "text_unkeepable", "NUL and half characters cannot be kept")]
        case float() if not math.isfinite(value):
            return [Fault(pointer, "number_too_large", "the number is too large")]
        case list():
            return [f for at, item in enumerate(value) for f in _faults(item, f"{pointer}/{at}")]
        case dict():
            return [f for key, item in value.items() for f in _of_entry(key, item, pointer)]
        case _:
            return []


def _of_entry(key: str, item: Json, pointer: str) -> list[Fault]:
    if _UNKEEPABLE.search(key):
        return [Fault(pointer, "text_unkeepable", "a key holds NUL or half characters")]
    return _faults(item, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
