"""One form for what people type: full-width, case, dashes, invisible characters, closing words."""

import re
import unicodedata

from dialogs.answers.outcome import Code, Refused

LONGEST = 300
"""Characters of an answer that is no text of its own; more is a message, not a value."""

_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
_DASHES = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63", "-")
    | {"\u301c": "~", "\u223c": "~", "。": ".", "、": ","}
)
_END = re.compile(r"[\s.,;:!…]+$")
_UNSURE = re.compile(
    r"不知道|不清楚|不确定|不太清楚|不记得|不了解|没统计|没有统计|说不准|说不好|待定|"
    r"\b(?:don'?t|do not) (?:know|remember)\b|\bdunno\b|\bnot sure\b|\bno idea\b|"
    r"\bunknown\b|\bunsure\b"
)
_NONE = re.compile(
    r"(?:暂时?|目前|都|一个都|一项都|一条都|以上都)?(?:没有|无|没)(?:的|啊|呢|任何|记录|任何记录)?|"
    r"(?:以上)?都不是|一个也没有|none(?: of (?:these|them|the above))?|nil|no records?|n/a"
)


def visible(text: str) -> str:
    """The text without invisible characters; runs of white space are one space."""
    spaced = re.sub(r"\s+", " ", text)
    return "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE).strip()


def tidy(text: str, longest: int = LONGEST) -> str:
    """The text to be read: one form of every character, lower case, no closing stops.

    Raises Refused when there is nothing to read, or far too much.
    """
    if len(text) > longest:
        raise Refused(Code.TOO_LONG, most=str(longest))
    said = unicodedata.normalize("NFKC", visible(text)).lower().translate(_DASHES)
    said = said.replace("’", "'")
    said = _END.sub("", visible(said))
    if not said.strip("?!.,;:'\"“”‘’()[]<>《》【】*#-_~|/\\ "):
        raise Refused(Code.NOTHING_SAID)
    return said


def says_unsure(said: str) -> bool:
    """Whether somebody says that they do not know."""
    return _UNSURE.search(said) is not None


def says_none(said: str) -> bool:
    """Whether somebody says that there is none: 没有, 无, none."""
    return _NONE.fullmatch(said) is not None
