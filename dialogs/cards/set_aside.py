"""That one message could not be handled. No turn is taken: it is said in the place of one."""

from dialogs.catalogue import text
from dialogs.message import Choice, Reply
from knowledge.model import Language


def set_aside_reply(
    language: Language,
    kept: bool,  # noqa: FBT001 - whether the person agreed to be remembered
) -> Reply:
    """What became of the message, that nothing else is lost, and how to go on."""
    if kept:
        said = text(
            "抱歉，您刚才发的一条消息我没能处理。您给过的回答都还在。请点“菜单”继续，或者转人工。",
            language,
        )
    else:
        said = text("抱歉，您刚才发的一条消息我没能处理。请点“菜单”继续。", language)
    menu = Choice(id="go:menu", label=text("菜单", language), style="quiet")
    person = Choice(id="go:person", label=text("转人工", language), style="quiet")
    return Reply(
        kind="notice", text=said, language=language, choices=(menu, person) if kept else (menu,)
    )
