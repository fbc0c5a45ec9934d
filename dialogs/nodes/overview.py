"""The results so far, of every programme or of those this screening is about."""

from typing import Literal

from dialogs.cards import last_page, overview_card
from dialogs.message import Choice, Incoming, Pressed, Reply
from dialogs.node import Node
from dialogs.scene import Scene
from knowledge.model import Slug


class Overview(Node):
    """Shows the overview; `screen` goes on asking."""

    kind: Literal["overview"]
    screen: Slug
    then: Slug

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.screen, self.then)

    def enter(self, scene: Scene) -> Scene:
        chosen = [each for each in scene.state.scope if each in scene.briefs]
        shown = chosen or list(scene.briefs)
        briefs = [scene.briefs[each] for each in shown]
        last = last_page(briefs)
        page = min(scene.state.page, last)
        card = overview_card(scene, briefs, page)
        return scene.reply(
            Reply(
                kind="overview",
                text=card.lead,
                language=scene.language,
                card=card,
                choices=(
                    *scene.pages(page, last),
                    *self._on(scene),
                    scene.back_button(),
                    scene.menu_button(),
                    scene.person_button(),
                ),
                slot="overview",
            )
        )

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        match said:
            case Pressed(button=button) if (turned := scene.turned(button)) is not None:
                return turned.again()
            case Pressed(button="o:on"):
                return scene.moved(asking="", page=0).leaving(self.screen)
            case Pressed(button="o:left"):
                return scene.moved(asking="", skipped=(), not_known=(), page=0).leaving(self.screen)
            case _:
                return None

    def _on(self, scene: Scene) -> tuple[Choice, ...]:
        open_ = {
            asking
            for each in scene.scope
            if scene.briefs[each].live
            for asking in scene.briefs[each].missing
        }
        left = open_ & scene.left_out
        on = scene.button("o:on", scene.text("继续回答"), "primary")
        again = scene.button("o:left", scene.text("补答跳过的 {count} 题", count=len(left)))
        return (*((on,) if open_ - left else ()), *((again,) if left else ()))
