"""Which subject to screen: one at a time, so that nobody is asked about what they do not have."""

from collections.abc import Iterator
from typing import Literal

from dialogs.buttons import find, named
from dialogs.message import Incoming, Pressed, Reply, Said
from dialogs.node import Node
from dialogs.scene import Scene
from knowledge.model import Slug, Text
from knowledge.verdict import Timing

_VERB = "s"


class Subjects(Node):
    """Offers the subjects that live programmes judge, then goes on with the programmes of one."""

    needs_consent = True

    kind: Literal["subjects"]
    text: Text
    everything: Text
    then: Slug

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.then,)

    @property
    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "text", self.text
        yield "everything", self.everything

    def enter(self, scene: Scene) -> Scene:
        labels = _labels(scene)
        if len(labels) < 2:  # noqa: PLR2004 - nothing to choose from
            return scene.moved(scope=(), asking="").leaving(self.then)
        buttons = tuple(scene.button(named(_VERB, role), label) for role, label in labels.items())
        everything = scene.button(f"{_VERB}:all", self.everything.of(scene.language), "quiet")
        return scene.reply(
            Reply(
                kind="menu",
                text=self.text.of(scene.language),
                language=scene.language,
                choices=(*buttons, everything, scene.back_button()),
                slot="subjects",
            )
        )

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        groups = _groups(scene)
        match said:
            case Pressed(button="s:all"):
                return self._going(scene, ())
            case Pressed(button=button):
                role = find(button, _VERB, groups)
            case Said(text=text):
                everything = self.everything.of(scene.language)
                role = _typed(text, {**_labels(scene), "all": everything})
            case _:
                role = None
        return None if role is None else self._going(scene, groups.get(role, ()))

    def _going(self, scene: Scene, scope: tuple[str, ...]) -> Scene:
        return scene.pushed().moved(scope=scope, asking="").leaving(self.then)


def _groups(scene: Scene) -> dict[str, tuple[str, ...]]:
    """The programmes that have not lapsed by the role they judge, in the order of the roles."""
    knowledge = scene.world.knowledge
    groups: dict[str, tuple[str, ...]] = {}
    for role in knowledge.roles:
        judged = tuple(
            each
            for each, verdict in scene.briefs.items()
            if knowledge.programmes[each].subject == role and verdict.timing is not Timing.EXPIRED
        )
        if judged:
            groups[role] = judged
    return groups


def _labels(scene: Scene) -> dict[str, str]:
    roles = scene.world.knowledge.roles
    labels = {}
    for role, programmes in _groups(scene).items():
        about = (roles[role].about or roles[role].title).of(scene.language)
        labels[role] = scene.text("{about}（{count} 项）", about=about, count=len(programmes))
    return labels


def _typed(text: str, labels: dict[str, str]) -> str | None:
    """The subject of this number, or the only one whose label holds these words."""
    word = text.strip().casefold()
    if word.isdecimal() and len(word) == 1 and 1 <= int(word) <= len(labels):
        return list(labels)[int(word) - 1]
    found = [role for role, label in labels.items() if len(word) > 1 and word in label.casefold()]
    return found[0] if len(found) == 1 else None
