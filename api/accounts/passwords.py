"""Passwords: made, hashed and compared away from the event loop; only their argon2 hash is kept."""

import asyncio
import secrets
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 128
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are read for others."""
_GROUPS = 4
_GROUP = 4

_hasher = PasswordHasher()


def made_up() -> str:
    """A random password a person can copy: about 79 bits in four groups."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS)]
    return "-".join(groups)


def hashed_now(password: str) -> str:
    """The hash; a tenth of a second of work, for commands that have no loop to hold up."""
    return _hasher.hash(password)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A made-up password and its hash: made before a transaction begins, not while it waits."""

    shown: str
    kept: str


async def fresh() -> Fresh:
    """A new one; it takes a tenth of a second, so no session may be in use yet."""
    password = made_up()
    return Fresh(password, await hashed(password))


async def hashed(password: str) -> str:
    """The hash, made in a thread."""
    return await asyncio.to_thread(hashed_now, password)


async def fits(password: str, kept: str | None) -> bool:
    """Whether the password is the kept one; takes as long where nothing is kept."""
    return await asyncio.to_thread(_fits, password[:LONGEST], kept)


def _fits(password: str, kept: str | None) -> bool:
    try:
        _hasher.verify(kept or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


@cache
def _nobody() -> str:
    """The hash of nobody's password: an unknown login costs the time of a wrong password."""
    return hashed_now(made_up())
