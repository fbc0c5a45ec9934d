"""What became of deliveries, counted as they end."""

from datetime import datetime

from api.deliveries.models import Delivery, DeliveryState, Priority
from api.foundation.metrics import Metrics, cause_word

_REMINDER, _TURN = "reminder:", "turn:"


def count_ended(metrics: Metrics, row: Delivery, channel: str, now: datetime) -> None:
    """Count a row that has ended; `channel` is empty where none was chosen."""
    if row.done_at is None:
        return
    count(metrics, row.priority, row.state, row.cause, channel)
    if row.state != DeliveryState.SENT.value or row.due_at is None:
        return
    waited = max(0.0, (now - row.due_at).total_seconds())
    if row.occasion.startswith(_REMINDER):
        metrics.lateness.observe(waited)
    elif row.occasion.startswith(_TURN):
        metrics.sent.labels(channel).observe(waited)


def count(metrics: Metrics, priority: int, state: str, cause: str | None, channel: str) -> None:
    """Count one that has ended."""
    word = Priority(priority).name.lower() if priority in set(Priority) else "other"
    metrics.deliveries.labels(channel, word, state, cause_word(cause)).inc()
