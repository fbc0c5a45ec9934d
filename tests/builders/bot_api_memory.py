"""What our Bot API server remembers: updates until they are confirmed, messages, webhooks."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from pydantic import JsonValue

Given: TypeAlias = Mapping[str, str]
Body: TypeAlias = dict[str, JsonValue]


class Refusal(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


@dataclass
class Shown:
    """A message as the person sees it now."""

    id: int
    chat: int
    text: str
    rows: list[list[dict[str, str]]]
    mine: bool = False
    file: str = ""
    content: str = ""
    html: str = ""
    """As the bot wrote it."""

    @property
    def buttons(self) -> list[str]:
        return [button["text"] for row in self.rows for button in row]


@dataclass
class Memory:
    """One bot on one server."""

    username: str = "huiqi_test_bot"
    address: str = ""
    updates: list[Body] = field(default_factory=list)
    shown: dict[int, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    calls: list[tuple[str, Given]] = field(default_factory=list)
    arrivals: list[tuple[float, str, str]] = field(default_factory=list)
    """When each call arrived, on a clock that only goes forward; its method and its chat."""
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    commands: dict[str, list[Body]] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    queries: set[str] = field(default_factory=set)
    """Presses that can still be acknowledged."""
    blocked: set[int] = field(default_factory=set)
    deactivated: set[int] = field(default_factory=set)
    languages: dict[int, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    allowed: set[str] = field(default_factory=set)
    """Kinds of update the bot asked for; empty: all."""
    webhook: str = ""
    secret: str = ""
    webhook_error: str = ""
    confirmed: int = 0
    polls: int = 0
    """How often updates were asked for: a newer call ends an older one."""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    _next_message: int = 1

    def chat(self, given: Given) -> int:
        """The chat of a call, if the bot may write there."""
        number = _number(given, "chat_id", "Bad Request: chat not found")
        if number in self.deactivated:
            raise Refusal(403, "Forbidden: user is deactivated")
        if number in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if number not in self.shown:
            raise Refusal(400, "Bad Request: chat not found")
        return number

    def message(self, chat: int, text: str, *, mine: bool = False) -> Shown:
        """A new message at the end of a chat."""
        made = Shown(self._next_message, chat, text, [], mine)
        self._next_message += 1
        self.shown[chat].append(made)
        return made

    def changed(self, message: Shown) -> None:
        """The bot has put other words into one of its messages."""

    def as_sent(self, message: Shown) -> Body:
        """A message as the Bot API hands it out."""
        body: Body = {"message_id": message.id, "date": 1, "chat": chat_body(message.chat)}
        if message.file:
            identity = f"f{message.id}"
            body["document"] = {
                "file_id": identity, "file_unique_id": identity, "file_name": message.file,
                "file_size": len(message.content.encode()),
            }  # fmt: skip
            return body | ({"caption": message.text} if message.text else {})
        return body | {"text": message.text}


def chat_body(chat: int) -> Body:
    """A chat in a message; negative numbers are groups."""
    if chat < 0:
        return {"id": chat, "type": "group", "title": "群"}
    return {"id": chat, "type": "private", "first_name": "某某"}


def _number(given: Given, name: str, otherwise: str) -> int:
    try:
        return int(given.get(name, ""))
    except ValueError:
        raise Refusal(400, otherwise) from None
