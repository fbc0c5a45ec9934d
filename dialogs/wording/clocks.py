"""A clock as its text gives it: a span from an event, or days of each year."""

from dialogs.catalogue import marked, text
from dialogs.wording import figures
from knowledge.clock import Clock
from knowledge.model import Language

_MONTHLY = marked("每月 {day} 日")
_QUARTERLY = marked("每季度最后一个月的 {day} 日")


def clock_rule(clock: Clock, language: Language) -> str:
    """The rule of a clock, without a date: `受理之日起 20 个工作日内`."""
    if clock.yearly is not None:
        ends = [_year_day(end, language) for end in clock.yearly.split("..")]
        days = ends[0] if len(ends) == 1 else figures.between(ends[0], ends[1], language)
        return text("每年 {days}", language, days=days)
    if clock.month_day is not None:
        which = _MONTHLY if clock.monthly is not None else _QUARTERLY
        return text(which, language, day=clock.month_day)
    span = figures.duration(clock.duration, language)
    event = "" if clock.event is None else clock.event.of(language)
    match clock.kind:
        case "within":
            return text("{event}起 {span}内", language, event=event, span=span)
        case "before":
            return text("{event}前 {span}", language, event=event, span=span)
        case "lasts":
            return text("从{event}起 {span}", language, event=event, span=span)
        case _:
            return text("{event}之后每 {span}一次", language, event=event, span=span)


def _year_day(written: str, language: Language) -> str:
    month, day = written.strip().split("-")
    return figures.year_day(int(month), int(day), language)
