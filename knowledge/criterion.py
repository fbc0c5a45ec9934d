"""Criteria as written: a test with article, quote and force, and the groups that combine them."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator

from knowledge.model import FactId, Frozen, Line, MaybeText, Slug, Text

Force: TypeAlias = Literal["hard", "soft", "open_list", "evidence", "not_stated"]
UNTESTED: frozenset[Force] = frozenset({"evidence", "not_stated"})
"""Forces of clauses without a test: qualitative ones, and criteria the text leaves to others."""
Cite: TypeAlias = Line


class TestGroup(Frozen):
    """Several tests inside one criterion."""

    __test__ = False

    all: "tuple[TestSource, ...] | None" = None
    any: "tuple[TestSource, ...] | None" = None
    not_: "TestSource | None" = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _one_word(self) -> Self:
        words = [w for w in (self.all, self.any, self.not_) if w is not None]
        if len(words) != 1 or words[0] == ():
            raise ValueError("a test group has exactly one of all, any, not, and is not empty")
        return self


def _shape_of_test(value: object) -> str:
    return "leaf" if isinstance(value, str) else "group"


TestSource: TypeAlias = Annotated[
    Annotated[Line, Tag("leaf")] | Annotated[TestGroup, Tag("group")],
    Discriminator(_shape_of_test),
]


class OtherReading(Frozen):
    """The other defensible test of a clause; where the two differ, the authority decides."""

    test: TestSource
    says: MaybeText


class Cited(Frozen):
    """Something that stands in an article and is quoted from it."""

    cite: Cite
    quote: Line
    not_in_quote: MaybeText | None = None
    reading: MaybeText | None = None


class Criterion(Cited):
    """One test of a programme. An exclusion has the same keys; its test must fail."""

    id: Slug
    force: Force = "hard"
    test: TestSource | None = None
    says: Text | None = None
    self_view: FactId | None = None
    other_reading: OtherReading | None = None
    title: Text | None = None
    note: MaybeText | None = None

    @model_validator(mode="after")
    def _test_or_words(self) -> Self:
        if self.force in UNTESTED:
            if self.says is None:
                raise ValueError(f"says is required for a criterion of force {self.force}")
            if self.test is not None:
                raise ValueError(f"{self.force} has no test: a view of one's own is self_view")
        elif self.test is None:
            raise ValueError("test is required unless force is evidence or not_stated")
        if self.self_view is not None and self.force != "evidence":
            raise ValueError("self_view is for force evidence only")
        return self


class AtLeast(Frozen):
    """At least `n` of several."""

    n: Annotated[int, Field(ge=1)]
    of: "tuple[Node, ...]"

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.n > len(self.of):
            raise ValueError(f"at_least {self.n} of {len(self.of)} can never hold")
        return self


class Group(Frozen):
    """Criteria combined by exactly one of all, any, at_least."""

    id: Slug | None = None
    title: Text | None = None
    cite: Cite | None = None
    all: "tuple[Node, ...] | None" = None
    any: "tuple[Node, ...] | None" = None
    at_least: AtLeast | None = None

    @model_validator(mode="after")
    def _one_word(self) -> Self:
        words = [w for w in (self.all, self.any, self.at_least) if w is not None]
        if len(words) != 1:
            raise ValueError("a group has exactly one of all, any, at_least")
        if not self.parts:
            raise ValueError("a group is not empty")
        return self

    @property
    def parts(self) -> "tuple[Node, ...]":
        """The criteria and groups directly below."""
        if self.at_least is not None:
            return self.at_least.of
        return self.all or self.any or ()

    @property
    def needed(self) -> int:
        """How many of the parts must be met."""
        if self.at_least is not None:
            return self.at_least.n
        return len(self.parts) if self.all is not None else 1


def _shape_of_node(value: object) -> str:
    if isinstance(value, dict):
        return "group" if {"all", "any", "at_least"} & value.keys() else "criterion"
    return "group" if isinstance(value, Group) else "criterion"


Node: TypeAlias = Annotated[
    Annotated[Criterion, Tag("criterion")] | Annotated[Group, Tag("group")],
    Discriminator(_shape_of_node),
]

TestGroup.model_rebuild()
AtLeast.model_rebuild()
Group.model_rebuild()


def criteria_of(node: Criterion | Group) -> tuple[Criterion, ...]:
    """The criteria below a node, in the order of the text."""
    if isinstance(node, Criterion):
        return (node,)
    return tuple(leaf for part in node.parts for leaf in criteria_of(part))
