"""The texts of the interface in both languages, from the catalogues in `locales/`.

A message is named by its Chinese sentence: the source reads as what will be shown, and a sentence
that changes asks to be translated anew. Named gaps (`{value}`) are filled in after the look-up.
`pybabel extract` finds the literals handed to `text`, `counted`, `marked` and `marked_count`. A
message that is missing or fuzzy in either catalogue fails tests/dialogs/test_catalogues.py.
"""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from knowledge.model import Language

FOLDER = Path(__file__).resolve().parent.parent / "locales"
LOCALES: Mapping[Language, str] = MappingProxyType({"zh": "zh_Hans_CN", "en": "en"})
"""The language of a person and the locale whose texts and number formats it takes."""


def text(msgid: str, language: Language, /, **values: object) -> str:
    """The text of a message with its gaps filled in; KeyError for a gap without a value."""
    return messages(language).gettext(msgid).format_map(values)


def counted(msgid: str, language: Language, count: int, /, **values: object) -> str:
    """The text for so many of a thing; the gap `{n}` is the count unless `n` is handed in."""
    chosen = messages(language).ngettext(msgid, msgid, count)
    return chosen.format_map({"n": count, **values})


def marked(msgid: str) -> str:
    """The message itself: marks one that stands in a table, to be looked up later."""
    return msgid


def marked_count(msgid: str) -> str:
    """The same for a message that is looked up with `counted`."""
    return msgid


@cache
def messages(language: Language, domain: str = "messages") -> GNUTranslations:
    """The catalogue of a language; raises OSError when its file is missing.

    `messages` holds the conversation; the consoles have a domain of their own.
    """
    source = FOLDER / LOCALES[language] / "LC_MESSAGES" / f"{domain}.po"
    compiled = source.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        with compiled.open("rb") as mo:
            return GNUTranslations(mo)
    return _compiled_here(source)


def _compiled_here(source: Path) -> GNUTranslations:
    """Where `make` has not compiled the catalogue yet, or an older one of it."""
    memory = BytesIO()
    with source.open("rb") as po:
        write_mo(memory, read_po(po))
    memory.seek(0)
    return GNUTranslations(memory)
