"""All programmes at a glance: what can be had first, what is out of reach last."""

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from dialogs import wording
from dialogs.cards.gains import amount
from dialogs.cards.reasons import headline, listed, tops
from dialogs.cards.standing import expired_on, is_open, way_of
from dialogs.message import Card, CardLine, Mark, Section
from dialogs.scene import Scene
from knowledge.truth import Standing
from knowledge.verdict import Applicability, Brief, Timing, Verdict

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


ON_A_PAGE = 12
"""Programmes on one page: what fits a message and is still read."""


def last_page(briefs: Sequence[Brief]) -> int:
    """The number of the last page, counted from 0."""
    return max(0, len(briefs) - 1) // ON_A_PAGE


def overview_card(scene: Scene, briefs: Sequence[Brief], page: int = 0) -> Card:
    """A page of the programmes by shelf, each with what matters most and a button to its card."""
    shelved: dict[Shelf, list[Brief]] = {shelf: [] for shelf in SHELVES}
    for brief in briefs:
        shelved[shelf_of(brief)].append(brief)
    return Card(
        title=scene.text("结果一览"),
        lead=scene.sentences(scene.about, _lead(scene, shelved)),
        sections=tuple(_sections(scene, shelved, page)),
    )


def shelf_of(verdict: Brief) -> Shelf:
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


def _lead(scene: Scene, shelved: dict[Shelf, list[Brief]]) -> str:
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


def _sections(scene: Scene, shelved: dict[Shelf, list[Brief]], page: int) -> Iterator[Section]:
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
    for shelf, shown in _on_page(shelved, page).items():
        title = titles[shelf]
        if len(shelved[shelf]) > len(shown):
            title = scene.text("{shelf}（共 {count} 个）", shelf=title, count=len(shelved[shelf]))
        lines = tuple(_line(scene, scene.verdict(each.programme), shelf) for each in shown)
        yield Section(title=title, lines=lines, folded=quiet and shelf not in _TELLING)


def _on_page(shelved: dict[Shelf, list[Brief]], page: int) -> dict[Shelf, list[Brief]]:
    """What of each shelf stands on a page; shelves that do not reach it are left out."""
    first, shown = page * ON_A_PAGE, {}
    for shelf in SHELVES:
        here = shelved[shelf][max(0, first) : max(0, first + ON_A_PAGE)]
        first -= len(shelved[shelf])
        if here:
            shown[shelf] = here
    return shown


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
