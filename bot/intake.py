"""Handing an update to the inbox, the same whether we asked for it or were called."""

import math
from collections.abc import Iterable, Mapping

from bot.updates import address_of
from dialogs.ports import Arrived, Inbox

_NO_NUMBER = 2**63
"""Updates have smaller numbers; a longer one would fit no row."""


def number_of(raw: Mapping[str, object]) -> int | None:
    """The number every update has; None for what is no update."""
    number = raw.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return number if 0 <= number < _NO_NUMBER else None


async def hand_in(
    updates: Iterable[tuple[int, Mapping[str, object]]], inbox: Inbox, *, name: str, account: str
) -> None:
    """Keep numbered updates together, without the characters that no database keeps."""
    arrived = [
        Arrived(
            str(number), address_of(raw), {_text(key): _keepable(each) for key, each in raw.items()}
        )
        for number, raw in updates
    ]
    await inbox.accept_all(name, account, arrived)


def _keepable(value: object) -> object:
    match value:
        case str():
            return _text(value)
        case float() if not math.isfinite(value):
            return None
        case list():
            return [_keepable(each) for each in value]
        case dict():
            return {_text(str(key)): _keepable(each) for key, each in value.items()}
        case _:
            return value


def _text(text: str) -> str:
    """Halves of characters and NUL would be refused, and their update would come for ever."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
