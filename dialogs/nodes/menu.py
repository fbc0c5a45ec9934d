"""A text, with or without choices (kinds say and menu)."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from dialogs.buttons import named
from dialogs.message import Choice, Incoming, Pressed, Reply, Said, Style
from dialogs.node import Node
from dialogs.scene import Scene
from knowledge.model import Frozen, Slug, Text

PLACEHOLDERS = frozenset({"operator", "contact", "days", "privacy", "subject"})
"""What a text of a tree may name in braces."""

_ENOUGH = 2
"""Characters of a label that are enough to mean it."""


def filled(text: Text, scene: Scene) -> str:
    """A text of the tree with the operator's own words in it."""
    operator = scene.world.operator
    privacy = operator.privacy.of(scene.language) if operator.privacy else default_privacy(scene)
    return text.of(scene.language).format(
        operator=operator.name.of(scene.language),
        contact=operator.contact,
        days=operator.retention_days,
        privacy=privacy,
        subject=scene.world.subject.name if scene.world.subject else "",
    )


def default_privacy(scene: Scene) -> str:
    """What is kept and how long, where the operator has not said it in words of its own."""
    return scene.text(
        "您同意后，我才会保存您的回答和这段对话，只用来测算和提醒；{days} 天没有联系就自动删除，"
        "也可以随时在这里导出或删除。",
        days=scene.world.operator.retention_days,
    )


class Say(Node):
    """Says something and goes on."""

    kind: Literal["say"]
    text: Text
    then: Slug

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.then,)

    @property
    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "text", self.text

    def enter(self, scene: Scene) -> Scene:
        said = scene.reply(
            Reply(kind="notice", text=filled(self.text, scene), language=scene.language)
        )
        return said.leaving(self.then)


class MenuChoice(Frozen):
    """One way on. `does: consent` gives consent first, and goes on to where one was going."""

    label: Text
    then: Slug
    does: Literal["consent", "nothing"] = "nothing"
    shown: Literal["always", "before_consent", "after_consent"] = "always"
    style: Style = "plain"


class Menu(Node):
    """Says something and offers choices; a choice may be typed by its label or its number."""

    kind: Literal["menu"]
    text: Text
    choices: Mapping[Slug, MenuChoice] = Field(min_length=1)

    @property
    def exits(self) -> tuple[str, ...]:
        return tuple(choice.then for choice in self.choices.values())

    @property
    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "text", self.text
        for key, choice in self.choices.items():
            yield f"choices.{key}.label", choice.label

    def enter(self, scene: Scene) -> Scene:
        buttons = tuple(
            Choice(
                id=named("m", f"{scene.state.node}.{key}"),
                label=choice.label.of(scene.language),
                style=choice.style,
            )
            for key, choice in self._shown(scene).items()
        )
        return scene.reply(
            Reply(
                kind="menu",
                text=scene.sentences(scene.about, filled(self.text, scene)),
                language=scene.language,
                choices=(*buttons, scene.language_button()),
                slot=f"menu:{scene.state.node}",
            )
        )

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        key = self._chosen(said, scene)
        return None if key is None else self.choose(key, scene)

    def choose(self, key: str, scene: Scene) -> Scene:
        """Take one way on; KeyError when there is no such choice."""
        choice = self.choices[key]
        if choice.does == "nothing":
            fresh = scene.afresh().moved(scope=(), asking="", programme="", wanted=None)
            return fresh.leaving(choice.then)
        wanted = scene.state.wanted
        agreed = scene.consenting().notice(scene.text("谢谢，从现在起您的回答会保存下来。"))
        if wanted is None:
            return agreed.leaving(choice.then)
        return agreed.at(wanted).moved(wanted=None).leaving(wanted.node)

    def _shown(self, scene: Scene) -> dict[str, MenuChoice]:
        hidden = "before_consent" if scene.world.consent else "after_consent"
        return {key: choice for key, choice in self.choices.items() if choice.shown != hidden}

    def _chosen(self, said: Incoming, scene: Scene) -> str | None:
        shown = self._shown(scene)
        match said:
            case Pressed(button=button):
                return next(
                    (key for key in shown if named("m", f"{scene.state.node}.{key}") == button),
                    None,
                )
            case Said(text=text):
                return _typed(text, shown)
            case _:
                return None


def _typed(text: str, shown: Mapping[str, MenuChoice]) -> str | None:
    """The choice of this number or label, or the only one whose label begins so."""
    word = text.strip().rstrip("。.!！").casefold()
    begun = []
    for place, (key, choice) in enumerate(shown.items(), start=1):
        labels = (choice.label.zh.casefold(), choice.label.en.casefold())
        if word == str(place) or word in labels:
            return key
        if len(word) >= _ENOUGH and any(label.startswith(word) for label in labels):
            begun.append(key)
    return begun[0] if len(begun) == 1 else None
