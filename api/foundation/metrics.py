"""What the program counts and measures of itself, for Prometheus.

Labels take words of the code only, each from a short list: never an id, an address, or anything
that somebody wrote. Each application has a registry of its own.
"""

import contextlib
import time
from collections.abc import Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
CAUSES = frozenset(
    {
        "bad_request", "blocked", "channel_raised", "chat_gone", "connection_lost", "gave_up",
        "in_parts", "moved", "no_channel", "no_contact", "refused", "timed_out", "unreadable",
        "worker_died",
    }
)  # fmt: skip
"""Why a delivery ended, as a label says it; any other cause is `other`."""
_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_WAITS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)
_LATE = (1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600)


class Metrics:
    """The metrics of one process. What stands in the database is read when they are asked for."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.turns = self._histogram(
            "huiqi_turn_seconds", "A turn, from the look to the commit.", _QUICK,
            "channel", "outcome",
        )  # fmt: skip
        self.laid = self._histogram(
            "huiqi_reply_laid_seconds",
            "From the receipt of an update to its replies being rows.",
            _WAITS,
            "channel",
        )
        self.sent = self._histogram(
            "huiqi_reply_sent_seconds",
            "From the receipt of an update to a reply having been sent.",
            _WAITS,
            "channel",
        )
        self.lateness = self._histogram(
            "huiqi_reminder_lateness_seconds",
            "From the hour a reminder was due to its having been sent.",
            _LATE,
        )
        self.deliveries = self._counter(
            "huiqi_deliveries", "Deliveries that ended, by what became of them.",
            "channel", "priority", "state", "cause",
        )  # fmt: skip
        self.leases_lost = self._counter(
            "huiqi_leases_lost", "Rows whose lease another worker had by the time.", "ledger"
        )
        self.loop_failures = self._counter(
            "huiqi_loop_failures", "Rounds of a background loop that failed.", "loop"
        )
        self.set_aside = self._counter(
            "huiqi_updates_set_aside", "Updates set aside after their last try.", "channel"
        )
        self.reconciled = self._counter(
            "huiqi_reconciled", "Rows that were stuck and were put right.", "ledger", "state"
        )
        self.stuck = self._gauge(
            "huiqi_stuck_rows", "Rows that are stuck and need a person.", "ledger", "state"
        )
        self._read_later()

    def _read_later(self) -> None:
        """What is read when it is asked for (`api.watch.exposing`)."""
        self.queue_rows = self._gauge(
            "huiqi_queue_rows", "Rows of a ledger that are due and not done.", "ledger"
        )
        self.queue_age = self._gauge(
            "huiqi_queue_age_seconds", "How long the oldest of them is due.", "ledger"
        )
        self.loop_idle = self._gauge(
            "huiqi_loop_idle_seconds", "Since a background loop last began a round.", "loop"
        )
        self.streams = self._gauge("huiqi_streams", "Live streams that are open.")
        self.release = self._gauge("huiqi_release_info", "The release in use.", "release")
        self.version = self._gauge("huiqi_build_info", "The version that runs.", "version")
        self.database_up = self._gauge("huiqi_database_up", "Whether the database answered.")
        self.redis_up = self._gauge(
            "huiqi_redis_up", "Whether Redis answered; NaN where none is set up."
        )
        self.redis_up.set(float("nan"))
        self.aside = self._gauge(
            "huiqi_set_aside_rows", "Updates set aside that nobody has decided on."
        )
        self.unknown = self._gauge(
            "huiqi_unknown_rows", "Deliveries of unknown outcome that wait for a person."
        )

    def _histogram(
        self, name: str, told: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        return Histogram(name, told, labels, buckets=buckets, registry=self.registry)

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(name, told, labels, registry=self.registry)

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        return Gauge(name, told, labels, registry=self.registry)

    @contextlib.contextmanager
    def turn(self, channel: str) -> Iterator[None]:
        """Measure a turn; one that raises has failed."""
        started, outcome = time.perf_counter(), "failed"
        try:
            yield
            outcome = "done"
        finally:
            self.turns.labels(channel, outcome).observe(time.perf_counter() - started)

    def say(self, gauge: Gauge, label: str, value: float = 1) -> None:
        """Give a metric this one label and forget those before."""
        gauge.clear()
        gauge.labels(label).set(value)

    def told(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)


def cause_word(cause: str | None) -> str:
    """The label of a cause: empty where there is none, `other` where it is not on the list."""
    if not cause:
        return ""
    return cause if cause in CAUSES else "other"
