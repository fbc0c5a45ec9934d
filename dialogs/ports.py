"""The two doors between a messenger and the back end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from dialogs.message import Incoming, Reply


class Inbox(Protocol):
    """Where a channel hands in what arrived; implemented by the back end."""

    async def accept(
        self, channel: str, account: str, update_id: str, raw: Mapping[str, object]
    ) -> bool:
        """Keep a raw update, committed before this returns; False when it was there already."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel took it; `reference` is the channel's own id of the message."""

    reference: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not now; not before `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """It can never be delivered; `cause` is a short word such as `blocked`."""

    cause: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have arrived. It is never sent again by itself."""

    cause: str


Outcome: TypeAlias = Sent | Later | Ended | Unknown


class Channel(Protocol):
    """One messenger; implemented in its own folder."""

    @property
    def name(self) -> str:
        """The word for the channel in rows and logs, such as `telegram`."""
        ...

    def read(self, raw: Mapping[str, object]) -> Incoming | None:
        """What a kept update says; None when it says nothing to the conversation."""
        ...

    async def send(self, address: str, reply: Reply) -> Outcome:
        """Show a reply, and say what became of it. Never raises for what the messenger did."""
        ...
