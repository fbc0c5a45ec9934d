"""Yes and no: only words that are one of the two, and never a guess at “probably”."""

import re

from dialogs.answers.outcome import Code, Refused
from dialogs.answers.tidying import says_unsure
from knowledge.value import Spec

_BOTH = (True, False)
_YES = re.compile(
    "是|对|有|嗯|嗯嗯|没错|正确|当然|具备|具有|拥有|符合|满足|属于|会|能|可以|已|已经|已经有|已取得|"
    "已完成|已经完成|已有|确实|确实是|确实有|存在|√|✓|✔|y|yes|yeah|yep|yup|true|sure|correct"
)
_NO = re.compile(
    "否|不|不是|不对|没|没有|无|未|未取得|未完成|尚未|尚未取得|还没|还没有|暂无|暂时没有|目前没有|"
    "从未|从来没有|不具备|不具有|不符合|不满足|不属于|不会|不能|不可以|不存在|×|✗|✘|"
    "n|no|nope|not|none|never|false"
)
_NO_PHRASES = frozenset({"not yet", "no not yet", "not at all", "none at all"})
_BARE = re.compile("是|对|有|嗯|没|没有|无|不|不是|否|y|yes|n|no|none|not|yeah|nope")
"""Words that say nothing of their own where the question itself is a negative one."""
_ASKED_BOTH = re.compile(
    r"有没有|是不是|是否|能不能|会不会|在不在|可不可以|没有请\w+|\(.*?\)|（.*?）"
)
_NEGATIVE = re.compile(r"^(?:无|未|没有|不|no |not |never |without )")
_TAIL = re.compile(r"(?:的|啊|呀|呢|哦|了)+$")
_PARTING = re.compile(r"[,;]| (?=[^a-z])")
_ENGLISH = re.compile(
    r"^(yes|no),? (?:(?:we|it|they|i|there) (?:is|are|do|does|have|has)(?:n't| not)?"
    r"|(?:it|they) (?:isn't|aren't))$"
)
_NOT = re.compile(r"n't|not")
_UNSURE = re.compile(
    r"应该|大概|可能|好像|也许|或许|估计|吧$|\?$|不一定|部分|算是|差不多|"
    r"\b(?:maybe|probably|perhaps|possibly|likely|partly|i think|i guess|i believe)\b"
)


def read_yes_no(said: str, spec: Spec) -> bool:
    """Yes or no from a tidied text; raises Refused, always offering both."""
    if says_unsure(said) or _UNSURE.search(said):
        raise Refused(Code.UNSURE, *_BOTH)
    if (stated := _stated(said, spec)) is not None:
        return stated
    answer = _answer(said)
    if answer is None:
        raise Refused(Code.NOT_UNDERSTOOD, *_BOTH)
    if asks_negatively(spec) and _BARE.fullmatch(_TAIL.sub("", said)):
        raise Refused(Code.NEGATIVE_QUESTION, *_BOTH)
    return answer


def asks_negatively(spec: Spec) -> bool:
    """Whether what is asked is itself a negative, so that a bare “no” could mean either."""
    titles = (spec.title.zh, spec.title.en.lower())
    if any(_NEGATIVE.match(title) for title in titles):
        return True
    asked = getattr(spec, "ask", None)
    if asked is None:
        return False
    plain = _ASKED_BOTH.sub("", asked.zh)
    return re.search(r"(?:没有|从未|并未|尚未|不存在)", plain) is not None


def _stated(said: str, spec: Spec) -> bool | None:
    """The thing itself, said in full: 具有独立法人资格 is yes, 不具有独立法人资格 no."""
    title = spec.title.zh.lower()
    if said in (title, spec.title.en.lower()):
        return True
    if not asks_negatively(spec) and said in {
        f"{word}{title}" for word in ("不", "未", "没", "没有")
    }:
        return False
    return None


def _answer(said: str) -> bool | None:
    if said in _NO_PHRASES:
        return False
    if match := _ENGLISH.match(said):
        negated = _NOT.search(said) is not None
        return None if negated is (match[1] == "yes") else match[1] == "yes"
    words = [_TAIL.sub("", part.strip()) or part.strip() for part in _PARTING.split(said)]
    answers = {
        True if _YES.fullmatch(w) else False if _NO.fullmatch(w) else None for w in words if w
    }
    return answers.pop() if len(answers) == 1 else None
