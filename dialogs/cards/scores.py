"""A score sheet on a card: points only where the text states them, and the rule of a ranking."""

from collections.abc import Iterator

from dialogs import wording
from dialogs.cards.reasons import article, quote
from dialogs.message import CardLine
from dialogs.scene import Scene
from knowledge.programme import Programme
from knowledge.score_sheet import ScoreSheet
from knowledge.verdict import Verdict


def score_lines(scene: Scene, programme: Programme, verdict: Verdict) -> Iterator[CardLine]:
    """The ranking, then each line with its most points, or those it yields."""
    if programme.ranking is not None:
        rule = programme.ranking
        yield CardLine(
            text=rule.says.of(scene.language),
            mark="info",
            quote=quote(scene, programme.id, rule.cite, rule.quote),
        )
    sheet = programme.score_sheet
    if sheet is None:
        return
    if sheet.scoring == "not_stated":
        yield CardLine(
            text=scene.text("评分表只有各项满分，没有写怎么打分，所以不替您算分。"),
            mark="info",
            notes=(article(scene, programme, sheet.cite),),
        )
    yield from _score_lines(scene, sheet, verdict)
    yield from (CardLine(text=note.of(scene.language)) for note in sheet.notes)


def _score_lines(scene: Scene, sheet: ScoreSheet, verdict: Verdict) -> Iterator[CardLine]:
    scored = {} if verdict.score is None else {line.id: line for line in verdict.score.lines}
    for line in sheet.lines:
        title = line.title.of(scene.language)
        found = scored.get(line.id)
        text = scene.text(
            "{title}：满分 {points}",
            title=title,
            points=wording.quantity(line.points, scene.language),
        )
        if found is not None and found.low is not None and found.high is not None:
            points = scene.text("{low} 到 {high}", low=found.low, high=found.high)
            if found.low == found.high:
                points = str(found.low)
            text = scene.text(
                "{title}：{points}（满分 {most}）",
                title=title,
                points=points,
                most=wording.quantity(line.points, scene.language),
            )
        yield CardLine(text=text)
