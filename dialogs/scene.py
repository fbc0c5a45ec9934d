"""What a node works on: the world, the state, and what has been said and asked for so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from dialogs import catalogue
from dialogs.buttons import named
from dialogs.effect import Effect, Forget, GiveConsent, Remember
from dialogs.message import Choice, Reply, Style
from dialogs.state import DEEPEST, Draft, Objection, Place, State
from dialogs.world import World
from knowledge.briefing import briefs
from knowledge.evaluation import evaluate
from knowledge.fact import Fact
from knowledge.model import Language
from knowledge.profile import Asking, Cell, Records
from knowledge.programme import Programme
from knowledge.value import write_cell, write_value
from knowledge.verdict import Brief, Timing, Verdict

_LONGEST_PAGE = 4
"""Digits of a page number; more were never shown."""


@dataclass(frozen=True)
class Scene:
    """One step of a turn, immutable: every method that changes something returns a new scene.

    `go` is the node to enter next, empty when the turn ends here. `source` is how the person
    spoke, kept with what is remembered.
    """

    world: World
    state: State
    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    go: str = ""
    source: str = "said"
    places: Mapping[str, str] = field(default_factory=dict)
    """By purpose (`menu`, `person` …) the node of the tree that serves it."""

    @property
    def language(self) -> Language:
        """The language of this conversation."""
        return self.state.language or self.world.language

    def text(self, message: str, **values: object) -> str:
        """A text of the interface in the language of this conversation."""
        return catalogue.text(message, self.language, **values)

    def sentences(self, *said: str) -> str:
        """Whole sentences one after the other; Chinese leaves no space between them."""
        return ("" if self.language == "zh" else " ").join(each for each in said if each)

    # What is known

    @cached_property
    def briefs(self) -> Mapping[str, Brief]:
        """The answer for every programme on what is known now, without what only a card shows."""
        world = self.world
        return briefs(world.knowledge, world.dossier, world.today, world.windows)

    def verdict(self, programme: str) -> Verdict:
        """The whole answer for one programme; KeyError when there is none."""
        world = self.world
        return evaluate(world.knowledge, programme, world.dossier, world.today, world.windows)

    def programme(self, programme: str) -> Programme:
        """A programme of the release; KeyError when there is none."""
        return self.world.knowledge.programmes[programme]

    def fact(self, asking: str) -> Fact | None:
        """The fact behind a written asking; None when the release does not know it (any more)."""
        try:
            parsed = Asking.parse(asking)
        except ValueError:
            return None
        fact = self.world.knowledge.facts.get(parsed.fact)
        if fact is None or (parsed.year is None) == (fact.shape == "yearly"):
            return None
        if parsed.role and parsed.role not in self.world.knowledge.roles:
            return None
        return fact

    @property
    def scope(self) -> tuple[str, ...]:
        """The programmes this screening is about: those chosen, or all that have not lapsed."""
        chosen = tuple(each for each in self.state.scope if each in self.briefs)
        return chosen or tuple(
            each for each, brief in self.briefs.items() if brief.timing is not Timing.EXPIRED
        )

    @property
    def left_out(self) -> frozenset[Asking]:
        """What was skipped or is not known, so that it is not asked again in this screening."""
        written = (*self.state.skipped, *self.state.not_known)
        return frozenset(Asking.parse(each) for each in written if self.fact(each))

    @property
    def about(self) -> str:
        """Whom this is about, in a sentence; empty for a single one that nobody has named."""
        name = "" if self.world.subject is None else self.world.subject.name.strip()
        if not name and self.world.others:
            name = self.text("未命名单位")
        return self.text("现在说的是“{name}”。", name=name) if name else ""

    # What changes

    def moved(self, **changes: object) -> "Scene":
        """With other fields of the state."""
        return replace(self, state=self.state.model_copy(update=changes))

    def going(self, purpose: str) -> "Scene":
        """On the way to the node that serves a purpose of the tree."""
        return replace(self, go=self.places[purpose])

    def leaving(self, node: str) -> "Scene":
        """On the way to a node of the tree."""
        return replace(self, go=node)

    def again(self) -> "Scene":
        """On the way to where we are: it is shown anew."""
        return replace(self, go=self.state.node)

    def turned(self, button: str) -> "Scene | None":
        """On the page a button leads to; None when it is no button of pages."""
        verb, _, page = button.partition(":")
        if verb != "p" or not (page.isascii() and page.isdigit()) or len(page) > _LONGEST_PAGE:
            return None
        return self.moved(page=int(page))

    def pushed(self) -> "Scene":
        """With this place on the stack, so that 返回 leads here; never the same place twice."""
        here, stack = self.state.place, self.state.stack
        if not here.node or (stack and stack[-1] == here):
            return self
        return self.moved(stack=(*stack, here)[-DEEPEST:])

    def at(self, place: Place) -> "Scene":
        """At a place kept earlier."""
        return self.moved(
            node=place.node,
            programme=place.programme,
            asking=place.asking,
            scope=place.scope,
            objection=None,
            entering="",
            page=0,
        )

    def afresh(self) -> "Scene":
        """With nothing half done: no doubt, no code, no name, no wish, the first page."""
        return self.moved(objection=None, page=0, entering="", code="", wish="")

    def drafting(self, draft: Draft | None) -> "Scene":
        """With another half-finished row."""
        return self.moved(draft=draft)

    def objecting(self, objection: Objection | None) -> "Scene":
        """With another request to a person in hand."""
        return self.moved(objection=objection)

    def reply(self, *replies: Reply) -> "Scene":
        """With further replies."""
        return replace(self, replies=(*self.replies, *replies))

    def say(self, text: str, *choices: Choice) -> "Scene":
        """With a further plain message."""
        return self.reply(Reply(kind="text", text=text, language=self.language, choices=choices))

    def notice(self, text: str, *choices: Choice, slot: str = "") -> "Scene":
        """With a further message that stands out: something was understood, refused or done."""
        return self.reply(
            Reply(kind="notice", text=text, language=self.language, choices=choices, slot=slot)
        )

    # What the host is asked to do

    def doing(self, effect: Effect) -> "Scene":
        """With a further effect."""
        return replace(self, effects=(*self.effects, effect))

    def remember(self, asking: Asking, value: Cell | Records) -> "Scene":
        """With an answer kept, and the turn going on with it. Without consent nothing is kept."""
        if not self.world.consent:
            return self
        fact = self.world.knowledge.fact_of(asking)
        raw = write_value(fact, value) if isinstance(value, Records) else write_cell(fact, value)
        source = self.source if self.source in {"said", "pressed"} else "form"
        kept = Remember(asking, raw, source)  # type: ignore[arg-type]  # one of the three words
        return replace(self.doing(kept), world=self.world.having(asking, value)).moved(
            skipped=_without(self.state.skipped, asking),
            not_known=_without(self.state.not_known, asking),
        )

    def forget(self, asking: Asking) -> "Scene":
        """With an answer forgotten."""
        return replace(self.doing(Forget(asking)), world=self.world.without(asking))

    def consenting(self) -> "Scene":
        """With consent given."""
        if self.world.consent:
            return self
        return replace(self.doing(GiveConsent()), world=replace(self.world, consent=True))

    # Buttons

    def button(self, button: str, label: str, style: Style = "plain") -> Choice:
        """A button with an id and a label."""
        return Choice(id=button, label=label, style=style)

    def language_button(self) -> Choice:
        """To the other language, in that language."""
        other = ("do:english", "English") if self.language == "zh" else ("do:chinese", "中文")
        return self.button(*other, "quiet")

    def pages(self, page: int, last: int) -> tuple[Choice, ...]:
        """Buttons to the pages beside this one, counted from 0."""
        before = (self.button(f"p:{page - 1}", self.text("上一页")),) if page else ()
        after = (self.button(f"p:{page + 1}", self.text("下一页")),) if page < last else ()
        return (*before, *after)

    def menu_button(self) -> Choice:
        """To the menu."""
        return self.button("go:menu", self.text("菜单"), "quiet")

    def person_button(self) -> Choice:
        """To a person."""
        return self.button("go:person", self.text("转人工"), "quiet")

    def back_button(self) -> Choice:
        """One step back."""
        return self.button("do:back", self.text("返回"), "quiet")

    def overview_button(self) -> Choice:
        """To the results so far."""
        return self.button("go:overview", self.text("看结果"), "quiet")

    def card_button(self, programme: str, label: str = "") -> Choice:
        """To the card of a programme."""
        title = label or self.programme(programme).title.of(self.language)
        return self.button(named("card", programme), title)


def _without(askings: tuple[str, ...], asking: Asking) -> tuple[str, ...]:
    return tuple(each for each in askings if each != str(asking))
