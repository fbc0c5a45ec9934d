"""A clock as its text gives it: a span from an event, or days of each year."""

from dialogs.catalogue import text
from dialogs.wording import figures
from knowledge.clock import Clock
from knowledge.model import Language


def clock_rule(clock: Clock, language: Language) -> str:
    """The rule of a clock, without a date: `受理之日起 20 个工作日内`."""
    if clock.yearly is not None:
        ends = [_year_day(end, language) for end in clock.yearly.split("..")]
        days = ends[0] if len(ends) == 1 else figures.between(ends[0], ends[1], language)
        return text("每年 {days}", language, days=days)
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
