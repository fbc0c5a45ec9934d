"""While a person holds the conversation: what works all the same, and who it is."""

from dialogs.anywhere import verb_of
from dialogs.cards.staff import resume_choice
from dialogs.message import Incoming, Opened, Pressed
from dialogs.scene import Scene

_ABOUT_THE_WAY = frozenset({"go:menu", "do:back", "do:english", "do:chinese"})
_PUSHED = frozenset({"rf", "rl", "rn", "fo", "un", "card"})
"""Verbs on reminders and notices: they are answered whoever holds the conversation."""


def open_while_held(said: Incoming) -> bool:
    """What works while a person holds the conversation: finding one's way, and taking it back."""
    if finds_the_way(said) or verb_of(said) == "do:resume":
        return True
    return isinstance(said, Pressed) and said.button.partition(":")[0] in _PUSHED


def finds_the_way(said: Incoming) -> bool:
    """Whether it only asks where one is: the menu, back, the language, the chat opened anew."""
    return isinstance(said, Opened) or verb_of(said) in _ABOUT_THE_WAY


def held(scene: Scene) -> Scene:
    """With said first who holds it, and how to have the assistant back."""
    return scene.notice(
        scene.text(
            "这段对话正由{name}接手，您写的话由他们看，回复会出现在这里。",
            name=scene.world.held_by,
        ),
        resume_choice(scene.language),
    )
