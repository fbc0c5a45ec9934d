"""Options: by id, place in the list, name, other spelling; a near miss is asked back."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from dialogs.answers.outcome import Code, Refused
from dialogs.answers.tidying import says_none
from knowledge.fact import Option
from knowledge.value import Spec

_MOST_OFFERS = 5
_MOST_WORDS = 60
"""Words of one part that are tried as names; a message of more is no list of options."""
_SHORTEST_PART = 2
_SHORTEST_NEAR = 3
_LEAD = re.compile(
    r"^(?:我们|我司|公司|本单位|单位|选择?|是|为|属于|在|位于|we are|it is|an? )+\s*"
)
_PLACE = re.compile(r"(?:第|no\.? ?|#)?([0-9]{1,3})(?:个|项|号)?[.,)]?")
_CHINESE_PLACE = re.compile(r"第([一二三四五六七八九十])(?:个|项)?")
_NOT = re.compile(r"不|非|没|无|除|\bnot\b|\bno\b|\bexcept\b|\bbut\b")
_ALL = frozenset(
    {"全部", "全都有", "都有", "全有", "全选", "所有", "以上都有", "all", "all of them"}
)
_STRONG = re.compile(r"[,;/|\n]+")
_WEAK = re.compile(r"\s+(?:and|or)\s+|(?<=\S)\s*(?:以及|和|及|与|或者?|还有)\s*(?=\S)|\s+")
_PUNCTUATION = str.maketrans("", "", " .,;:!?()[]<>《》“”\"'‘’·-_/、，。")


def read_choice(said: str, spec: Spec) -> str:
    """The id of the one option meant, from a tidied text; raises Refused."""
    options = _Options(spec.options)
    found = options.named(said)
    if found is not None:
        return found
    several = _several(said, options)
    if several is not None and len(several) > 1:
        raise Refused(Code.SEVERAL_OPTIONS, *several[:_MOST_OFFERS])
    near = _near(said, spec.options)
    raise Refused(Code.DID_YOU_MEAN, *near) if near else Refused(Code.NO_SUCH_OPTION)


def read_choices(said: str, spec: Spec) -> frozenset[str]:
    """The ids of all options meant, from a tidied text; empty for 没有. Raises Refused."""
    options = _Options(spec.options)
    found = options.named(said)
    if found is not None:
        return frozenset({found})
    if says_none(said):
        return frozenset()
    if said in _ALL:
        return frozenset(spec.options)
    several = _several(said, options)
    if several is not None:
        return frozenset(several)
    raise _refused(said, options)


class _Options:
    """The options of one question by every name they have."""

    def __init__(self, options: Mapping[str, Option]) -> None:
        self.all = options
        self._names: dict[str, str | None] = {}
        """None: two options share the name."""
        for id_, option in options.items():
            self._add(id_, _unbracketed(option.zh))
        for id_, option in options.items():
            for name in (id_, option.zh, option.en, *option.also):
                self._add(id_, name)

    def _add(self, id_: str, name: str) -> None:
        plain = _plain(name)
        self._names[plain] = id_ if self._names.get(plain, id_) == id_ else None

    def named(self, said: str) -> str | None:
        """The option that goes by exactly this name, or stands at this place of the list."""
        for form in (said, _LEAD.sub("", said)):
            if found := self._names.get(_plain(form)):
                return found
        return self._at_place(_LEAD.sub("", said))

    def _at_place(self, form: str) -> str | None:
        place = 0
        if match := _PLACE.fullmatch(form):
            place = int(match[1])
        elif match := _CHINESE_PLACE.fullmatch(form):
            place = "一二三四五六七八九十".index(match[1]) + 1
        ids = tuple(self.all)
        return ids[place - 1] if 1 <= place <= len(ids) else None


def _parts_of(said: str) -> list[str]:
    return [part for each in _STRONG.split(said) if (part := each.strip())]


def _several(said: str, options: _Options) -> list[str] | None:
    """The options a list of them names; None when a part of it is none of them."""
    found: list[str] = []
    for part in _parts_of(said):
        named = _named_in(part, options)
        if named is None:
            return None
        found.extend(named)
    return list(dict.fromkeys(found)) or None


def _named_in(part: str, options: _Options) -> list[str] | None:
    """The options joined by 和 or spaces, each as long as possible: names have spaces too."""
    ends = [(0, 0), *((m.start(), m.end()) for m in _WEAK.finditer(part)), (len(part), len(part))]
    if len(ends) > _MOST_WORDS:
        return None
    found: list[str] = []
    at = 0
    while at < len(ends) - 1:
        for to in range(len(ends) - 1, at, -1):
            if option := options.named(part[ends[at][1] : ends[to][0]].strip()):
                found.append(option)
                at = to
                break
        else:
            return None
    return found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().translate(_PUNCTUATION)


def _unbracketed(text: str) -> str:
    return re.sub(r"[（(].*?[）)]", "", text) or text


def _refused(said: str, options: _Options) -> Refused:
    """Of several: the options understood, with the one that a near miss may have meant."""
    meant: list[str] = []
    parts = _parts_of(said)
    if len(parts) > _MOST_WORDS:
        return Refused(Code.NO_SUCH_OPTION)
    for part in parts:
        named = options.named(part)
        near: list[str | None] = [named]
        if named is None and not _WEAK.search(part):
            near = [*_near(part, options.all)]
        if len(near) != 1 or near[0] is None:
            return Refused(Code.NO_SUCH_OPTION)
        meant.append(near[0])
    return Refused(Code.DID_YOU_MEAN, frozenset(meant)) if meant else Refused(Code.NO_SUCH_OPTION)


def _near(said: str, options: Mapping[str, Option]) -> list[str]:
    """Options one slip away, else those whose name is part of what was said or the other way."""
    if _NOT.search(said):
        return []
    plain = _plain(_LEAD.sub("", said))
    by_option = {
        id_: [_plain(n) for n in (id_, o.zh, _unbracketed(o.zh), o.en, *o.also)]
        for id_, o in options.items()
    }
    slips = [id_ for id_, names in by_option.items() if any(_one_slip(plain, n) for n in names)]
    if slips or len(plain) < 1:
        return slips[:_MOST_OFFERS]
    return _parts(plain, by_option)[:_MOST_OFFERS]


def _parts(plain: str, by_option: Mapping[str, Iterable[str]]) -> list[str]:
    within = [i for i, names in by_option.items() if any(_part_of(plain, n) for n in names)]
    if within:
        return within
    holding = {i: max((len(n) for n in names if _part_of(n, plain)), default=0)
               for i, names in by_option.items()}  # fmt: skip
    longest = max(holding.values(), default=0)
    return [i for i, length in holding.items() if length == longest and length > 0]


def _part_of(part: str, whole: str) -> bool:
    if len(part) < _SHORTEST_PART:
        return bool(part) and whole.startswith(part) and not part.isascii()
    return part in whole


def _one_slip(a: str, b: str) -> bool:
    """Whether one character was added, left out, changed, or two neighbours changed places."""
    if abs(len(a) - len(b)) > 1 or min(len(a), len(b)) < _SHORTEST_NEAR or a == b:
        return False
    i = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return (
        a[i + 1 :] == b[i + 1 :]
        or a[i:] == b[i + 1 :]
        or a[i + 1 :] == b[i:]
        or (a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :])
    )
