"""The texts of the console in both languages, from `locales/*/LC_MESSAGES/console.po`.

A message is named by its Chinese sentence, as in `dialogs.catalogue`.
"""

from dialogs import catalogue
from knowledge.model import Language

DOMAIN = "console"


def text(msgid: str, language: Language, /, **values: object) -> str:
    """The text of a message with its gaps filled in; KeyError for a gap without a value."""
    return catalogue.messages(language, DOMAIN).gettext(msgid).format_map(values)


def plain(msgid: str, language: Language, /) -> str:
    """The text of a message that has no gaps, whatever braces stand in it."""
    return catalogue.messages(language, DOMAIN).gettext(msgid)


def marked(msgid: str) -> str:
    """The message itself: marks one that stands in a table, to be looked up later."""
    return msgid
