"""When the next message may go: pure arithmetic over the books of one account, in microseconds.

Each line of the books holds the moment from which the next call may be made; a call that is let
through moves it on by its interval. So calls are spread evenly and never come in a heap. A line
only moves forward: what was promised once is never promised again.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from api.deliveries.models import Priority

SECOND = 1_000_000
LATE = 0.1
"""Seconds a call may leave after its moment; later it needs a new one."""
BULK_LATE, BULK_LATE_BY_ROW = 0.01, 0.03
"""The same for bulk, whose share is used to the full: its interval is as much longer. Asking the
row takes longer than asking Redis, and nobody knows when in that time its clock was read."""
_BULK_SHARE = (25, 30)
"""Of what may be sent in all, so much may be bulk, rounded down."""
AHEAD = {Priority.DIALOG: 1.0, Priority.STAFF: 0.5, Priority.BULK: 0.08}
"""Seconds ahead of now that moments are given out. What is urgent books further ahead than bulk
may: as long as it waits nothing is left for bulk, and bulk is in its way no longer than this."""
LONGEST_AHEAD = max(AHEAD.values())
WINDOW = 1.0
_CHAT_BURST = 3
_GROUP_BURST, _GROUP_A_MINUTE = 3, 20
_AGAIN = 5 * SECOND
"""Nobody waits longer than this before asking again."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Intervals in microseconds; `bulk_a_second` and `a_second` are what they come from."""

    a_second: int
    bulk_a_second: int
    total: int
    bulk: int
    bulk_late: float
    chat: int = SECOND
    chat_slack: int = (_CHAT_BURST - 1) * SECOND
    group: int = 60 * SECOND // (_GROUP_A_MINUTE - _GROUP_BURST)
    group_slack: int = (_GROUP_BURST - 1) * (60 * SECOND // (_GROUP_A_MINUTE - _GROUP_BURST))


def rules_of(a_second: int, bulk_late: float = BULK_LATE) -> Rules:
    """The rules of an account that may make so many calls a second.

    Calls keep so far apart that no window of a second sees more than it may, even where one call
    leaves at once and another as late as it may: all together, and bulk alone.
    """
    bulk = max(1, a_second * _BULK_SHARE[0] // _BULK_SHARE[1])
    return Rules(
        a_second,
        bulk,
        total=math.ceil(SECOND * (1 + LATE) / a_second),
        bulk=math.ceil(SECOND * (1 + bulk_late) / bulk),
        bulk_late=bulk_late,
    )


@dataclass(frozen=True, slots=True)
class Want:
    """One call that somebody wants to make. `chat` is a digest: books keep no address."""

    priority: Priority
    chat: str
    group: bool = False

    def pace(self, rules: Rules) -> tuple[int, int]:
        """Interval and slack of its chat. Only what answers somebody may come three at once."""
        interval = rules.group if self.group else rules.chat
        slack = rules.group_slack if self.group else rules.chat_slack
        return interval, 0 if self.priority is Priority.BULK else slack


@dataclass(slots=True)
class Books:
    """Moments in microseconds since the epoch; 0: long ago."""

    total: int = 0
    bulk: int = 0
    stopped: int = 0
    """Nothing before this: the messenger asked twice for a pause."""
    bulk_stopped: int = 0
    """No bulk before this: the messenger asked once, for the chat or for all; it does not say."""
    stopped_by: str = ""
    """The chat whose message was refused first."""
    chats: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Granted:
    """Seconds from now for each want, or None where there is nothing now; then ask `again`."""

    delays: Sequence[float | None]
    again: float
    bulk_late: float = LATE

    def late(self, priority: Priority) -> float:
        """Seconds a call may leave after its moment."""
        return self.bulk_late if priority is Priority.BULK else LATE


def grant(books: Books, rules: Rules, wants: Sequence[Want], now: int) -> Granted:
    """Give out moments, in the order of the wants; the books move on."""
    books.chats = {chat: moment for chat, moment in books.chats.items() if moment > now}
    delays: list[float | None] = []
    again = _AGAIN
    for want in wants:
        earliest = _earliest(books, want, now)
        interval, slack = want.pace(rules)
        ready = books.chats.get(want.chat, 0)
        ahead = int(AHEAD[want.priority] * SECOND)
        if ready - slack > earliest:
            delays.append(None)
            again = min(again, ready - slack - now)
        elif earliest - now > ahead:
            delays.append(None)
            again = min(again, earliest - ahead - now)
        else:
            delays.append((earliest - now) / SECOND)
            books.total = earliest + rules.total
            if want.priority is Priority.BULK:
                books.bulk = earliest + rules.bulk
            books.chats[want.chat] = max(ready, earliest) + interval
    return Granted(delays, max(again, 0) / SECOND, rules.bulk_late)


def _earliest(books: Books, want: Want, now: int) -> int:
    earliest = max(now, books.total, books.stopped)
    if want.priority is Priority.BULK:
        return max(earliest, books.bulk, books.bulk_stopped)
    return earliest


def refuse(books: Books, rules: Rules, want: Want, seconds: float, now: int) -> None:
    """The messenger asked for a pause after a message to a chat.

    That chat rests, and all bulk. Where another chat is refused in that time, it was not the chat:
    everything rests.
    """
    until = now + int(seconds * SECOND)
    slack = rules.group_slack if want.group else rules.chat_slack
    books.chats[want.chat] = max(books.chats.get(want.chat, 0), until + slack)
    if books.bulk_stopped > now and books.stopped_by != want.chat:
        books.stopped = max(books.stopped, until)
    else:
        books.stopped_by = want.chat
    books.bulk_stopped = max(books.bulk_stopped, until)
