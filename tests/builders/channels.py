"""A messenger in memory: what people write in it, what they get, and how it may fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from starlette.types import Scope

from dialogs.message import Incoming, Opened, Pressed, Reply, Said
from dialogs.ports import Inbox, Outcome, Outgoing, Pace, Received, Sent
from tests.builders.conversations import buttons_of


@dataclass
class Messenger:
    """`dialogs.ports.Channel` without a network; updates are `{"chat": …, "text": …}`."""

    name: str = "pigeon"
    account: str = "1"
    link: str = "https://pigeon.example/huiqi"
    rate: int = 0
    outcomes: list[Outcome | BaseException] = field(default_factory=list)
    """What becomes of the next messages; sent when there is nothing here."""
    sent: list[Outgoing] = field(default_factory=list)
    acknowledged: int = 0
    updates: int = 0

    async def open(self) -> None:
        """Nothing to get ready."""

    async def listen(self, inbox: Inbox) -> None:
        """Nothing arrives by itself."""

    async def close(self) -> None:
        """Nothing to give back."""

    def webhook_app(self, inbox: Inbox) -> None:
        """Nobody calls."""

    def recognises(self, scope: Scope) -> bool:
        """Nobody does."""
        del scope
        return False

    def read(self, raw: Mapping[str, object]) -> Received | None:
        if raw.get("broken"):
            raise ValueError("cannot be read")
        if raw.get("silent"):
            return None
        said: Incoming = Said(text=str(raw.get("text", "")))
        if "press" in raw:
            said = Pressed(button=str(raw["press"]))
        if "start" in raw:
            said = Opened(start=str(raw["start"]))
        return Received(
            address=str(raw["chat"]), said=said, language="zh", pressed_on=str(raw.get("on", ""))
        )

    async def acknowledge(self, raw: Mapping[str, object]) -> None:
        self.acknowledged += "press" in raw

    def is_group(self, address: str) -> bool:
        return address.startswith("-")

    async def send(self, message: Outgoing, now: datetime, pace: Pace) -> Outcome:
        assert now.tzinfo is not None
        assert await pace.step()
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, BaseException):
            raise outcome
        if outcome is not None and not isinstance(outcome, Sent):
            return outcome
        self.sent.append(message)
        return outcome or Sent(message.replaces or f"m{len(self.sent)}")

    async def hand_in(self, inbox: Inbox, chat: str, **said: object) -> bool:
        """Somebody writes or presses something in a chat."""
        self.updates += 1
        raw = {"chat": chat, **said}
        return await inbox.accept(self.name, self.account, str(self.updates), chat, raw)

    def to(self, chat: str) -> list[Reply]:
        """What a chat got."""
        return [message.reply for message in self.sent if message.address == chat]

    def button(self, chat: str, label: str) -> str:
        """The id of the newest button of a chat that starts with these words."""
        for reply in reversed(self.to(chat)):
            for choice in buttons_of(reply):
                if choice.label.startswith(label):
                    return choice.id
        raise AssertionError(f"no button {label!r}")
