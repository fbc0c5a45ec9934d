"""Structure in words: zh and en from one catalogue, for chat, report, console and command line."""

from dialogs.wording.changes import change
from dialogs.wording.figures import count, day, days, duration, money, number, ratio
from dialogs.wording.moments import days_left, last_day, moment
from dialogs.wording.sentences import amount, sentence
from dialogs.wording.states import (
    applicability,
    award,
    force,
    one_standing,
    programme_kind,
    reason,
    route,
    standing,
    standing_range,
    timing,
    window,
)
from dialogs.wording.values import (
    asking,
    bounds,
    cell,
    example,
    example_range,
    of_role,
    option,
    row,
    unit,
    value,
)

__all__ = [
    "amount",
    "applicability",
    "asking",
    "award",
    "bounds",
    "cell",
    "change",
    "count",
    "day",
    "days",
    "days_left",
    "duration",
    "example",
    "example_range",
    "force",
    "last_day",
    "moment",
    "money",
    "number",
    "of_role",
    "one_standing",
    "option",
    "programme_kind",
    "ratio",
    "reason",
    "route",
    "row",
    "sentence",
    "standing",
    "standing_range",
    "timing",
    "unit",
    "value",
    "window",
]
