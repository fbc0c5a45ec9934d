"""Everything kept of a person, handed to them in their messenger."""

from dialogs import catalogue
from dialogs.message import Document, Reply
from knowledge.model import Language


def exported_reply(content: str, language: Language) -> Reply:
    """The export (a JSON document) as a file."""
    return Reply(
        kind="notice",
        text=catalogue.text("您的全部数据在附件里。", language),
        language=language,
        document=Document(name="huiqi-export.json", media="application/json", content=content),
    )
