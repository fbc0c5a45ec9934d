"""What a card says beyond the rule itself: states, other rules that go first, what is not said."""

from collections.abc import Iterator

from dialogs.cards.reasons import article, quote
from dialogs.message import CardLine
from dialogs.scene import Scene
from knowledge.programme import Programme, State


def silence_lines(scene: Scene, programme: Programme) -> Iterator[CardLine]:
    """What the texts leave out, and where to look for it."""
    for each in programme.silent_on:
        yield CardLine(text=each.says.of(scene.language), mark="info")


def yielding_lines(scene: Scene, programme: Programme) -> Iterator[CardLine]:
    """The rules this one gives way to."""
    for each in programme.yields_to:
        said = each.says.of(scene.language)
        if each.programme is not None:
            other = scene.programme(each.programme).title.of(scene.language)
            said = scene.text("{what}（见：{programme}）", what=said, programme=other)
        yield CardLine(
            text=said, mark="info", quote=quote(scene, programme.id, each.cite, each.quote)
        )


def lifecycle_lines(scene: Scene, programme: Programme) -> Iterator[CardLine]:
    """The states something goes through, each with the ways out of it."""
    titles = {state.id: state.title.of(scene.language) for state in programme.lifecycle}
    for state in programme.lifecycle:
        yield CardLine(
            text=titles[state.id],
            notes=(
                *_ways_out(scene, state, titles),
                article(scene, programme, state.cite),
            ),
        )


def _ways_out(scene: Scene, state: State, titles: dict[str, str]) -> Iterator[str]:
    for passage in state.next:
        yield scene.text(
            "{on} → {state}", on=passage.on.of(scene.language), state=titles[passage.to]
        )
