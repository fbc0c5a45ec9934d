"""What a turn asks its host to do. The turn itself performs nothing.

The host performs them in order, in the transaction that keeps the new state.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from knowledge.model import Language
from knowledge.profile import Asking
from knowledge.value import Raw


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep an answer in the profile, replacing an earlier one.

    `value` is the written form: of the fact, or of one year when the asking has a year; it has
    been read by `knowledge.value`, so reading it again cannot fail. `source` is how it came.
    """

    asking: Asking
    value: Raw
    source: Literal["said", "pressed", "form"]


@dataclass(frozen=True, slots=True)
class Forget:
    """Take an answer out of the profile."""

    asking: Asking


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """From here on answers may be kept. Nothing was kept before."""


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Ask a person to look at this: the conversation itself, or one criterion that reads wrong.

    `criterion` is the id of a criterion or exclusion of `programme`; both are empty for a person.
    """

    kind: Literal["person", "objection"]
    reason: str
    programme: str = ""
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Speak this language with the person from now on."""

    language: Language


@dataclass(frozen=True, slots=True)
class SwitchSubject:
    """Talk about another of the person's subjects from now on; its id from `World.others`."""

    subject: str


@dataclass(frozen=True, slots=True)
class ExportMe:
    """Hand the person everything kept about them."""


@dataclass(frozen=True, slots=True)
class EraseMe:
    """Erase everything kept about the person, consent and this conversation included."""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """End the hold of a person over this conversation: the assistant speaks again."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Follow a programme: reminders before its windows close, and notices about it."""

    programme: str


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Follow a programme no longer."""

    programme: str


@dataclass(frozen=True, slots=True)
class AnswerReminder:
    """What the person says of one filing window (its id from `World.deadlines`)."""

    window: str
    answer: Literal["filed", "later", "not_for_us"]


@dataclass(frozen=True, slots=True)
class NameOrganisation:
    """What the organisation one speaks of is called: a claim, until staff verify it."""

    name: str


@dataclass(frozen=True, slots=True)
class OfferJoin:
    """Let whoever shows this code (`World.fresh_code`) join; good once and for a short while."""

    code: str
    purpose: Literal["device", "colleague"]


@dataclass(frozen=True, slots=True)
class Join:
    """Use the code of `World.invitation`."""

    code: str


Effect: TypeAlias = (
    Remember
    | Forget
    | GiveConsent
    | OpenTicket
    | TakeBack
    | SetLanguage
    | SwitchSubject
    | Subscribe
    | Unsubscribe
    | AnswerReminder
    | NameOrganisation
    | OfferJoin
    | Join
    | ExportMe
    | EraseMe
)
