"""Answers from the texts themselves: what an article says, with its place, or nothing at all."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dialogs.cards.reasons import place
from dialogs.message import Card, CardLine, Choice, Quote, Reply, Section
from dialogs.scene import Scene
from knowledge.criterion import Cited

if TYPE_CHECKING:
    from knowledge.search import Hit

MOST = 3
LONGEST = 300
"""Characters of a question that are searched for; what follows repeats itself."""
SHORT = 8
"""A text this short with a question mark may still be an answer (“30 人？”)."""

_MARKS = re.compile(r"[?？]\s*$")
_WORDS = re.compile(
    r"什么|怎么|怎样|如何|为何|为什么|多少钱|哪些|哪个|哪里|是否|能不能|可不可以|可以吗|吗$|呢$"
    r"|^(what|how|why|when|where|which|who|can|may|does|do|is|are|should)\b",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Whether a text reads as a question rather than as an answer."""
    stripped = text.strip()
    return bool(_MARKS.search(stripped) or _WORDS.search(stripped))


def surely_question(text: str) -> bool:
    """Whether a text is a question even where it could also be read as an answer."""
    return is_question(text) and len(text.strip()) > SHORT


def _line(scene: Scene, hit: "Hit") -> CardLine:
    """What an article says; in its own words too, where a programme quotes it."""
    document = scene.world.knowledge.documents[hit.document].number
    place_ = f"{document} {hit.article}".strip()
    words = _quote(scene, document, hit)
    return CardLine(
        text=hit.says,
        mark="info",
        notes=() if words else (scene.text("依据：{place}", place=place_),),
        quote=words,
        choices=_to_card(scene, hit.programme),
    )


def _quote(scene: Scene, document: str, hit: "Hit") -> Quote | None:
    """The first short quote of this very article in the programme that rests on it."""
    programme = scene.world.knowledge.programmes.get(hit.programme or "")
    if programme is None:
        return None
    cited: Iterable[Cited] = (
        *programme.all_criteria,
        *programme.routes,
        *programme.benefits,
        *programme.exceptions,
        *programme.excludes,
    )
    for each in cited:
        if place(scene, programme.id, each.cite) == (document, hit.article):
            return Quote(document=document, article=hit.article, text=each.quote)
    return None


def _to_card(scene: Scene, programme: str | None) -> tuple[Choice, ...]:
    if programme is None or programme not in scene.world.knowledge.programmes:
        return ()
    return (scene.card_button(programme),)


def quoted(scene: Scene, question: str) -> Scene:
    """Answer a question by what the articles say; say so when they say nothing."""
    search = scene.world.search
    hits = () if search is None else search.find(question[:LONGEST], MOST)
    if not hits:
        return scene.reply(
            Reply(
                kind="text",
                text=scene.text(
                    "我在现有的政策文件里没有找到能回答这个问题的条文，不敢乱说。可以换个说法再问，或者转给工作人员。"
                ),
                language=scene.language,
                choices=(scene.person_button(), scene.menu_button()),
            )
        )
    lines = tuple(_line(scene, hit) for hit in hits)
    card = Card(
        title=scene.text("条文里是这样写的"),
        lead=scene.text("以下是条文内容的转述，以原文为准。"),
        sections=(Section(title=scene.text("相关条文"), lines=lines),),
    )
    return scene.reply(
        Reply(
            kind="card",
            text=scene.text("找到 {count} 处相关条文。", count=len(lines)),
            language=scene.language,
            card=card,
            choices=(scene.person_button(), scene.menu_button()),
        )
    )
