"""Signed callback ids: what a button of ours says, in one chat of one bot, in at most 64 bytes.

The state is in the database; the id only names the choice. A forged, damaged or foreign one is
pressed in vain: it says nothing, and the place is shown again.
"""

import base64
import hashlib
import hmac

LONGEST = 64
_TAG_BYTES = 12
_TAG_CHARACTERS = 16


def sign(secret: bytes, account: str, chat: str, choice: str) -> str:
    """The callback id of a choice (ASCII, at most 40 characters) in a chat."""
    return f"{_tag(secret, account, chat, choice)}{choice}"


def unsign(secret: bytes, account: str, chat: str, data: str) -> str:
    """The choice of a callback id; empty where it is none of ours for this chat."""
    tag, choice = data[:_TAG_CHARACTERS], data[_TAG_CHARACTERS:]
    expected = _tag(secret, account, chat, choice)
    # Compared as bytes: comparing texts refuses characters outside ASCII with an error.
    given = tag.encode("utf-8", "surrogatepass")
    return choice if hmac.compare_digest(given, expected.encode()) else ""


def _tag(secret: bytes, account: str, chat: str, choice: str) -> str:
    said = f"button\0{account}\0{chat}\0{choice}".encode("utf-8", "surrogatepass")
    tag = hmac.new(secret, said, hashlib.sha256).digest()[:_TAG_BYTES]
    return base64.urlsafe_b64encode(tag).decode()
