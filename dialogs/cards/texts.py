"""What a card says of the texts themselves: their own words, their gaps, and which they are."""

from collections.abc import Iterator

from dialogs import wording
from dialogs.cards.reasons import quote
from dialogs.message import CardLine
from dialogs.scene import Scene
from knowledge.programme import Programme


def definition_lines(scene: Scene, programme: Programme) -> Iterator[CardLine]:
    """What the programme's own words mean, each by its article."""
    knowledge, language = scene.world.knowledge, scene.language
    for name, definition in programme.defines.items():
        test = knowledge.compiled[programme.id].definitions[name].part
        meaning = wording.sentence(test, knowledge, language)
        yield CardLine(
            text=scene.text(
                "{word}：{meaning}", word=definition.says.of(language), meaning=meaning
            ),
            mark="info",
            quote=quote(scene, programme.id, definition.cite, definition.quote),
        )


def gap_lines(scene: Scene, programme: Programme) -> Iterator[CardLine]:
    """What the programme's texts contradict or leave unsaid."""
    for name in programme.basis:
        document = scene.world.knowledge.documents[name]
        for gap in document.gaps:
            if programme.id in gap.programmes:
                yield CardLine(
                    text=gap.says.of(scene.language),
                    notes=(
                        scene.text(
                            "依据：{document} {article}",
                            document=document.number,
                            article=gap.article,
                        ),
                    ),
                )


def basis_lines(scene: Scene, programme: Programme) -> Iterator[CardLine]:
    """The texts a programme stands on, and who is in charge."""
    for name in programme.basis:
        document = scene.world.knowledge.documents[name]
        yield CardLine(
            text=scene.text(
                "{title}（{number}）",
                title=document.title.of(scene.language),
                number=document.number,
            )
        )
    if programme.bodies:
        yield CardLine(
            text=scene.text("主管部门：{bodies}", bodies=scene.text("、").join(programme.bodies))
        )
