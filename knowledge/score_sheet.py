"""Score sheets and rankings: points only where the text states the scoring, grades never."""

from typing import Literal, Self

from pydantic import model_validator

from knowledge.criterion import Cited, TestSource
from knowledge.model import FactId, Frozen, Line, MaybeText, Slug, Text


class PointsWhen(Frozen):
    """Points that a line yields when its test holds; the first that holds counts."""

    test: TestSource
    points: Line


class SheetLine(Frozen):
    """One line of a score sheet with its greatest number of points."""

    id: Slug
    group: Text | None = None
    title: Text
    unit: Line | None = None
    points: Line
    bonus: Literal["yes", "no"] = "no"
    fact: FactId | None = None
    points_when: tuple[PointsWhen, ...] = ()
    evidence: Text | None = None


class ScoreSheet(Frozen):
    """The lines of a score sheet. `scoring: not_stated` yields no points for anybody."""

    cite: Line
    quote: Line | None = None
    scoring: Literal["stated", "not_stated"]
    total: Line
    lines: tuple[SheetLine, ...]
    notes: tuple[MaybeText, ...] = ()

    @model_validator(mode="after")
    def _points_only_where_stated(self) -> Self:
        for line in self.lines:
            if self.scoring == "not_stated" and line.points_when:
                raise ValueError(f"{line.id}: points_when although no scoring is stated")
        return self


class Ranking(Cited):
    """Grades that depend on the other applicants: the answer is the rule."""

    says: Text
