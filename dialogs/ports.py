"""The two doors between a messenger and the back end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from dialogs.message import Incoming, Reply
from knowledge.model import Language


@dataclass(frozen=True, slots=True)
class Arrived:
    """A raw update, as it came."""

    update_id: str
    """The messenger's own number of it."""
    address: str
    """The chat it belongs to: updates of one chat are taken in order of arrival."""
    raw: Mapping[str, object]


class Inbox(Protocol):
    """Where a channel hands in what arrived; implemented by the back end."""

    async def accept(
        self,
        channel: str,
        account: str,
        update_id: str,
        address: str,
        raw: Mapping[str, object],
    ) -> bool:
        """Keep a raw update, committed before this returns; False when it was there already.

        `address` is the chat it belongs to: updates of one chat are taken in order of arrival.
        """
        ...

    async def accept_all(self, channel: str, account: str, arrived: Sequence[Arrived]) -> int:
        """Keep several, all or none, committed before this returns; how many were new."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """What a raw update says."""

    address: str
    """The chat, where the replies go."""
    said: Incoming
    language: Language | None = None
    """What the person's messenger speaks; counts only at the very beginning."""
    pressed_on: str = ""
    """The messenger's id of the message whose button was pressed: it may be edited."""
    personal: bool = True
    """A chat with one person. In a group nothing personal is said."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One reply for one chat."""

    address: str
    reply: Reply
    replaces: str = ""
    """The messenger's id of a message it may take the place of; empty: a new message."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel took it; `reference` is the channel's own id of the message."""

    reference: str


@dataclass(frozen=True, slots=True)
class Later:
    """Surely not delivered, may be tried again: at `at`, or as the host backs off when None."""

    cause: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """It can never be delivered; `cause` is a short word such as `blocked`."""

    cause: str
    contact_lost: bool = False
    """Nothing else can be delivered to this chat either."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have arrived. It is never sent again by itself."""

    cause: str


Outcome: TypeAlias = Sent | Later | Ended | Unknown


class Pace(Protocol):
    """How fast one message may go out, call by call: others send through the same account."""

    async def step(self) -> bool:
        """Wait until one more call that sends may be made; False: not now, make none."""
        ...

    async def refused(self, seconds: float) -> None:
        """The messenger asked for a pause of so many seconds."""
        ...


class Channel(Protocol):
    """One messenger; implemented in its own folder."""

    @property
    def name(self) -> str:
        """The word for the channel in rows and logs, such as `telegram`."""
        ...

    @property
    def account(self) -> str:
        """Which bot of the messenger this is; known once it was opened."""
        ...

    @property
    def rate(self) -> int:
        """Calls that send, a second, which it takes of this account; 0: it counts none."""
        ...

    def is_group(self, address: str) -> bool:
        """Whether a chat is one of many people: the messenger takes less there."""
        ...

    @property
    def link(self) -> str:
        """The address that opens a chat with it, such as https://t.me/<bot>; empty: none."""
        ...

    async def open(self) -> None:
        """Get ready: who we are, the menu of commands. May be called again after a failure."""
        ...

    async def listen(self, inbox: Inbox) -> None:
        """Hand in what arrives until cancelled; waits itself while the messenger is away."""
        ...

    def read(self, raw: Mapping[str, object]) -> Received | None:
        """What a kept update says; None when it says nothing to the conversation."""
        ...

    async def acknowledge(self, raw: Mapping[str, object]) -> None:
        """Tell the messenger that a press was taken. Never raises for what the messenger did."""
        ...

    async def send(self, message: Outgoing, now: datetime, pace: Pace) -> Outcome:
        """Show a reply, and say what became of it. Never raises for what the messenger did.

        Before each call that sends, edits too, it takes a step of `pace`.
        """
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...
