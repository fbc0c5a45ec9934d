"""Free text: one line, without invisible characters, within its length."""

import unicodedata

from dialogs.answers.outcome import Code, Refused
from dialogs.answers.tidying import visible
from knowledge.value import Spec


def read_text(text: str, spec: Spec) -> str:
    """The text as it is kept; raises Refused when nothing is said or it is too long."""
    if len(text) > spec.max_length * 4 + 100:  # not worth cleaning
        raise Refused(Code.TOO_LONG, most=str(spec.max_length))
    said = unicodedata.normalize("NFC", visible(text))
    if not any(c.isalnum() for c in said):
        raise Refused(Code.NOTHING_SAID)
    if len(said) > spec.max_length:
        raise Refused(Code.TOO_LONG, most=str(spec.max_length))
    return said
