"""What stands around a figure: 我们大约有…, 不到…, …以上, between … and …."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from knowledge.value import Spec

Side: TypeAlias = Literal["ge", "gt", "le", "lt"]

_FILLER = re.compile(
    r"(?:我们|我司|本公司|公司|本单位|单位|目前|现在|现有|一共|总共|合计|共有|共计|总计|占|"
    r"共|有|是|为|we have|there are|there is|we are|it is|it's|the|in total|[:,])\s*"
)
_ABOUT_BEFORE = re.compile(
    r"(?:大约|大概|约莫|约|差不多|将近|接近|近|估计|可能|应该|好像|也就|"
    r"about|around|approximately|approx\.?|roughly|nearly|almost|circa|maybe|probably|~)\s*"
)
_ABOUT_AFTER = re.compile(r"\s*(?:左右|上下|出头|前后|的样子|吧|\?+|or so)$")
_BEFORE: tuple[tuple[Side, re.Pattern[str]], ...] = (
    ("ge", re.compile(r"(?:至少|最少|起码|不少于|不低于|不小于|>=|≥|at least|no less than|"
                      r"no fewer than|minimum)\s*")),
    ("le", re.compile(r"(?:最多|至多|顶多|不超过|不多于|不大于|不高于|<=|≤|at most|up to|"
                      r"no more than|not more than|maximum)\s*")),
    ("lt", re.compile(r"(?:不到|不足|少于|低于|小于|未满|不满|未达到?|<|less than|fewer than|"
                      r"under|below)\s*")),
    ("gt", re.compile(r"(?:超过|多于|大于|高于|>|more than|over|above)\s*")),
)  # fmt: skip
_AFTER: tuple[tuple[Side, re.Pattern[str]], ...] = (
    ("ge", re.compile(r"\s*(?:\(含\))?(?:及以上|以上|or more|or above|and above|\+)$")),
    ("le", re.compile(r"\s*(?:\(含\))?(?:及以下|以下|以内|之内|or less|or fewer|or below)$")),
    ("lt", re.compile(r"\s*不到$")),
)
_BETWEEN = (
    re.compile(r"^(?:between )(.+) and (.+)$"),
    re.compile(r"^(?:介于|在)?(.+)(?:和|与|到|至|-|~)(.+?)之间$"),
)
_MOST_LAYERS = 8


@dataclass(frozen=True, slots=True)
class Phrase:
    """The figure itself, whether it is said to be rough, and on which side it bounds."""

    core: str
    about: bool = False
    side: Side | None = None


def peel(said: str, spec: Spec) -> Phrase:
    """Take off what stands around the figure; the core is what must be a quantity, whole."""
    phrase = Phrase(said)
    for _ in range(_MOST_LAYERS):
        peeled = _one_layer(phrase, spec)
        if peeled == phrase:
            break
        phrase = peeled
    for between in _BETWEEN:
        if match := between.match(phrase.core):
            return Phrase(f"{match[1]}到{match[2]}", phrase.about, phrase.side)
    return phrase


def _one_layer(phrase: Phrase, spec: Spec) -> Phrase:
    core = _untitled(phrase.core, spec)
    if match := _FILLER.match(core):
        return Phrase(core[match.end() :], phrase.about, phrase.side)
    if match := _ABOUT_BEFORE.match(core):
        return Phrase(core[match.end() :], about=True, side=phrase.side)
    if match := _ABOUT_AFTER.search(core):
        return Phrase(core[: match.start()], about=True, side=phrase.side)
    if phrase.side is None:
        for side, pattern in _BEFORE:
            if match := pattern.match(core):
                return Phrase(core[match.end() :], phrase.about, side)
        for side, pattern in _AFTER:
            if match := pattern.search(core):
                return Phrase(core[: match.start()], phrase.about, side)
    return Phrase(core, phrase.about, phrase.side)


def _untitled(core: str, spec: Spec) -> str:
    """Without the name of what was asked, when somebody repeats it before or behind the figure."""
    for title in (spec.title.zh.lower(), spec.title.en.lower()):
        if core.startswith(title) and core != title:
            return core[len(title) :].lstrip(" :,")
        if core.endswith(title) and core != title:
            return core[: -len(title)].strip()
    return core
