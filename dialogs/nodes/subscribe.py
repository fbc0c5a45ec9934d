"""Deadlines: the published windows, and the programmes one follows."""

from collections.abc import Iterator
from typing import Literal

from dialogs import wording
from dialogs.buttons import named
from dialogs.cards.reminder import answer_choices
from dialogs.cards.rounds import window_line
from dialogs.cards.standing import standing_badge
from dialogs.following import deadlines_of, toggle
from dialogs.message import Card, CardLine, Choice, Incoming, Pressed, Reply, Section
from dialogs.node import Node
from dialogs.scene import Scene
from dialogs.world import Deadline
from knowledge.model import Slug, Text

_ON_A_PAGE = 8


class Subscribe(Node):
    """Shows them as one card; the buttons beside its lines work from anywhere."""

    kind: Literal["subscribe"]
    text: Text
    empty: Text
    then: Slug

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.then,)

    @property
    def texts(self) -> Iterator[tuple[str, Text]]:
        yield "text", self.text
        yield "empty", self.empty

    def enter(self, scene: Scene) -> Scene:
        windows = _published(scene)
        last = max(0, (len(windows) - 1) // _ON_A_PAGE)
        page = min(scene.state.page, last)
        lead = (self.text if windows else self.empty).of(scene.language)
        card = Card(
            title=scene.text("期限和提醒"),
            lead=lead,
            sections=tuple(
                section
                for section in _sections(
                    scene, windows[page * _ON_A_PAGE : (page + 1) * _ON_A_PAGE]
                )
                if section.lines
            ),
        )
        return scene.reply(
            Reply(
                kind="card",
                text=lead,
                language=scene.language,
                card=card,
                choices=(*scene.pages(page, last), *_ways(scene)),
                slot="deadlines",
            )
        )

    def take(self, said: Incoming, scene: Scene) -> Scene | None:
        if isinstance(said, Pressed):
            turned = scene.turned(said.button)
            return None if turned is None else turned.again()
        return None


def _ways(scene: Scene) -> tuple[Choice, ...]:
    programmes = scene.button("go:programmes", scene.text("看某个项目"))
    return (programmes, scene.back_button(), scene.menu_button())


def _published(scene: Scene) -> list[Deadline]:
    known = scene.world.knowledge.programmes
    return [each for each in scene.world.deadlines if each.programme in known]


def _sections(scene: Scene, windows: list[Deadline]) -> Iterator[Section]:
    ahead = [each for each in windows if each.answer != "not_for_us"]
    yield Section(title=scene.text("申报窗口"), lines=tuple(_window(scene, each) for each in ahead))
    yield Section(
        title=scene.text("您关注的项目"),
        lines=tuple(_followed(scene, each) for each in _own(scene)),
    )
    away = [each for each in windows if each.answer == "not_for_us"]
    yield Section(
        title=scene.text("您说与己无关的"),
        lines=tuple(_window(scene, each) for each in away),
        folded=True,
    )


def _own(scene: Scene) -> list[str]:
    return [each for each in scene.world.knowledge.programmes if each in scene.world.subscriptions]


def _window(scene: Scene, deadline: Deadline) -> CardLine:
    details = scene.card_button(deadline.programme, scene.text("详情"))
    choices = (details, *_answers(scene, deadline))
    line = window_line(scene, deadline, whole=True, choices=choices)
    if not scene.world.dossier.values:
        return line
    badge = standing_badge(scene, scene.briefs[deadline.programme])
    known = scene.text("按您的回答：{standing}", standing=badge.label)
    return line.model_copy(update={"notes": (*line.notes, known)})


def _answers(scene: Scene, deadline: Deadline) -> tuple[Choice, ...]:
    """What can be said of it by one who follows the programme; to follow it by anyone else."""
    if deadline.programme not in scene.world.subscriptions:
        return toggle(scene, deadline.programme)
    if not deadline.answer:
        return answer_choices(deadline.window, scene.language, later=False)
    again = scene.button(named("rl", deadline.window), scene.text("继续提醒"), "quiet")
    return (again,) if deadline.closes > scene.world.now else ()


def _followed(scene: Scene, programme: str) -> CardLine:
    coming = deadlines_of(scene, programme)
    if coming:
        note = scene.text(
            "最近的截止：{moment}",
            moment=wording.moment(coming[0].closes, scene.world.now, scene.language),
        )
    else:
        note = scene.text("申报时间还没有公布，公布后会告诉您。")
    return CardLine(
        text=scene.programme(programme).title.of(scene.language),
        mark="info",
        notes=(note,),
        choices=(scene.card_button(programme, scene.text("详情")), *toggle(scene, programme)),
    )
