"""Unguessable ids and tokens. Only the hash of a token is ever kept."""

import hashlib
import secrets
from uuid import UUID, uuid4

TOKEN_BYTES = 32


def new_id() -> UUID:
    """A fresh random id."""
    return uuid4()


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is kept of a token. A plain hash is enough: the token has 256 bits of its own."""
    return hashlib.sha256(token.encode()).hexdigest()
