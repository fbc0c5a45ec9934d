"""Ids of buttons: short, stable, and checked when they come back.

A button that goes somewhere (`go:`, `do:`, `card:` …) works for good. A button that answers or
confirms carries a token of exactly what it answers, so a late, repeated or forged one fits nothing.
"""

from collections.abc import Iterable
from hashlib import sha256

LONGEST = 40


def token(*parts: str) -> str:
    """Ten hexadecimal digits that stand for these words in this order."""
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:10]


def named(verb: str, name: str) -> str:
    """The id of a button about something with an id of its own, such as `card:<programme>`."""
    plain = f"{verb}:{name}"
    return plain if len(plain) <= LONGEST and name.isascii() else f"{verb}:~{token(name)}"


def find(said: str, verb: str, names: Iterable[str]) -> str | None:
    """Which of the names a button of this verb stands for; None when it stands for none."""
    if not said.startswith(f"{verb}:"):
        return None
    return next((name for name in names if named(verb, name) == said), None)
