"""The words people use for units of counting and measuring, and those that are certainly others."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from knowledge.quantity import COUNTING_UNITS, same_unit

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "人": r"个人|人|名|位|people|persons?|employees?|staff|members?",
        "平方米": r"平方米|平方|平米|平|m2|sqm|sq\.? ?m|square (?:metres?|meters?)",
        "天": r"天|日|days?",
        "小时": r"个?小时|h|hours?",
        "公里": r"公里|千米|km|kilometres?|kilometers?",
        "公顷": r"公顷|ha|hectares?",
        "吨": r"吨|tons?|tonnes?",
        "项": r"项|items?",
        "家": r"家|户|organisations?|organizations?|companies|company|enterprises?",
        "例": r"例|cases?|subjects?",
        "人次": r"人次|visits?|visitors?",
        "代": r"代|generations?",
        "分": r"分|points?",
        "次": r"次|times",
        "倍": r"倍|times",
        "个": r"个",
        "年份": r"年",
    }
)
_MEASURES = frozenset(
    {"平方米", "亩", "公里", "公顷", "吨", "天", "小时", "度", "倍", "分", "人次"}
)
_NOUN = r"(?:员工|职工|人员)?"
_OTHERS = re.compile(
    r"(?:[十百千万亿]*)(?:"
    + "|".join(sorted(map(re.escape, COUNTING_UNITS), key=len, reverse=True))
    + r"|元|块|美元|美金|港币|港元|欧元|日元|英镑|刀|%|‰|成|个?百分点|个点|"
    r"个?月|年|周|个?季度|个?小时|"
    r"people|persons?|employees?|days?|months?|years?|items?|percent|yuan|rmb|cny|usd|dollars?|"
    r"euros?|hkd|m2|km)"
)


def fits(rest: str, unit: str) -> bool:
    """Whether what stands behind a figure is the unit, or nothing."""
    if not rest:
        return True
    same = same_unit(unit)
    words = _WORDS.get(same, re.escape(same))
    if same not in _MEASURES:
        words += "|个"
    noun = _NOUN if same == "人" else ""
    return re.fullmatch(f"(?:{words}){noun}", rest) is not None


def is_unit(rest: str) -> bool:
    """Whether what stands behind a figure is some unit or currency people use."""
    return _OTHERS.fullmatch(rest) is not None
