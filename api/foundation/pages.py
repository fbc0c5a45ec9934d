"""Cursor pages with a maximum: `after` is the id of the last item seen."""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict

MOST = 100

Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
After = Annotated[
    str | None,
    Query(max_length=200, description="`next` of the page before; absent: from the beginning."),
]


class Page(BaseModel, Generic[Item]):
    """Some items in the order of their ids; `next` is absent on the last page."""

    model_config = ConfigDict(frozen=True)

    items: tuple[Item, ...]
    next: str | None = None


def cut(
    items: Sequence[Item], key: Callable[[Item], str], *, after: str | None, limit: int
) -> Page[Item]:
    """One page of items that are at hand."""
    ordered = sorted((item for item in items if after is None or key(item) > after), key=key)
    more = len(ordered) > limit
    shown = tuple(ordered[:limit])
    return Page(items=shown, next=key(shown[-1]) if more else None)
