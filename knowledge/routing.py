"""Routes: which ways the text sends a case, and what they do to the standing.

For a case whose facts are complete: a proven prohibition is ineligible; where a route to apply by
(permit, filing, report, review) is proven the criteria decide; an exemption needs its own proof;
and where the text names no way at all, the authority decides. Everything else is intervals of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.programme import RouteKind
from knowledge.truth import FALSE, TRUE, UNDEFINED, Standing, StandingRange, Truth, between
from knowledge.verdict import Applicability

_APPLIED_FOR: frozenset[RouteKind] = frozenset({"permit", "filing", "report", "review"})
"""Routes by which one applies; the criteria then decide."""
_PROHIBITED: frozenset[RouteKind] = frozenset({"prohibited"})
_EXEMPT: frozenset[RouteKind] = frozenset({"exempt"})

Ways = Sequence[tuple[RouteKind, Truth]]


@dataclass(frozen=True, slots=True)
class Routing:
    """What the routes leave of standing and applicability."""

    standing: StandingRange
    applicability: Applicability
    criteria_matter: bool


def weigh_routes(ways: Ways, written: StandingRange) -> Routing:
    """The standing of the criteria, as the routes leave it; without routes, as it is."""
    if not ways:
        return Routing(written, Applicability.APPLICABLE, criteria_matter=True)
    prohibited, applied = _any(ways, _PROHIBITED), _any(ways, _APPLIED_FOR)
    return Routing(
        _through(prohibited, applied, written),
        _applicability(prohibited, applied, _any(ways, _EXEMPT)),
        criteria_matter=applied[1] == TRUE and prohibited[0] != TRUE,
    )


def _any(ways: Ways, kinds: frozenset[RouteKind]) -> Truth:
    """Whether at least one holds; nothing holds where there is none."""
    truths = [truth for kind, truth in ways if kind in kinds]
    return max((t[0] for t in truths), default=FALSE), max((t[1] for t in truths), default=FALSE)


def _through(prohibited: Truth, applied: Truth, written: StandingRange) -> StandingRange:
    points = [
        _point(barred, way, standing)
        for barred in range(prohibited[0], prohibited[1] + 1)
        for way in range(applied[0], applied[1] + 1)
        for standing in (written.worst, written.best)
    ]
    return between(min(points), max(points))


def _point(prohibited: int, applied: int, written: Standing) -> Standing:
    """The standing of a case whose facts are complete; what the text leaves open is undefined."""
    if prohibited == TRUE:
        return Standing.INELIGIBLE
    standing = written if applied == TRUE else Standing.AUTHORITY_DECIDES
    return min(standing, Standing.AUTHORITY_DECIDES) if prohibited == UNDEFINED else standing


def _applicability(prohibited: Truth, applied: Truth, exempt: Truth) -> Applicability:
    """Nothing to apply for only where an exemption is proven and no other way is possible."""
    if prohibited[0] == TRUE or applied[0] == TRUE or exempt[1] == 0:
        return Applicability.APPLICABLE
    if exempt[0] == TRUE and applied[1] == 0 and prohibited[1] == 0:
        return Applicability.NOT_APPLICABLE
    return Applicability.UNDETERMINED
