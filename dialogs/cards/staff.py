"""What a person of the staff says, and that they took over or gave back. No turn is taken."""

from typing import Literal

from dialogs.catalogue import text
from dialogs.message import Choice, Reply
from knowledge.model import Language


def staff_reply(author: str, said: str, language: Language) -> Reply:
    """The words of a person, as they wrote them."""
    return Reply(
        kind="staff",
        text=said,
        author=author,
        language=language,
        choices=(resume_choice(language),),
    )


def taken_over_reply(author: str, language: Language) -> Reply:
    """That a person reads along from now on and the assistant keeps quiet."""
    return Reply(
        kind="notice",
        text=text(
            "{author}接手了这段对话：您写的话由他们看，助手先不出声。想让助手继续，随时点“交还助手”。",
            language,
            author=author,
        ),
        language=language,
        choices=(resume_choice(language),),
    )


def given_back_reply(language: Language, why: Literal["staff", "timeout", "closed"]) -> Reply:
    """That the assistant speaks again, and whether the question is still with the staff."""
    return Reply(
        kind="notice",
        text=_given_back(language, why),
        language=language,
        choices=(
            Choice(id="go:menu", label=text("菜单", language), style="quiet"),
            Choice(id="go:person", label=text("转人工", language), style="quiet"),
        ),
    )


def _given_back(language: Language, why: Literal["staff", "timeout", "closed"]) -> str:
    match why:
        case "staff":
            return text(
                "工作人员把对话交还给了助手。您的问题还留在他们那里，可以继续问我。", language
            )
        case "timeout":
            return text(
                "工作人员有一阵没有回复，助手先接着为您服务。您的问题还留在他们那里，"
                "有答复会发到这里。",
                language,
            )
        case "closed":
            return text(
                "工作人员已经办结您的问题，助手接着为您服务。还有疑问可以再转人工。", language
            )


def claim_verified_reply(
    organisation: str,
    verified: bool,  # noqa: FBT001 - the one thing staff decide about a claim
    language: Language,
) -> Reply:
    """What staff decided about a person's claim to speak for an organisation."""
    if verified:
        said = text(
            "工作人员核实了您代表“{organisation}”。从现在起，您能看到这个单位已有的全部回答。",
            language,
            organisation=organisation,
        )
    else:
        said = text(
            "工作人员没能核实您代表“{organisation}”。您仍然可以照常使用，只能看到自己给过的回答；"
            "有疑问请转人工。",
            language,
            organisation=organisation,
        )
    return Reply(
        kind="notice",
        text=said,
        language=language,
        choices=(
            Choice(id="go:organisation", label=text("我的单位", language), style="quiet"),
            Choice(id="go:menu", label=text("菜单", language), style="quiet"),
        ),
    )


def resume_choice(language: Language) -> Choice:
    """To have the assistant speak again; it stays in sight while one writes with a person."""
    return Choice(id="do:resume", label=text("交还助手", language))
