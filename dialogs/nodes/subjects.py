"""Which subject to screen: one at a time, so that nobody is asked about what they do not have."""

from collections.abc import Iterator, Mapping
from typing import Literal

from dialogs.buttons import find, named
from dialogs.message import Incoming, Pressed, Reply, Said
from dialogs.node import Node
from dialogs.scene import Scene
from knowledge.model import Slug, Text
from knowledge.programme import ProgrammeKind
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


_MANY = 30
"""Programmes of one role beyond which they are offered by theme."""
_THEMES: Mapping[ProgrammeKind, str] = {
    **dict.fromkeys(("subsidy", "award", "voucher", "loan", "tax", "investment"), "money"),
    **dict.fromkeys(("certification", "evaluation", "pilot"), "titles"),
    **dict.fromkeys(("right", "training", "encouragement"), "help"),
    **dict.fromkeys(("permit", "filing", "report", "review", "duty"), "rules"),
}


def _groups(scene: Scene) -> dict[str, tuple[str, ...]]:
    """The programmes that have not lapsed by the role they judge; many of a role by theme too."""
    knowledge = scene.world.knowledge
    groups: dict[str, tuple[str, ...]] = {}
    for role in knowledge.roles:
        judged = tuple(
            each
            for each, brief in scene.briefs.items()
            if knowledge.programmes[each].subject == role and brief.timing is not Timing.EXPIRED
        )
        if len(judged) > _MANY:
            groups.update(_by_theme(scene, role, judged))
        elif judged:
            groups[role] = judged
    return groups


def _by_theme(scene: Scene, role: str, judged: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    kinds = {each: scene.programme(each).kind for each in judged}
    parts = {
        f"{role}-{theme}": tuple(each for each in judged if _THEMES[kinds[each]] == theme)
        for theme in dict.fromkeys(_THEMES.values())
    }
    return {key: programmes for key, programmes in parts.items() if programmes}


def _labels(scene: Scene) -> dict[str, str]:
    return {
        key: scene.text("{about}（{count} 项）", about=_about(scene, key), count=len(programmes))
        for key, programmes in _groups(scene).items()
    }


def _about(scene: Scene, key: str) -> str:
    role, _, theme = key.partition("-")
    found = scene.world.knowledge.roles[role]
    if not theme:
        return (found.about or found.title).of(scene.language)
    themes = {
        "money": scene.text("补助、奖励、贷款和税收"),
        "titles": scene.text("资质、评价和试点"),
        "help": scene.text("权利、人才、培训和鼓励事项"),
        "rules": scene.text("许可、备案、报告和义务"),
    }
    return scene.text("{role}：{theme}", role=found.title.of(scene.language), theme=themes[theme])


def _typed(text: str, labels: dict[str, str]) -> str | None:
    """The subject of this number, or the only one whose label holds these words."""
    word = text.strip().casefold()
    if word.isdecimal() and len(word) == 1 and 1 <= int(word) <= len(labels):
        return list(labels)[int(word) - 1]
    found = [role for role, label in labels.items() if len(word) > 1 and word in label.casefold()]
    return found[0] if len(found) == 1 else None
