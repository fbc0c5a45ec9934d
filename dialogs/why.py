"""Why something is asked: the programmes that depend on it, and the articles they quote."""

from collections.abc import Iterator

from dialogs import wording
from dialogs.cards.reasons import quote, sentence
from dialogs.message import Card, CardLine, Reply, Section
from dialogs.scene import Scene
from knowledge.criterion import Criterion
from knowledge.evaluation import evaluate
from knowledge.profile import Asking
from knowledge.programme import AppliesTo
from knowledge.verdict import Verdict

_PROGRAMMES = 5
_ARTICLES = 3


def why(scene: Scene) -> Scene:
    """Say what the fact being asked decides; the question itself is not shown again here."""
    asking = Asking.parse(scene.state.asking)
    name = wording.asking(asking, scene.world.knowledge, scene.language)
    sections = tuple(_sections(scene, asking))
    if not sections:
        return scene.say(scene.text("“{what}”现在不影响任何项目的结论，可以跳过。", what=name))
    card = Card(
        title=scene.text("为什么问“{what}”", what=name),
        lead=scene.text("下面这些条件要看它才能判断。"),
        sections=sections[:_PROGRAMMES],
    )
    return scene.reply(Reply(kind="card", text=card.lead, language=scene.language, card=card))


def _sections(scene: Scene, asking: Asking) -> Iterator[Section]:
    for programme in scene.scope:
        verdict = _unanswered(scene, programme, asking)
        lines = tuple(_lines(scene, verdict, asking))
        if verdict.live and lines:
            title = scene.programme(programme).title.of(scene.language)
            yield Section(title=title, lines=lines[:_ARTICLES])


def _unanswered(scene: Scene, programme: str, asking: Asking) -> Verdict:
    """The verdict as if this had not been answered: an answer hides what it decides."""
    world = scene.world
    dossier = world.dossier.without(asking)
    return evaluate(world.knowledge, programme, dossier, world.today, world.windows, trace=False)


def _lines(scene: Scene, verdict: Verdict, asking: Asking) -> Iterator[CardLine]:
    for outcome in verdict.outcomes():
        node = outcome.node
        if asking in outcome.missing and isinstance(node, Criterion | AppliesTo):
            yield CardLine(
                text=sentence(scene, outcome),
                mark="unknown",
                quote=quote(scene, verdict.programme, node.cite, node.quote),
            )
    for route in verdict.routes:
        if asking in route.missing:
            yield CardLine(
                text=route.rule.says.of(scene.language),
                mark="unknown",
                quote=quote(scene, verdict.programme, route.rule.cite, route.rule.quote),
            )
    for exception in verdict.exceptions:
        if asking in exception.missing:
            yield CardLine(
                text=exception.rule.says.of(scene.language),
                mark="unknown",
                quote=quote(scene, verdict.programme, exception.rule.cite, exception.rule.quote),
            )
