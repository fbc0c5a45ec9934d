"""The frozen world a turn reads: read once before the turn, never written by it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Literal, Protocol

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
class Cutoff:
    """One level of a filing window: until when it takes applications."""

    name: Text
    at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """One published filing window as it is for the subject one talks about."""

    window: str
    programme: str
    title: str
    opens: datetime
    closes: datetime
    """The first cut-off that applies to this subject: by then they must have filed."""
    cutoffs: tuple[Cutoff, ...]
    """All levels, in the order an application passes them."""
    link: str = ""
    note: str = ""
    answer: Literal["", "filed", "not_for_us"] = ""
    """What the person said of it."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a code somebody showed would do, if it is a good one."""

    code: str
    purpose: Literal["device", "colleague"]
    organisation: str
    """The name of the organisation; empty: nobody has named it."""


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
    """What the conversation is about; its name is empty while nobody named it."""
    others: tuple[Party, ...] = ()
    """Further subjects of the person, one tap away."""
    verified: bool = False
    """Whether staff verified that the person speaks for the subject."""
    owner: bool = True
    """Whether the person owns the subject, or is a colleague."""
    subscriptions: frozenset[str] = frozenset()
    """The programmes the person follows."""
    deadlines: tuple[Deadline, ...] = ()
    """The published windows that are not over, the soonest to close first."""
    fresh_code: str = ""
    """An unguessable code nobody has yet, to be offered; empty: none can be offered here."""
    invitation: Invitation | None = None
    """The code that was just shown, where it is a good one."""
    channel: str = "web"
    """Where this conversation is held."""
    messenger_link: str = ""
    """The address of the bot in the messenger (https://t.me/<bot>); empty: there is none."""
    web_address: str = ""
    """The address of the web chat; empty: there is none."""

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
