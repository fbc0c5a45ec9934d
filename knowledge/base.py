"""A release: every file loaded, cross-checked and compiled, under one hash. Immutable."""

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.calendar import Calendars
from knowledge.compiled import CompiledProgramme
from knowledge.document import Document
from knowledge.expression.checking import Vocabulary
from knowledge.fact import ClosedList, Fact, Role
from knowledge.profile import Asking
from knowledge.programme import Programme


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class KnowledgeBase:
    """Everything one release knows, by id. Compared by identity: two loads are two objects."""

    release: str
    """sha256 over the names and contents of all files, in hex."""
    programmes: Mapping[str, Programme]
    documents: Mapping[str, Document]
    facts: Mapping[str, Fact]
    roles: Mapping[str, Role]
    lists: Mapping[str, ClosedList]
    calendars: Calendars
    synonyms: tuple[tuple[str, ...], ...]
    compiled: Mapping[str, CompiledProgramme]

    def fact_of(self, asking: Asking) -> Fact:
        """The fact an asking is about; KeyError when the release has none."""
        return self.facts[asking.fact]

    @property
    def words(self) -> Vocabulary:
        """The names an expression may use in this release."""
        return Vocabulary(self.facts, self.roles, self.lists)
