"""Unguessable ids and tokens. Only the hash of a token is ever kept."""

import hashlib
import secrets
from uuid import UUID, uuid4

TOKEN_BYTES = 32
_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without those that are read for others."""
_CODE_SIGNS = 8


def new_id() -> UUID:
    """A fresh random id."""
    return uuid4()


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def fresh_code() -> str:
    """Eight signs a person can read out: 39 bits, for what is good once and for minutes."""
    return "".join(secrets.choice(_SIGNS) for _ in range(_CODE_SIGNS))


def digest(token: str) -> str:
    """What is kept of a token. A plain hash is enough: the token has 256 bits of its own."""
    return hashlib.sha256(token.encode()).hexdigest()
