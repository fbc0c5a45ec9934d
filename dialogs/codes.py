"""Join codes as people meet them: typed in groups, in a link, on a button."""

import re

from dialogs.message import Incoming, Opened, Pressed, Said
from dialogs.state import State

_JOIN = re.compile(r"^/?(?:join|加入)[\s:：-]*(.+)$", re.IGNORECASE)
_BARE = re.compile(r"^([A-Za-z0-9]{4})[-–—]([A-Za-z0-9]{4})$")
_SHORTEST, _LONGEST = 6, 24
_BUTTON = "join:"
_LINK = "join-"


def shown_code(said: Incoming, state: State) -> str:
    """The code a message shows, else the one still being asked about; empty when there is none.

    The host looks it up before the turn and puts what it would do into `World.invitation`.
    """
    return said_code(said, state) or state.code


def said_code(said: Incoming, state: State) -> str:
    """The code this very message shows, in capitals without separators."""
    match said:
        case Said(text=text) if len(text) <= 2 * _LONGEST:
            return typed_code(text.strip(), asked=state.entering == "code")
        case Opened(start=start) if start.startswith(_LINK):
            return plausible(start.removeprefix(_LINK))
        case Pressed(button=button) if button.startswith(_BUTTON):
            return plausible(button.removeprefix(_BUTTON))
        case _:
            return ""


def typed_code(text: str, *, asked: bool) -> str:
    """The code somebody typed; unasked only what nobody would type for anything else."""
    told = _JOIN.match(text)
    if told:
        return plausible(told[1])
    if asked:
        return plausible(text)
    bare = _BARE.match(text)
    return plausible(text) if bare and _like_a_code(bare[1] + bare[2]) else ""


def _like_a_code(signs: str) -> bool:
    """Neither two years (2023-2024) nor two words (long-term)."""
    letters = any(sign.isalpha() for sign in signs)
    return letters and (signs.isupper() or any(sign.isdigit() for sign in signs))


def plausible(text: str) -> str:
    """The signs of a code, in capitals; empty where it can be none."""
    signs = re.sub(r"[\s\-–—_]", "", text)
    fits = signs.isascii() and signs.isalnum() and _SHORTEST <= len(signs) <= _LONGEST
    return signs.upper() if fits else ""


def grouped(code: str) -> str:
    """A code in groups of four, as one reads it out: `ABCD-EFGH`."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def join_button(code: str) -> str:
    """The button that uses a code."""
    return f"{_BUTTON}{code}"
