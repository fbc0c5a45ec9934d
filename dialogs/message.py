"""What goes in and out of a turn: the same for every channel, rendered by each in its own way.

Everything is a frozen Pydantic model, so a channel or the database keeps it as JSON.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, JsonValue, TypeAdapter

from knowledge.model import Frozen, Language

Tone: TypeAlias = Literal["good", "likely", "open", "warning", "bad", "muted"]
"""How a badge feels: met; met but to be shown; not yet known; mind this; missed; beside."""
Mark: TypeAlias = Literal["met", "evidence", "authority", "missed", "unknown", "info", "none"]
"""The sign before a line of a card."""
Style: TypeAlias = Literal["primary", "plain", "quiet", "danger"]


class Said(Frozen):
    """A text somebody typed; any length, the turn answers one that is too long."""

    kind: Literal["said"] = "said"
    text: str


class Pressed(Frozen):
    """A button, by the id of a `Choice`; old, repeated and forged ones are harmless."""

    kind: Literal["pressed"] = "pressed"
    button: str


class Opened(Frozen):
    """The chat was opened; `start` is what a deep link carried (`card-<programme>`)."""

    kind: Literal["opened"] = "opened"
    start: str = ""


class Submitted(Frozen):
    """A value a channel's own form collected, in the written form of `knowledge.value`.

    `asking` is the written form of what was asked (`Reply.input.asking`).
    """

    kind: Literal["submitted"] = "submitted"
    asking: str
    value: JsonValue


class Attached(Frozen):
    """A file somebody sent: what it is called. Its content stays with the messenger."""

    kind: Literal["attached"] = "attached"
    name: str
    media: str = ""
    """Its MIME type, as the messenger said."""
    size: int = 0
    """Bytes; 0: not said."""
    text: str = ""
    """What was written with it."""


Incoming: TypeAlias = Annotated[
    Said | Pressed | Opened | Submitted | Attached, Field(discriminator="kind")
]
INCOMING: TypeAdapter[Incoming] = TypeAdapter(Incoming)


class Choice(Frozen):
    """A button. The id is ASCII, at most 40 characters, and stays valid for good."""

    id: str
    label: str
    style: Style = "plain"
    chosen: bool = False
    """Picked already, where several may be picked."""


class Quote(Frozen):
    """Verbatim words of an official text with their place."""

    document: str
    """The number of the text."""
    article: str
    text: str


class Badge(Frozen):
    """A short word with a feeling."""

    label: str
    tone: Tone = "muted"


class CardLine(Frozen):
    """One line of a section, with what stands under it."""

    text: str
    mark: Mark = "none"
    level: int = 0
    """How deep it stands under the lines before it, from 0."""
    notes: tuple[str, ...] = ()
    quote: Quote | None = None
    choices: tuple[Choice, ...] = ()
    link: str = ""
    """An https address an official published with it; empty: none."""


class Section(Frozen):
    """A titled part of a card. `folded` ones may be shown closed where a channel can."""

    title: str
    lines: tuple[CardLine, ...]
    folded: bool = False


class Card(Frozen):
    """A structured answer: title, badges, sections."""

    title: str
    subtitle: str = ""
    badges: tuple[Badge, ...] = ()
    lead: str = ""
    """The answer in one or two sentences."""
    sections: tuple[Section, ...] = ()


class InputHint(Frozen):
    """What kind of answer is expected, so that a channel can help typing it."""

    asking: str
    """What is asked, as written (`staff`, `rd_expense@2023`)."""
    kind: Literal["number", "money", "ratio", "date", "choice", "choices", "yes_no", "text"]
    column: str = ""
    """The column of the row being filled in; empty: the fact itself."""
    unit: str = ""
    example: str = ""


class Progress(Frozen):
    """How far a screening is: programmes decided of all, and about how many questions remain."""

    decided: int
    total: int
    remaining: int


class Document(Frozen):
    """A file handed to the person, such as the export of their data."""

    name: str
    media: str
    content: str
    """Text, as UTF-8."""


class Reply(Frozen):
    """One message to show. `text` alone says everything that is not in `card`.

    A reply with a `slot` takes the place of an earlier one with the same slot where a channel can.
    """

    kind: Literal["text", "question", "menu", "card", "overview", "progress", "notice", "staff"]
    """`staff`: a person wrote it; `author` says who."""
    text: str
    author: str = ""
    footer: str = ""
    """A small line under it, such as the progress in words."""
    language: Language = "zh"
    card: Card | None = None
    choices: tuple[Choice, ...] = ()
    input: InputHint | None = None
    progress: Progress | None = None
    document: Document | None = None
    slot: str = ""
