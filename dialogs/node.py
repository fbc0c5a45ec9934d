"""What every kind of node has: its way out, what it shows, what it makes of an answer."""

from collections.abc import Iterator
from typing import ClassVar

from dialogs.message import Incoming
from dialogs.scene import Scene
from knowledge.model import Frozen, Text


class Node(Frozen):
    """One place of a conversation, as its tree writes it.

    A node never names another: it leaves through one of its exits, and the tree says where to.
    """

    needs_consent: ClassVar[bool] = False
    """Whether what happens here is kept; without consent one is asked for it first."""

    @property
    def exits(self) -> tuple[str, ...]:
        """The names of the nodes that may follow."""
        return ()

    @property
    def texts(self) -> Iterator[tuple[str, Text]]:
        """Its own texts with their keys."""
        return iter(())

    def enter(self, scene: Scene) -> Scene:
        """Show this place; also when it is shown again. May go on to an exit."""
        del scene
        raise AssertionError(f"{type(self).__name__} shows nothing")

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        """What follows from what was said here; None when it says nothing to this node."""
        del said, scene
        return None
