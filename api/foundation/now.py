"""The one time source. Everything else is handed the moment."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

CHINA = ZoneInfo("Asia/Shanghai")

Now: TypeAlias = Callable[[], datetime]


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The calendar day in China, where the texts count their days."""
    return moment.astimezone(CHINA).date()


def _now_of(request: Request) -> datetime:
    clock: Now = request.app.state.now
    return clock()


Moment = Annotated[datetime, Depends(_now_of)]
"""The moment of this request."""
