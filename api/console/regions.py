"""The regions an office, a window or a notice can be of."""

from collections.abc import Mapping

from api.library.examining import REGIONS
from knowledge.base import KnowledgeBase
from knowledge.model import Language

_NO_OFFICE = frozenset({"other-province", "hong-kong-macao", "abroad"})
"""Places applicants come from and no office of the province is responsible for."""


def regions(base: KnowledgeBase, language: Language) -> Mapping[str, str]:
    """The ids with their names, in the order of the list."""
    entries = base.lists[REGIONS].entries
    return {
        id_: entry.zh if language == "zh" else entry.en
        for id_, entry in entries.items()
        if id_ not in _NO_OFFICE
    }
