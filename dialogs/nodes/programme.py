"""Programmes to choose from, and the card of one."""

from collections.abc import Iterator
from typing import Literal

from dialogs.buttons import named
from dialogs.cards import programme_card
from dialogs.cards.reasons import objection_id
from dialogs.following import toggle
from dialogs.message import Choice, Incoming, Pressed, Reply, Said
from dialogs.node import Node
from dialogs.scene import Scene
from dialogs.state import Objection
from knowledge.model import Slug, Text
from knowledge.verdict import Timing

_ON_A_PAGE = 20


class ProgrammeNode(Node):
    """The list while `state.programme` is empty, else its card. `objection` takes a doubt on."""

    kind: Literal["programme"]
    text: Text
    objection: Slug
    then: Slug

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.objection, self.then)

    @property
    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "text", self.text

    def enter(self, scene: Scene) -> Scene:
        if scene.state.programme not in scene.world.knowledge.programmes:
            return self._list(scene)
        verdict = scene.verdict(scene.state.programme)
        card = programme_card(scene, verdict)
        only = scene.button(
            named("only", verdict.programme), scene.text("回答这个项目的问题"), "primary"
        )
        return scene.reply(
            Reply(
                kind="card",
                text=card.lead,
                language=scene.language,
                card=card,
                choices=(
                    *((only,) if verdict.missing and verdict.live else ()),
                    *toggle(scene, verdict.programme),
                    scene.overview_button(),
                    scene.back_button(),
                    scene.menu_button(),
                ),
                slot=f"card:{verdict.programme}",
            )
        )

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        match said:
            case Pressed(button=button):
                return self._pressed(button, scene)
            case Said(text=text) if not scene.state.programme:
                return self._named(scene, _by_title(scene, text))
        return None

    def _pressed(self, button: str, scene: Scene) -> Scene | None:
        turned = scene.turned(button)
        if turned is not None:
            return None if scene.state.programme else turned.again()
        programme = scene.world.knowledge.programmes.get(scene.state.programme)
        if programme is None:
            return None
        ids = [criterion.id for criterion in programme.all_criteria]
        if programme.applies_to is not None:
            ids.append(programme.applies_to.id)
        for each in ids:
            if objection_id(programme.id, each) == button:
                doubt = Objection(programme=programme.id, criterion=each)
                return scene.pushed().objecting(doubt).leaving(self.objection)
        return None

    def _named(self, scene: Scene, found: list[str]) -> Scene | None:
        """The programme that was named, or the several; None where none was."""
        if len(found) == 1:
            return scene.pushed().moved(programme=found[0]).again()
        if not found:
            return None
        shown = found[:_ON_A_PAGE]
        text = scene.text("名称里有这几个字的有 {count} 个：", count=len(found))
        if len(found) > len(shown):
            text = scene.text(
                "名称里有这几个字的有 {count} 个，先列 {shown} 个；再多打几个字，可以少一些。",
                count=len(found),
                shown=len(shown),
            )
        return scene.say(
            text,
            *(_choice(scene, each) for each in shown),
            scene.back_button(),
            scene.menu_button(),
        )

    def _list(self, scene: Scene) -> Scene:
        titles = _in_order(scene)
        last = (len(titles) - 1) // _ON_A_PAGE
        page = min(scene.state.page, last)
        shown = titles[page * _ON_A_PAGE : (page + 1) * _ON_A_PAGE]
        return scene.moved(programme="").reply(
            Reply(
                kind="menu",
                text=self.text.of(scene.language),
                language=scene.language,
                choices=(
                    *(_choice(scene, each) for each in shown),
                    *scene.pages(page, last),
                    scene.back_button(),
                    scene.menu_button(),
                ),
                slot="programmes",
            )
        )


def _in_order(scene: Scene) -> list[str]:
    """In force first, in the order of their texts."""
    return sorted(
        scene.briefs,
        key=lambda each: (
            scene.briefs[each].timing is Timing.EXPIRED,
            scene.programme(each).basis[0],
            each,
        ),
    )


def _choice(scene: Scene, programme: str) -> Choice:
    title = scene.programme(programme).title.of(scene.language)
    if scene.briefs[programme].timing is Timing.EXPIRED:
        return scene.card_button(programme, scene.text("{title}（已失效）", title=title))
    return scene.card_button(programme, title)


def _by_title(scene: Scene, text: str) -> list[str]:
    """The programmes whose titles hold what was typed; one that is called just so stands alone."""
    word = text.strip().casefold()
    if len(word) < 2:  # noqa: PLR2004 - one character is in every title
        return []
    titles = {
        each: (programme.title.zh.casefold(), programme.title.en.casefold())
        for each, programme in scene.world.knowledge.programmes.items()
    }
    exact = [each for each, called in titles.items() if word in called]
    return exact or [
        each for each in _in_order(scene) if any(word in title for title in titles[each])
    ]
