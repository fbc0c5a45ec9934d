"""All programmes at a glance: what can be had first, what is out of reach last."""

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from dialogs import wording
from dialogs.cards.gains import amount
from dialogs.cards.reasons import headline, listed, tops
from dialogs.cards.standing import expired_on, is_open, way_of
from dialogs.message import Card, CardLine, Mark, Section
from dialogs.scene import Scene
from knowledge.truth import Standing
from knowledge.verdict import Applicability, Timing, Verdict

Shelf: TypeAlias = Literal[
    "met", "evidence", "open", "authority", "missed", "not_applicable", "lapsed"
]
SHELVES: tuple[Shelf, ...] = (
    "met", "evidence", "open", "authority", "missed", "not_applicable", "lapsed",
)  # fmt: skip
_MARKS: dict[Shelf, Mark] = {
    "met": "met",
    "evidence": "evidence",
    "open": "unknown",
    "authority": "authority",
    "missed": "missed",
    "not_applicable": "info",
    "lapsed": "info",
}
_TELLING: tuple[Shelf, ...] = ("met", "evidence", "open", "authority", "missed")
"""Shelves that say more than that a programme is out of the question."""


def overview_card(scene: Scene, verdicts: Iterable[Verdict]) -> Card:
    """The verdicts by shelf, each with what matters most about it and a button to its card."""
    shelved: dict[Shelf, list[Verdict]] = {shelf: [] for shelf in SHELVES}
    for verdict in verdicts:
        shelved[shelf_of(verdict)].append(verdict)
    return Card(
        title=scene.text("结果一览"),
        lead=scene.sentences(scene.about, _lead(scene, shelved)),
        sections=tuple(_sections(scene, shelved)),
    )


def shelf_of(verdict: Verdict) -> Shelf:
    """Where a verdict belongs: timing first, then whether it applies, then its standing."""
    if verdict.timing is Timing.EXPIRED:
        return "lapsed"
    if verdict.applicability is Applicability.NOT_APPLICABLE:
        return "not_applicable"
    if is_open(verdict):
        return "open"
    match verdict.standing.best:
        case Standing.INELIGIBLE:
            return "missed"
        case Standing.AUTHORITY_DECIDES:
            return "authority"
        case Standing.TO_BE_EVIDENCED:
            return "evidence"
        case Standing.ELIGIBLE:
            return "met"


def _lead(scene: Scene, shelved: dict[Shelf, list[Verdict]]) -> str:
    met, evidence, open_ = (len(shelved[each]) for each in ("met", "evidence", "open"))
    if not any(shelved[each] for each in _TELLING):
        return scene.text("按您的回答，没有现在适用的项目。")
    if not (met or evidence or open_ or shelved["authority"]):
        return scene.text("按您的回答，没有符合书面条件的项目；下面写明差在哪里。")
    said = []
    if met:
        said.append(scene.text("有 {count} 个项目符合书面条件（不等于获批）。", count=met))
    if evidence:
        said.append(
            scene.text(
                "有 {count} 个项目能算的条件都符合，还要靠材料证明（不等于获批）。", count=evidence
            )
        )
    if not said:
        said.append(scene.text("目前还没有已经确定符合书面条件的项目。"))
    if open_:
        said.append(scene.text("还有 {count} 个没有定。", count=open_))
    return scene.sentences(*said)


def _sections(scene: Scene, shelved: dict[Shelf, list[Verdict]]) -> Iterator[Section]:
    titles: dict[Shelf, str] = {
        "met": scene.text("符合书面条件"),
        "evidence": scene.text("还要用材料证明"),
        "open": scene.text("还没有定"),
        "authority": scene.text("要由主管部门认定"),
        "missed": scene.text("不符合"),
        "not_applicable": scene.text("不适用"),
        "lapsed": scene.text("已经失效"),
    }
    quiet = any(shelved[each] for each in _TELLING)
    for shelf in SHELVES:
        found = shelved[shelf]
        if found:
            lines = tuple(_line(scene, verdict, shelf) for verdict in found)
            folded = quiet and shelf not in _TELLING
            yield Section(title=titles[shelf], lines=lines, folded=folded)


def _line(scene: Scene, verdict: Verdict, shelf: Shelf) -> CardLine:
    programme = scene.programme(verdict.programme)
    return CardLine(
        text=programme.title.of(scene.language),
        mark=_MARKS[shelf],
        notes=tuple(_notes(scene, verdict, shelf)),
        choices=(scene.card_button(verdict.programme, scene.text("详情")),),
    )


def _notes(scene: Scene, verdict: Verdict, shelf: Shelf) -> Iterator[str]:
    way = "" if shelf == "lapsed" else way_of(scene, verdict)
    if way:
        yield way
    match shelf:
        case "met" | "evidence":
            yield wording.standing(verdict.standing, scene.language)
            yield from _gain(scene, verdict)
        case "open":
            yield scene.text("还差：{what}", what=listed(scene, verdict.missing, most=3))
            yield from _gain(scene, verdict)
        case "missed":
            yield from _first_missed(scene, verdict)
        case "lapsed":
            day = expired_on(scene, verdict)
            if day is not None:
                yield scene.text("有效到 {day}", day=wording.day(day, scene.language))
        case _:
            return


def _gain(scene: Scene, verdict: Verdict) -> Iterator[str]:
    """What it may give, where the text says how much."""
    for outcome in verdict.benefits:
        payment = outcome.payment
        if outcome.due != "no" and payment is not None and payment.high is not None:
            yield scene.text(
                "{title}：{amount}",
                title=outcome.rule.title.of(scene.language),
                amount=amount(scene, outcome),
            )
            return


def _first_missed(scene: Scene, verdict: Verdict) -> Iterator[str]:
    for outcome in tops(verdict):
        if outcome.standing.best is Standing.INELIGIBLE:
            yield scene.text("没有达到：{what}", what=headline(scene, outcome))
            return
