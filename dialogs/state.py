"""Where a conversation is. Answers live in the profile, never here.

The one exception is a row of records that is still being typed: half a row is no answer yet.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from pydantic import Field, JsonValue, ValidationError

from knowledge.model import Frozen, Language

VERSION = 1
DEEPEST = 20
"""How many steps 返回 remembers."""


class Place(Frozen):
    """A place one can come back to."""

    node: str
    programme: str = ""
    asking: str = ""
    scope: tuple[str, ...] = ()


class Draft(Frozen):
    """A row of records, or a choice of several, that is being put together."""

    asking: str
    column: str = ""
    """The column asked for just now; empty while asking whether there is a row at all."""
    cells: Mapping[str, str | list[str]] = Field(default_factory=dict)
    picked: tuple[str, ...] = ()
    """Options picked so far of a choice of several."""


class Objection(Frozen):
    """A criterion somebody says reads wrong, until it is confirmed; also a request for a person."""

    programme: str = ""
    criterion: str = ""
    note: str = ""


class State(Frozen):
    """Where we are, what was asked, skipped or not known. `node` is empty at first."""

    version: Literal[1] = 1
    language: Language | None = None
    """The language chosen in this conversation; None: that of the world."""
    node: str = ""
    programme: str = ""
    """The programme being looked at."""
    scope: tuple[str, ...] = ()
    """The programmes a screening is about; empty: all that are live."""
    asking: str = ""
    """What is being asked just now; the next question is always computed anew."""
    skipped: tuple[str, ...] = ()
    not_known: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    """What was asked and answered in this screening, for going back; no values."""
    wanted: Place | None = None
    """Where somebody was going who was first asked for consent."""
    draft: Draft | None = None
    offered: tuple[JsonValue, ...] = ()
    """What an unclear answer may have meant, in written form, until one is taken."""
    objection: Objection | None = None
    wish: str = ""
    """The button somebody pressed who was first asked for consent; done once it is given."""
    entering: Literal["", "name", "code"] = ""
    """What is being typed just now: the name of the organisation, or a join code."""
    code: Annotated[str, Field(max_length=40)] = ""
    """The join code that is being asked about."""
    page: Annotated[int, Field(ge=0)] = 0
    stack: Annotated[tuple[Place, ...], Field(max_length=DEEPEST)] = ()
    lost: bool = False
    """The kept state could not be read: the next turn says so and shows the menu."""

    @property
    def place(self) -> Place:
        """Here, to come back to."""
        return Place(node=self.node, programme=self.programme, asking=self.asking, scope=self.scope)


_UPGRADES: Mapping[int, Callable[[dict[str, object]], dict[str, object]]] = {}
"""By version: the state of that version in the shape of the next one."""


def load_state(raw: object) -> State:
    """Read a kept state, upgrading an older one; None is a conversation that has not begun.

    One that cannot be read is never an error: it begins again at the menu, and `lost` says so.
    """
    if raw is None:
        return State()
    try:
        return State.model_validate(_upgraded(raw))
    except (ValidationError, ValueError, TypeError, RecursionError):
        return State(lost=True)


def _upgraded(raw: object) -> dict[str, object]:
    if not isinstance(raw, Mapping):
        raise ValueError("a state is a mapping")
    state: dict[str, object] = dict(raw)
    version = state.get("version")
    while isinstance(version, int) and version in _UPGRADES:
        state = _UPGRADES[version](state)
        version = state.get("version")
    return state


def write_state(state: State) -> dict[str, object]:
    """The state as JSON keeps it; `load_state` reads it back."""
    return state.model_dump(mode="json", exclude_defaults=True) | {"version": VERSION}
