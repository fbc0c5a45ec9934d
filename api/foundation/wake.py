"""Waking those who wait for something new, by topic: here at once, elsewhere through a relay.

A wake is a hint and never the news itself: who wakes reads the database, and who misses one reads
it at the next heartbeat.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Wake:
    """Topics that can be waited for; at most `limit` waiters in all and `each` per topic."""

    def __init__(self, limit: int, each: int = 8, *, alone: bool = True) -> None:
        self._limit = limit
        self._each = each
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._own: set[asyncio.Event] = set()
        self.stopping = False
        self.hears_all = alone
        """Whether what others wake is heard here; who waits looks more often where it is not."""
        self.pass_on: Callable[[str], None] | None = None
        """Tells the other processes; never waits and never raises."""

    @property
    def waiters(self) -> int:
        """How many wait now, the program's own loops apart."""
        return len(set().union(*self._waiting.values())) - len(self._own)

    def full(self, topic: str) -> bool:
        """Whether one more waiter would be too many."""
        return self.waiters >= self._limit or len(self._waiting.get(topic, ())) >= self._each

    @contextmanager
    def listening(self, *topics: str) -> Iterator[asyncio.Event]:
        """An event that is set at each wake of any of the topics; the listener clears it."""
        event = asyncio.Event()
        for topic in topics:
            self._waiting[topic].add(event)
        try:
            yield event
        finally:
            for topic in topics:
                self._waiting[topic].discard(event)
                if not self._waiting[topic]:
                    del self._waiting[topic]

    @contextmanager
    def attending(self, topic: str) -> Iterator[asyncio.Event]:
        """The same for a loop of the program itself: it takes nobody's place."""
        with self.listening(topic) as event:
            self._own.add(event)
            try:
                yield event
            finally:
                self._own.discard(event)

    def wake(self, topic: str) -> None:
        """Tell those who wait for the topic, in every process, that there may be something new."""
        self.wake_here(topic)
        if self.pass_on is not None:
            self.pass_on(topic)

    def wake_here(self, topic: str) -> None:
        """Tell those of this process."""
        for event in self._waiting.get(topic, ()):
            event.set()

    def wake_all_here(self) -> None:
        """Tell everybody of this process: any of their topics may have been missed."""
        for events in self._waiting.values():
            for event in events:
                event.set()

    def stop(self) -> None:
        """Let every waiter go: the program ends."""
        self.stopping = True
        self.wake_all_here()
