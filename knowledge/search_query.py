"""What a question asks for: its words with their synonyms, and the 文号 and article it names."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from unicodedata import normalize

import rjieba

from knowledge.numerals import PATTERN, chinese_number

Term: TypeAlias = tuple[str, ...]
"""A word of a question, with the words that would do as well."""
ArticleKey: TypeAlias = tuple[tuple[str, int], ...]
"""An article with its numbers read: 第四条（六） is 条4, 项6."""

_LONGEST_QUERY = 200
_NUMERAL = rf"(\d{{1,3}}|{PATTERN})"
_STEPS = re.compile(
    rf"附件?{_NUMERAL}|第{_NUMERAL}条|(?:第{_NUMERAL}项|\({_NUMERAL}\))|(?<=[条)])(\d{{1,2}})\.?(?!\d)"
)
_STEP_KINDS = ("附", "条", "项", "项", "点")
_BETWEEN = r"[^\w一-鿿]{0,2}[年第]?[^\w一-鿿]{0,2}"
_SHORT_NUMBER = r"(?<![\d月])%s号(?![楼院店线门车])"  # not 9月30号, not 5号楼
_ANY_NUMBER = re.compile(_SHORT_NUMBER % r"\d{1,4}" + r"|[一-鿿][\[(〔]?20\d\d[\])〕-]{1,2}\d")
_RUN = re.compile(r"[一-鿿]+|[a-z]{2,}|\d+(?:\.\d+)?")
_DAY = re.compile(r"\d{1,2}月(?:\d{1,2}[日号])?")
_ASKING = re.compile(
    "请问|你好|您好|谢谢|我们|咱们|公司|本单位|我单位|想问|想知道|了解一下|一下|是什么|什么|怎么样|包括|算不算|怎么办|怎么|怎样"
    "|如何|为什么|为何|多少|多大|多久|多长|几个|几年|哪些|哪个|哪里|哪儿|何时|能不能|能否|可不可以|可以|是不是|是否"
    "|有没有|有无|需不需要|需要|要不要|必须|应该|必需|要求|规定|政策|文件|办法|情况|时候|才能|满足|符合|具备|达到"
    "|[是吗呢吧啊哦的了和与或及在有被把我你您要能会还也都就对给多几前]"
)
_ENGLISH_ASKING = frozenset(
    {
        "about", "an", "and", "any", "are", "be", "can", "could", "do", "does", "for", "from",
        "get", "have", "how", "if", "in", "is", "it", "many", "may", "me", "much", "must", "my",
        "need", "needed", "of", "on", "or", "our", "please", "required", "tell", "the", "there",
        "to", "us", "we", "what", "when", "where", "which", "who", "why", "will", "with", "you",
        "your",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    `documents` is None when it names no document, and empty when it names one we do not have.
    """

    terms: tuple[Term, ...]
    documents: frozenset[str] | None
    article: ArticleKey


def plain(text: str) -> str:
    """One spelling: half width, lower case, no quotation marks, no space beside Chinese."""
    unquoted = re.sub(r"[“”\"'‘’《》]", "", normalize("NFKC", text).lower())
    return re.sub(r"(?<![a-z])\s+|\s+(?![a-z])", "", unquoted)


def article_key(text: str) -> ArticleKey:
    """The first article a text names, read as numbers; empty when it names none."""
    steps: list[tuple[str, int]] = []
    end = None
    for found in _STEPS.finditer(plain(text)):
        if end is not None and found.start() != end:
            break
        kind, numeral = next(
            (kind, group)
            for kind, group in zip(_STEP_KINDS, found.groups(), strict=True)
            if group is not None
        )
        try:
            steps.append((kind, int(numeral) if numeral.isdigit() else chinese_number(numeral)))
        except ValueError:
            break
        end = found.end()
    return tuple(steps)


class Reader:
    """Takes questions apart by the synonyms and the document numbers of one release."""

    def __init__(self, synonyms: Iterable[Iterable[str]], documents: Iterable[str]) -> None:
        self._alike: Mapping[str, Term] = {
            word: group
            for group in (tuple(plain(word) for word in words) for words in synonyms)
            for word in group
        }
        self._known = _longest_first(self._alike)
        self._documents = {id_: _number_patterns(id_) for id_ in documents}
        self._jieba = rjieba.Jieba()
        for word in self._alike:
            self._jieba.add_word(word, 100_000, "n")

    def read(self, query: str) -> Question:
        """Take one question apart; only its first 200 characters are looked at."""
        text = plain(query[:_LONGEST_QUERY])
        documents, text = self._named(text)
        article = article_key(text)
        return Question(tuple(self._terms(_STEPS.sub(" ", text))), documents, article)

    def words(self, text: str) -> list[str]:
        """The words of a text and its pairs of characters, for an index."""
        words: list[str] = []
        for run in _RUN.findall(plain(text)):
            words += self._jieba.cut_for_search(run)
            words += (run[i : i + 2] for i in range(len(run) - 1))
        return words

    def _named(self, text: str) -> tuple[frozenset[str] | None, str]:
        """The documents a question names, and the question without their numbers."""
        for place in (0, 1):  # a full 文号 before a bare 54号
            named = {id_: ways[place] for id_, ways in self._documents.items()}
            found = {id_ for id_, way in named.items() if way.search(text)}
            if found:
                for id_ in found:
                    text = named[id_].sub(" ", text)
                return frozenset(found), text
        return (frozenset() if _ANY_NUMBER.search(text) else None), text

    def _terms(self, text: str) -> Iterator[Term]:
        seen: set[Term] = set()
        for found in self._known.finditer(text):
            seen.add(self._alike[found[0]])
        rest = _ASKING.sub(" ", self._known.sub(" ", _DAY.sub(" ", text)))
        for run in _RUN.findall(rest):
            seen.update((word,) for word in self._words_of(run))
        yield from sorted(seen)

    def _words_of(self, run: str) -> Iterator[str]:
        """The words of a run, a long one by the words within it (职工收入 is 职工 and 收入)."""
        words = [run] if run[0].isascii() else self._jieba.cut(run)
        for word in words:
            within = [
                part for part in self._jieba.cut_for_search(word) if 1 < len(part) < len(word)
            ]
            for part in within or [word]:
                if len(part) > 1 and part not in _ENGLISH_ASKING:
                    yield part


def _longest_first(words: Iterable[str]) -> re.Pattern[str]:
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(either or r"(?!)")


def _number_patterns(id_: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How people write 豫科〔2023〕54号 (in full, and as 54号)."""
    parts = [re.escape(plain(part)) for part in id_.split("-")]
    return (
        re.compile(_BETWEEN.join(parts) + r"(?!\d)" + r"[^\w一-鿿]{0,1}号?"),
        re.compile(_SHORT_NUMBER % parts[-1]),
    )
