"""Texts a client holds for us: it can read them, and cannot change them."""

import base64
import binascii
import hashlib
import hmac
import zlib

_MOST_BYTES = 262_144
_TAG = hashlib.sha256().digest_size


def _tag(secret: bytes, purpose: str, packed: bytes) -> bytes:
    return hmac.new(secret, purpose.encode() + b"\0" + packed, hashlib.sha256).digest()


def sign(secret: bytes, purpose: str, content: bytes) -> str:
    """A token that carries the content; valid for this purpose only."""
    packed = zlib.compress(content)
    return base64.urlsafe_b64encode(_tag(secret, purpose, packed) + packed).decode()


def unsign(secret: bytes, purpose: str, token: str) -> bytes | None:
    """The content of a token of ours; None for any other text."""
    try:
        whole = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    tag, packed = whole[:_TAG], whole[_TAG:]
    if not hmac.compare_digest(tag, _tag(secret, purpose, packed)):
        return None
    return zlib.decompressobj().decompress(packed, _MOST_BYTES)
