"""How much may be sent, whoever sends it: one budget for an account, shared by all processes."""

from collections.abc import Sequence
from typing import Protocol

from api.deliveries.pacing import Granted, Want

MOST_WANTS = 64
"""So many are asked for at once."""


class BudgetAway(Exception):
    """Nobody can say now what may be sent: nothing is."""


class Budget(Protocol):
    """The budget of one account of a messenger."""

    async def reserve(self, wants: Sequence[Want]) -> Granted:
        """Moments for calls that send, in seconds from the answer; raises `BudgetAway`.

        A moment that is given out is nobody else's, used or not.
        """
        ...

    async def refused(self, want: Want, seconds: float) -> None:
        """The messenger wants no more of this for so many seconds; raises `BudgetAway`."""
        ...


class NoLimit:
    """Everything at once: for a messenger that counts nothing."""

    async def reserve(self, wants: Sequence[Want]) -> Granted:
        """Now, each of them."""
        return Granted([0.0] * len(wants), 0.0)

    async def refused(self, want: Want, seconds: float) -> None:
        """The message waits by itself."""
