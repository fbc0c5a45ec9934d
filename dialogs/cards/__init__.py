"""Answers as cards: one programme whole, all of them at a glance."""

from dialogs.cards.overview import last_page, overview_card
from dialogs.cards.programme import programme_card

__all__ = ["last_page", "overview_card", "programme_card"]
