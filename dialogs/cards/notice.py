"""A notice of an office, as those who follow its programme receive it."""

from dialogs.buttons import named
from dialogs.cards.reminder import card_choice
from dialogs.catalogue import text
from dialogs.message import Choice, Reply
from knowledge.model import Language, Text


def notice_reply(
    title: Text,
    body: Text,
    office: str,
    programme: str,
    programme_title: Text,
    link: str,
    language: Language,
) -> Reply:
    """What an official published, word by word, who published it, and why it came here.

    An empty `programme` is a notice about none: then there is nothing to follow no longer.
    """
    lines = [
        text("【{title}】", language, title=title.of(language)),
        body.of(language).strip(),
        text("发布：{office}", language, office=office),
    ]
    if link:
        lines.append(text("原文：{link}", language, link=link))
    if programme:
        about = programme_title.of(language)
        lines.append(text("您关注了《{programme}》，所以收到这条。", language, programme=about))
    return Reply(
        kind="notice",
        text="\n".join(lines),
        language=language,
        choices=(card_choice(programme, language), unfollow_choice(programme, language))
        if programme
        else (),
    )


def unfollow_choice(programme: str, language: Language) -> Choice:
    """To follow a programme no longer, from anywhere."""
    return Choice(id=named("un", programme), label=text("不再关注", language), style="quiet")
