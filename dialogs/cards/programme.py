"""One programme whole: timing first, then the answer, why, what is missing, what it gives."""

from collections.abc import Iterator

from dialogs import wording
from dialogs.cards.beyond import lifecycle_lines, silence_lines, yielding_lines
from dialogs.cards.gains import benefit_lines, clock_lines
from dialogs.cards.reasons import article, change_lines, listed, quote, why_sections
from dialogs.cards.rounds import window_line
from dialogs.cards.scores import score_lines
from dialogs.cards.standing import badges, lead
from dialogs.cards.texts import basis_lines, definition_lines, gap_lines
from dialogs.message import Card, CardLine, Mark, Section
from dialogs.scene import Scene
from knowledge.model import Text
from knowledge.programme import Programme
from knowledge.verdict import ExceptionOutcome, RouteOutcome, Timing, Verdict


def programme_card(scene: Scene, verdict: Verdict) -> Card:
    """Everything there is to say about one programme on what is known."""
    programme = scene.programme(verdict.programme)
    return Card(
        title=programme.title.of(scene.language),
        subtitle=programme.summary.of(scene.language),
        badges=badges(scene, verdict),
        lead=lead(scene, verdict),
        sections=tuple(
            section for section in _sections(scene, programme, verdict) if section.lines
        ),
    )


def _sections(scene: Scene, programme: Programme, verdict: Verdict) -> Iterator[Section]:
    yield Section(title=scene.text("时效和窗口"), lines=tuple(_timing(scene, programme, verdict)))
    yield Section(title=scene.text("走哪种程序"), lines=tuple(_routes(scene, verdict)))
    yield from why_sections(scene, verdict)
    yield Section(
        title=scene.text("名词"), lines=tuple(definition_lines(scene, programme)), folded=True
    )
    if verdict.missing:
        missing = listed(scene, verdict.missing, most=12)
        yield Section(title=scene.text("还差这些情况"), lines=(CardLine(text=missing),))
    yield Section(title=scene.text("怎样就能达到"), lines=tuple(change_lines(scene, verdict)))
    yield Section(title=scene.text("例外"), lines=tuple(_exceptions(scene, verdict)))
    lapsed = verdict.timing is Timing.EXPIRED
    yield Section(
        title=_gains(scene, programme, lapsed), lines=tuple(benefit_lines(scene, verdict))
    )
    yield Section(title=scene.text("不能重复享受"), lines=tuple(_excludes(scene, programme)))
    yield Section(
        title=scene.text("让位于其他规定的地方"), lines=tuple(yielding_lines(scene, programme))
    )
    yield Section(
        title=scene.text("文件没写、要到别处看的"), lines=tuple(silence_lines(scene, programme))
    )
    # Clocks without a date are rules for later: they can wait.
    undated = lapsed or all(outcome.last is None for outcome in verdict.clocks)
    yield Section(
        title=scene.text("时限"), lines=tuple(clock_lines(scene, verdict)), folded=undated
    )
    yield from _procedure(scene, programme)
    yield Section(
        title=scene.text("评分和排名"),
        lines=tuple(score_lines(scene, programme, verdict)),
        folded=True,
    )
    yield Section(
        title=scene.text("状态变化"), lines=tuple(lifecycle_lines(scene, programme)), folded=True
    )
    yield Section(
        title=scene.text("文件没说清的地方"), lines=tuple(gap_lines(scene, programme)), folded=True
    )
    yield Section(title=scene.text("依据"), lines=tuple(basis_lines(scene, programme)), folded=True)


_NOT_APPLIED_FOR = frozenset({"duty", "right"})
"""Kinds without a filing window: nothing is missing where none is published."""


def _gains(scene: Scene, programme: Programme, lapsed: bool) -> str:  # noqa: FBT001 - private
    if programme.kind == "duty":
        return scene.text("会涉及什么")
    return scene.text("当时能得到什么（现在不能申请）") if lapsed else scene.text("能得到什么")


def _timing(scene: Scene, programme: Programme, verdict: Verdict) -> Iterator[CardLine]:
    language = scene.language
    rounds = [each for each in scene.world.deadlines if each.programme == programme.id]
    yield from (window_line(scene, each) for each in rounds)
    yield CardLine(
        text=wording.timing(verdict.timing, language),
        mark="info",
        notes=tuple(
            reading.of(language)
            for reading in (programme.term.reading if programme.term else None,)
            if reading is not None
        ),
    )
    if rounds:
        return
    own = [each for each in scene.world.windows if each.programme == programme.id]
    for window in own:
        days = scene.text(
            "申报窗口：{opens} 至 {closes}",
            opens=wording.day(window.opens, language),
            closes=wording.day(window.closes, language),
        )
        link = window.link if window.link.startswith("https://") else ""
        yield CardLine(text=days, mark="info", link=link)
    if not own and programme.kind not in _NOT_APPLIED_FOR:
        yield CardLine(text=wording.window(verdict.window, language), mark="info")


def _routes(scene: Scene, verdict: Verdict) -> Iterator[CardLine]:
    for outcome in verdict.routes:
        if outcome.possible:
            yield _route(scene, verdict, outcome)


def _route(scene: Scene, verdict: Verdict, outcome: RouteOutcome) -> CardLine:
    rule, language, base = outcome.rule, scene.language, scene.world.knowledge
    notes = [scene.text("条件：{what}", what=wording.sentence(outcome.test, base, language))]
    if outcome.missing:
        notes.append(scene.text("还差：{what}", what=listed(scene, outcome.missing)))
    if rule.reading is not None:
        notes.append(scene.text("我们的读法：{reading}", reading=rule.reading.of(language)))
    if rule.other_reading is not None:
        other = rule.other_reading.says.of(language)
        notes.append(scene.text("另一种读法：{reading}", reading=other))
    return CardLine(
        text=rule.says.of(language),
        mark=_mark_of(outcome),
        notes=tuple(notes),
        quote=quote(scene, verdict.programme, rule.cite, rule.quote),
    )


def _mark_of(outcome: RouteOutcome) -> Mark:
    """A prohibition that applies is no good news, however certain it is."""
    if not outcome.proven:
        return "unknown"
    return "missed" if outcome.rule.route == "prohibited" else "met"


def _exceptions(scene: Scene, verdict: Verdict) -> Iterator[CardLine]:
    for outcome in verdict.exceptions:
        if outcome.state != "shut":
            rule = outcome.rule
            yield CardLine(
                text=rule.says.of(scene.language),
                mark="info",
                notes=(_exception_state(scene, outcome),),
                quote=quote(scene, verdict.programme, rule.cite, rule.quote),
            )


def _exception_state(scene: Scene, outcome: ExceptionOutcome) -> str:
    match outcome.state:
        case "open":
            return scene.text("您的情况可以用上，由主管部门认定。")
        case "authority":
            return scene.text("要不要用这个例外，由主管部门另行审查。")
        case _:
            return scene.text("能不能用上还差：{what}", what=listed(scene, outcome.missing))


def _excludes(scene: Scene, programme: Programme) -> Iterator[CardLine]:
    for each in programme.excludes:
        yield CardLine(
            text=each.says.of(scene.language),
            mark="info",
            quote=quote(scene, programme.id, each.cite, each.quote),
        )


def _procedure(scene: Scene, programme: Programme) -> Iterator[Section]:
    def line(text: Text, cite: str, who: Text | None = None) -> CardLine:
        said = text.of(scene.language)
        if who is not None:
            said = scene.text("{who}：{what}", who=who.of(scene.language), what=said)
        return CardLine(text=said, notes=(article(scene, programme, cite),))

    yield Section(
        title=scene.text("要交的材料"),
        lines=tuple(line(each.says, each.cite) for each in programme.materials),
        folded=True,
    )
    yield Section(
        title=scene.text("办理步骤"),
        lines=tuple(line(each.says, each.cite, each.who) for each in programme.steps),
        folded=True,
    )
    yield Section(
        title=scene.text("之后的义务"),
        lines=tuple(line(each.says, each.cite) for each in programme.duties),
        folded=True,
    )
    yield Section(
        title=scene.text("什么情况会被取消"),
        lines=tuple(line(each.says, each.cite) for each in programme.revocation),
        folded=True,
    )
