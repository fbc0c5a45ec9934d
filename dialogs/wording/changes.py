"""What would have to change: “研发人员由 9 人增至 10 人及以上”."""

from datetime import date
from decimal import Decimal

from dialogs.catalogue import text
from dialogs.wording import figures
from dialogs.wording.values import asking, cell, range_of, scalar
from knowledge.base import KnowledgeBase
from knowledge.fact import Fact
from knowledge.model import Language
from knowledge.profile import Range, Records
from knowledge.verdict import Change


def change(changed: Change, knowledge: KnowledgeBase, language: Language) -> str:
    """One change of one fact, from what it is now to the nearest value that will do."""
    fact = knowledge.fact_of(changed.asking)
    what = asking(changed.asking, knowledge, language)
    if fact.shape == "records":
        return _rows(changed, what, language)
    if isinstance(changed.needed, Range):
        return _range(fact, changed.now, changed.needed, what, language)
    needed = cell(fact, changed.needed, language)
    if changed.now is None or isinstance(changed.now, Records):
        return text("{what}：{needed}", language, what=what, needed=needed)
    now = cell(fact, changed.now, language)
    return text("{what}：由“{now}”变为“{needed}”", language, what=what, now=now, needed=needed)


def _rows(changed: Change, what: str, language: Language) -> str:
    needed = changed.needed
    rows = needed.low if isinstance(needed, Range) else None
    number = f"{rows:f}" if isinstance(rows, Decimal) else ""
    now = changed.now.rows if isinstance(changed.now, Records) else ()
    if number == "0":
        return text("{what}：没有符合的记录", language, what=what)
    return text(
        "{what}：符合的记录达到 {number} 条（现在共填了 {now} 条）",
        language,
        what=what,
        number=number,
        now=len(now),
    )


def _range(fact: Fact, now: object, needed: Range, what: str, language: Language) -> str:
    goal = range_of(fact, needed, language)
    if not isinstance(now, Range):
        return text("{what}：{needed}", language, what=what, needed=goal)
    said = range_of(fact, now, language)
    if not (now.exact and needed.exact):
        return text("{what}：由 {now}变为 {needed}", language, what=what, now=said, needed=goal)
    if isinstance(now.low, date) or isinstance(needed.low, date):
        return _day(now, needed, what, language)
    bare = scalar(fact, needed.low, language)
    if needed.low > now.low:
        return text("{what}由 {now}增至 {needed}及以上", language, what=what, now=said, needed=bare)
    return text("{what}由 {now}减至 {needed}及以下", language, what=what, now=said, needed=bare)


def _day(now: Range, needed: Range, what: str, language: Language) -> str:
    before, after = now.low, needed.low
    if not isinstance(before, date) or not isinstance(after, date):
        raise AssertionError(f"{what}: a day changes to a day")
    said, goal = figures.day(before, language), figures.day(after, language)
    if after > before:
        return text("{what}由 {now}改为 {needed}或以后", language, what=what, now=said, needed=goal)
    return text("{what}由 {now}改为 {needed}或以前", language, what=what, now=said, needed=goal)
