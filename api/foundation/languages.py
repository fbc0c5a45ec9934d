"""Which of the two languages a request wants."""

import re

from knowledge.model import Language

_RANGE = re.compile(
    r"^(zh|en|\*)(?:-[\w-]{1,20})?(?:\s*;\s*q\s*=\s*([01](?:\.\d{0,3})?))?$", re.IGNORECASE
)
_LONGEST = 200


def language_of(header: str) -> Language:
    """The better of zh and en by an Accept-Language header; Chinese where it says neither."""
    best: Language = "zh"
    weight = 0.0
    for part in header[:_LONGEST].split(","):
        match = _RANGE.match(part.strip())
        if match is None or match[1] == "*":
            continue
        quality = float(match[2]) if match[2] else 1.0
        if quality > weight:
            best, weight = ("zh" if match[1].lower() == "zh" else "en"), quality
    return best
