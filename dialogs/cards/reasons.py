"""Why: criterion by criterion, with the value given, the article, the quote and our reading."""

from collections.abc import Iterator

from dialogs import wording
from dialogs.buttons import token
from dialogs.message import CardLine, Choice, Mark, Quote, Section
from dialogs.scene import Scene
from knowledge.criterion import Criterion, Group
from knowledge.profile import Asking
from knowledge.programme import AppliesTo, Programme
from knowledge.truth import Standing, StandingRange
from knowledge.verdict import Change, Outcome, Verdict

_MARKS: dict[str, Mark] = {
    "eligible": "met",
    "to_be_evidenced": "evidence",
    "authority_decides": "authority",
    "ineligible": "missed",
    "undetermined": "unknown",
}
_BESIDE = frozenset({"unknown", "evidence", "authority"})
"""What matters no longer once a programme is ruled out."""
_IN_ORDER: tuple[Mark, ...] = ("missed", "authority", "unknown", "evidence", "met")


def objection_id(programme: str, criterion: str) -> str:
    """The button that says a criterion reads wrong."""
    return f"no:{token(programme, criterion)}"


def mark_of(standing: StandingRange) -> Mark:
    """The sign of a standing."""
    return _MARKS[standing.word]


def why_sections(scene: Scene, verdict: Verdict) -> Iterator[Section]:
    """The criteria by what became of them: missed first, met last."""
    over = verdict.ruled_out
    titles = {
        "missed": scene.text("没有达到的条件"),
        "authority": scene.text("要由主管部门认定的"),
        "unknown": scene.text("还不能确定的"),
        "evidence": scene.text("要用材料证明的"),
        "met": scene.text("已经符合的"),
    }
    if over:
        titles["unknown"] = scene.text("没有再问的（已经不影响结论）")
    blocks = _blocks(scene, verdict)
    for mark in _IN_ORDER:
        lines = tuple(line for found, block in blocks if found == mark for line in block)
        if lines:
            yield Section(
                title=titles[mark], lines=lines, folded=mark == "met" or (over and mark in _BESIDE)
            )


def _blocks(scene: Scene, verdict: Verdict) -> list[tuple[Mark, tuple[CardLine, ...]]]:
    return [
        (mark_of(outcome.standing), tuple(_lines(scene, verdict.programme, outcome, 0)))
        for outcome in tops(verdict)
    ]


def tops(verdict: Verdict) -> list[Outcome]:
    """What still counts: criteria, and groups of which some must be met; `all` is taken apart."""
    written = (verdict.applies_to, verdict.criteria, *verdict.exclusions)
    return [
        outcome for top in written if top is not None for outcome in _apart(top) if outcome.relevant
    ]


def _counting(outcome: Outcome) -> Iterator[Outcome]:
    """The criteria below that still count."""
    if not outcome.relevant:
        return
    if not outcome.children:
        yield outcome
    for child in outcome.children:
        yield from _counting(child)


def headline(scene: Scene, outcome: Outcome) -> str:
    """A criterion as a sentence, or a group by its title."""
    if isinstance(outcome.node, Group):
        return _group_title(scene, outcome.node)
    return sentence(scene, outcome)


def _apart(outcome: Outcome) -> Iterator[Outcome]:
    node = outcome.node
    if isinstance(node, Group) and node.all is not None:
        for child in outcome.children:
            yield from _apart(child)
    else:
        yield outcome


def _lines(scene: Scene, programme: str, outcome: Outcome, level: int) -> Iterator[CardLine]:
    if not isinstance(outcome.node, Group):
        yield criterion_line(scene, programme, outcome, level)
        return
    yield CardLine(text=headline(scene, outcome), mark=mark_of(outcome.standing), level=level)
    for child in outcome.children:
        if child.relevant:
            yield from _lines(scene, programme, child, level + 1)


def _group_title(scene: Scene, group: Group) -> str:
    if group.all is not None:
        how = scene.text("以下都要满足")
    elif group.needed == 1:
        how = scene.text("以下满足一条即可")
    else:
        how = scene.text("以下至少满足 {count} 条", count=group.needed)
    if group.title is None:
        return how
    return scene.text("{title}（{how}）", title=group.title.of(scene.language), how=how)


def criterion_line(scene: Scene, programme: str, outcome: Outcome, level: int = 0) -> CardLine:
    """One criterion with everything that can be said about it."""
    node = outcome.node
    assert isinstance(node, Criterion | AppliesTo)  # noqa: S101 - groups are taken apart before
    return CardLine(
        text=sentence(scene, outcome),
        mark=mark_of(outcome.standing),
        level=level,
        notes=tuple(_notes(scene, outcome, node)),
        quote=quote(scene, programme, node.cite, node.quote),
        choices=(
            Choice(
                id=objection_id(programme, node.id), label=scene.text("这条不对"), style="quiet"
            ),
        ),
    )


def sentence(scene: Scene, outcome: Outcome) -> str:
    """A criterion in plain words, rendered from its test; of force evidence, its own."""
    node = outcome.node
    if outcome.test is None:
        says = node.says if isinstance(node, Criterion) else None
        return says.of(scene.language) if says is not None else ""
    said = wording.sentence(outcome.test, scene.world.knowledge, scene.language)
    return scene.text("不能有：{what}", what=said) if outcome.excludes else said


def quote(scene: Scene, programme: str, cite: str, words: str) -> Quote:
    """Words of an article, with the number of the text they stand in."""
    document, article = place(scene, programme, cite)
    return Quote(document=document, article=article, text=words)


def place(scene: Scene, programme: str, cite: str) -> tuple[str, str]:
    """The number of the text and the article that a cite of a programme means."""
    documents = scene.world.knowledge.documents
    first, _, rest = cite.partition(" ")
    if rest and first in documents:
        return documents[first].number, rest
    return documents[scene.programme(programme).basis[0]].number, cite


def article(scene: Scene, programme: Programme, cite: str) -> str:
    """Where something stands, as one line."""
    document, words = place(scene, programme.id, cite)
    return scene.text("依据：{document} {article}", document=document, article=words)


def _notes(scene: Scene, outcome: Outcome, node: Criterion | AppliesTo) -> Iterator[str]:
    language, base = scene.language, scene.world.knowledge
    for given in outcome.given:
        if given.value is not None:
            what = wording.asking(given.asking, base, language)
            value = wording.value(base.fact_of(given.asking), given.value, language)
            yield scene.text("您的情况：{what} {value}", what=what, value=value)
    # Where nothing is known yet the sentence itself says what is missing.
    begun = any(given.value is not None for given in outcome.given)
    if begun and outcome.missing and not outcome.standing.decided:
        yield scene.text("还差：{what}", what=listed(scene, outcome.missing))
    yield from (wording.reason(reason, language) for reason in outcome.reasons)
    if node.reading is not None:
        yield scene.text("我们的读法：{reading}", reading=node.reading.of(language))
    other = node.other_reading if isinstance(node, Criterion) else None
    if other is not None:
        yield scene.text("另一种读法：{reading}", reading=other.says.of(language))


def listed(scene: Scene, askings: tuple[Asking, ...], most: int = 5) -> str:
    """Facts by name, the first few of many."""
    named = [
        wording.asking(asking, scene.world.knowledge, scene.language) for asking in askings[:most]
    ]
    said = scene.text("、").join(named)
    if len(askings) > most:
        return scene.text("{named} 等 {count} 项", named=said, count=len(askings))
    return said


def change_lines(scene: Scene, verdict: Verdict) -> Iterator[CardLine]:
    """The nearest changes that would meet what is missed, one line an alternative."""
    for outcome in (leaf for top in tops(verdict) for leaf in _counting(top)):
        if outcome.standing.best > Standing.AUTHORITY_DECIDES:
            continue
        for alternative in outcome.changes:
            yield CardLine(
                text=_alternative(scene, alternative),
                mark="info",
                notes=(scene.text("对应的条件：{what}", what=sentence(scene, outcome)),),
            )


def _alternative(scene: Scene, changes: tuple[Change, ...]) -> str:
    said = [wording.change(each, scene.world.knowledge, scene.language) for each in changes]
    return scene.text("，并且").join(said)
