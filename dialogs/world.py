"""The frozen world a turn reads: read once before the turn, never written by it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Protocol

from knowledge.model import Frozen, Language, Text
from knowledge.profile import Asking, Cell, Dossier, Records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.base import KnowledgeBase
    from knowledge.search import Hit
    from knowledge.verdict import FilingWindow

CHINA = timezone(timedelta(hours=8))
"""The texts count their days in China, which has had no summer time since 1991."""


class Finder(Protocol):
    """Search over the provisions of the release: `knowledge.search.Search`."""

    def find(self, query: str, limit: int) -> "tuple[Hit, ...]":
        """The nearest provisions, best first; none when nothing fits."""
        ...


class Operator(Frozen):
    """Who runs this, from the settings of the host."""

    name: Text
    contact: str
    """How a person is reached: telephone, address, hours."""
    retention_days: int
    privacy: Text | None = None
    """The operator's own words for what is kept and why; None: the catalogue's."""


@dataclass(frozen=True, slots=True)
class Party:
    """A subject one can talk about."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class World:
    """What is true while one turn is taken.

    `now` is aware. Before consent the dossier is empty and the turn asks for nothing to be kept.
    `held_by` names the person who holds the conversation; empty: the assistant speaks.
    `search` None: no free questions can be answered from the texts.
    """

    now: datetime
    knowledge: "KnowledgeBase"
    operator: Operator
    search: Finder | None = None
    dossier: Dossier = field(default_factory=Dossier)
    windows: "tuple[FilingWindow, ...]" = ()
    language: Language = "zh"
    consent: bool = False
    held_by: str = ""
    subject: Party | None = None
    """What the conversation is about; None: not named yet."""
    others: tuple[Party, ...] = ()
    """Further subjects of the person, one tap away."""

    @property
    def today(self) -> date:
        """The day in China."""
        return self.now.astimezone(CHINA).date()

    def having(self, asking: Asking, value: "Cell | Records") -> "World":
        """The world after an answer has been remembered."""
        return replace(self, dossier=self.dossier.having(asking, value))

    def without(self, asking: Asking) -> "World":
        """The world after an answer has been forgotten."""
        return replace(self, dossier=self.dossier.without(asking))


SAMPLE_OPERATOR = Operator(
    name=Text(zh="惠企（本机试用）", en="Huiqi (trial on this machine)"),
    contact="—",
    retention_days=180,
)


def in_memory(
    knowledge: "KnowledgeBase",
    now: datetime,
    *,
    search: Finder | None = None,
    dossier: Dossier | None = None,
    windows: "Sequence[FilingWindow]" = (),
    language: Language = "zh",
    consent: bool = False,
    held_by: str = "",
    operator: Operator = SAMPLE_OPERATOR,
) -> World:
    """A world without a back end, for `huiqi talk` and tests; `now` must be aware."""
    if now.tzinfo is None:
        raise ValueError("now must be aware of its time zone")
    return World(
        now=now,
        knowledge=knowledge,
        operator=operator,
        search=search,
        dossier=dossier or Dossier(),
        windows=tuple(windows),
        language=language,
        consent=consent,
        held_by=held_by,
    )
