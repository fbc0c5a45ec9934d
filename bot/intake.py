"""Handing an update to the inbox, the same whether we asked for it or were called."""

import math
from collections.abc import Mapping

from bot.updates import address_of
from dialogs.ports import Inbox

_NO_NUMBER = 2**63
"""Updates have smaller numbers; a longer one would fit no row."""


def number_of(raw: Mapping[str, object]) -> int | None:
    """The number every update has; None for what is no update."""
    number = raw.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return number if 0 <= number < _NO_NUMBER else None


async def hand_in(
    raw: Mapping[str, object], number: int, inbox: Inbox, *, name: str, account: str
) -> None:
    """Keep an update, without the characters that no database keeps."""
    kept = {_text(key): _keepable(value) for key, value in raw.items()}
    await inbox.accept(name, account, str(number), address_of(raw), kept)


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
