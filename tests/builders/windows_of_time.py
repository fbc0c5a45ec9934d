"""How many of some moments lie in one second, wherever that second begins."""

from collections.abc import Iterable


def most_in(moments: Iterable[float], seconds: float = 1.0) -> int:
    """The most moments in any window `[t, t + seconds)`."""
    ordered = sorted(moments)
    most = begins = 0
    for ends, moment in enumerate(ordered):
        while ordered[begins] <= moment - seconds:
            begins += 1
        most = max(most, ends - begins + 1)
    return most
