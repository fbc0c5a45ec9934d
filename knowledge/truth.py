"""Truth of a test and standing of a criterion: two chains, and intervals on them.

A test is FALSE < UNDEFINED < TRUE; UNDEFINED is a ratio whose denominator is zero, which no text
decides. While facts are missing a test has an interval of truths. The same holds for standings.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

Truth: TypeAlias = tuple[int, int]
"""(worst, best) on the chain FALSE < UNDEFINED < TRUE."""

FALSE, UNDEFINED, TRUE = 0, 1, 2
CERTAIN: Truth = (TRUE, TRUE)
IMPOSSIBLE: Truth = (FALSE, FALSE)
UNKNOWN: Truth = (FALSE, TRUE)
NO_ANSWER: Truth = (UNDEFINED, UNDEFINED)


class Standing(IntEnum):
    """The chain of standings (DESIGN §2); greater is better for the applicant."""

    INELIGIBLE = 0
    AUTHORITY_DECIDES = 1
    TO_BE_EVIDENCED = 2
    ELIGIBLE = 3

    @property
    def word(self) -> str:
        """The word of the format: `eligible`, `to_be_evidenced` …"""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class StandingRange:
    """Every standing from `worst` to `best` is still possible; decided when they are one."""

    worst: Standing
    best: Standing

    @property
    def decided(self) -> bool:
        """Whether no further fact can change the standing."""
        return self.worst == self.best

    @property
    def word(self) -> str:
        """The standing's word when decided, else `undetermined`."""
        return self.worst.word if self.decided else "undetermined"


_RANGES = {
    (worst, best): StandingRange(worst, best)
    for worst in Standing
    for best in Standing
    if worst <= best
}


def between(worst: Standing, best: Standing) -> StandingRange:
    """The range with these ends. There are ten: they are made once, for weighing makes many."""
    return _RANGES[worst, best]


ELIGIBLE = between(Standing.ELIGIBLE, Standing.ELIGIBLE)
INELIGIBLE = between(Standing.INELIGIBLE, Standing.INELIGIBLE)


def nth_greatest(ranges: list[StandingRange], n: int) -> StandingRange:
    """`at_least n`: the n-th greatest on both ends; `any` is n = 1."""
    return between(
        sorted((r.worst for r in ranges), reverse=True)[n - 1],
        sorted((r.best for r in ranges), reverse=True)[n - 1],
    )


def negate(truth: Truth) -> Truth:
    """Truth of the opposite test."""
    return TRUE - truth[1], TRUE - truth[0]


def matters(part: StandingRange, within: StandingRange) -> bool:
    """Whether narrowing a part could still narrow the range it counts towards."""
    return not part.decided and part.best > within.worst and part.worst < within.best


def narrower(one: StandingRange, other: StandingRange) -> StandingRange:
    """The part of a range inside another one; a point where they only touch."""
    worst, best = max(one.worst, other.worst), min(one.best, other.best)
    return between(min(worst, best), best)


def lifted(standing: StandingRange, state: str) -> StandingRange:
    """A miss rises to authority_decides where an exception is open, or may be (`undetermined`)."""
    floor = Standing.AUTHORITY_DECIDES
    worst, best = standing.worst, standing.best
    if state == "open":
        worst = max(worst, floor)
    if state in {"open", "undetermined"}:
        best = max(best, floor)
    return between(worst, best)
