"""The trade's synonyms: groups of words that mean one thing to those who ask."""

from knowledge.model import Frozen, Line


class SynonymFile(Frozen):
    """`synonyms.yaml`: each group holds words that find each other."""

    groups: tuple[tuple[Line, ...], ...]
