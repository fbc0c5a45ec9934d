"""Every place of a programme that cites an article, with what it is: criterion, clock, duty …"""

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.criterion import Group
from knowledge.programme import Programme


@dataclass(frozen=True, slots=True)
class CitedPart:
    """One part of a programme and the article it cites, as written."""

    kind: str
    id: str
    """Empty for what has none: a step, a duty."""
    cite: str


def cited_parts(programme: Programme) -> Iterator[CitedPart]:
    """Every part that cites, in the order of the format."""
    for name, definition in programme.defines.items():
        yield CitedPart("definition", name, definition.cite)
    if programme.criteria is not None:
        yield from _groups(programme.criteria)
    barred = {each.id for each in programme.exclusions}
    for criterion in programme.all_criteria:
        kind = "exclusion" if criterion.id in barred else "criterion"
        yield CitedPart(kind, criterion.id, criterion.cite)
    yield from _named(programme)
    yield from _plain(programme)
    yield from _single(programme)


def _groups(group: Group) -> Iterator[CitedPart]:
    if group.cite is not None:
        yield CitedPart("group", group.id or "", group.cite)
    for part in group.parts:
        if isinstance(part, Group):
            yield from _groups(part)


def _named(programme: Programme) -> Iterator[CitedPart]:
    yield from (CitedPart("exception", each.id, each.cite) for each in programme.exceptions)
    yield from (CitedPart("route", each.id, each.cite) for each in programme.routes)
    for benefit in programme.benefits:
        yield CitedPart("benefit", benefit.id, benefit.cite)
        yield from (
            CitedPart("cap", benefit.id, cap.cite) for cap in benefit.caps if cap.cite is not None
        )
    yield from (CitedPart("clock", each.id, each.cite) for each in programme.clocks)
    yield from (CitedPart("material", each.id, each.cite) for each in programme.materials)
    for state in programme.lifecycle:
        yield CitedPart("state", state.id, state.cite)
        yield from (CitedPart("state", state.id, passage.cite) for passage in state.next)


def _plain(programme: Programme) -> Iterator[CitedPart]:
    yield from (CitedPart("no double benefit", "", each.cite) for each in programme.excludes)
    yield from (CitedPart("yielding", "", each.cite) for each in programme.yields_to)
    yield from (CitedPart("step", "", each.cite) for each in programme.steps)
    yield from (CitedPart("duty", "", each.cite) for each in programme.duties)
    yield from (CitedPart("revocation", "", each.cite) for each in programme.revocation)


def _single(programme: Programme) -> Iterator[CitedPart]:
    singles = {
        "applicants": programme.applies_to,
        "term": programme.term,
        "window": programme.always_open,
        "ranking": programme.ranking,
        "score sheet": programme.score_sheet,
    }
    for kind, each in singles.items():
        if each is not None:
            yield CitedPart(kind, "", each.cite)
