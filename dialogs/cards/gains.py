"""What there is to get and by when: benefits and clocks. Never a guess."""

from collections.abc import Iterator
from datetime import date

from dialogs import wording
from dialogs.cards.reasons import listed, quote
from dialogs.message import CardLine
from dialogs.scene import Scene
from knowledge.clock import ClockOutcome
from knowledge.verdict import BenefitOutcome, Payment, Timing, Verdict


def benefit_lines(scene: Scene, verdict: Verdict) -> Iterator[CardLine]:
    """One line a benefit that may be due; those ruled out by the facts are left out."""
    for outcome in verdict.benefits:
        if outcome.due != "no":
            yield _benefit(scene, verdict, outcome)


def _benefit(scene: Scene, verdict: Verdict, outcome: BenefitOutcome) -> CardLine:
    rule = outcome.rule
    return CardLine(
        text=scene.text(
            "{title}：{amount}",
            title=rule.title.of(scene.language),
            amount=amount(scene, outcome),
        ),
        mark="info",
        notes=tuple(_benefit_notes(scene, outcome)),
        quote=quote(scene, verdict.programme, rule.cite, rule.quote),
    )


def amount(scene: Scene, outcome: BenefitOutcome) -> str:
    """What the text and the facts say of the amount, in words."""
    stated = outcome.rule.amount.stated
    if stated == "none":
        return scene.text("文件没有写金额")
    if stated == "in_kind":
        return scene.text("不是直接给钱")
    payment = outcome.payment
    if payment is None or (payment.low is None and payment.high is None):
        return scene.text("要看实际数额，按文件的公式算")
    return _between(scene, payment, capped=stated == "cap")


def _between(scene: Scene, payment: Payment, *, capped: bool) -> str:
    low, high = (
        None if end is None else wording.money(end, payment.currency, scene.language)
        for end in (payment.low, payment.high)
    )
    if high is None:
        return scene.text("不少于 {low}", low=low)
    if payment.exact and not capped:
        return str(high)
    if capped:
        return scene.text("最多 {high}（文件只写了上限，具体多少由主管部门定）", high=high)
    if not payment.low:
        return scene.text("最多 {high}", high=high)
    return scene.text("{low} 到 {high}", low=low, high=high)


def _benefit_notes(scene: Scene, outcome: BenefitOutcome) -> Iterator[str]:
    language, rule = scene.language, outcome.rule
    if rule.per is not None:
        yield scene.text("计算单位：{per}", per=rule.per.of(language))
    for cap in rule.caps:
        yield scene.text(
            "上限：{amount}（{per}）",
            amount=wording.quantity(cap.amount, scene.language),
            per=cap.per.of(language),
        )
    if rule.beneficiary is not None:
        yield scene.text("给谁：{who}", who=rule.beneficiary.of(language))
    if outcome.missing:
        yield scene.text("要算准还差：{what}", what=listed(scene, outcome.missing))
    elif outcome.due == "undetermined":
        yield scene.text("有没有这一项，还要看前面的条件。")
    for reading in (rule.reading, rule.note):
        if reading is not None:
            yield scene.text("我们的读法：{reading}", reading=reading.of(language))


def clock_lines(scene: Scene, verdict: Verdict) -> Iterator[CardLine]:
    """One line a clock: its dates where they are known, its rule where they are not.

    A lapsed programme has no dates any more, only what its rules were.
    """
    dated = verdict.timing is not Timing.EXPIRED
    for outcome in verdict.clocks:
        clock = outcome.rule
        said = when(scene, outcome) if dated else wording.clock_rule(clock, scene.language)
        yield CardLine(
            text=scene.text("{title}：{when}", title=clock.title.of(scene.language), when=said),
            mark="info",
            notes=tuple(_clock_notes(scene, outcome, dated=dated)),
            quote=quote(scene, verdict.programme, clock.cite, clock.quote),
        )


def when(scene: Scene, outcome: ClockOutcome) -> str:
    """The dates of a clock, or its rule while the day it counts from is not known."""
    first, last = outcome.first, outcome.last
    if first is None and last is None:
        return wording.clock_rule(outcome.rule, scene.language)
    ends = [_day(scene, day) for day in (first, last) if day is not None]
    if len(ends) == 1 or first == last:
        return ends[-1]
    return scene.text("{first} 至 {last}", first=ends[0], last=ends[1])


def _day(scene: Scene, day: date) -> str:
    return wording.day(day, scene.language)


def _clock_notes(scene: Scene, outcome: ClockOutcome, *, dated: bool) -> Iterator[str]:
    clock = outcome.rule
    if clock.who == "authority":
        yield scene.text("这是主管部门的时限。")
    if clock.force == "soft":
        yield scene.text("文件写的是“原则上”，日期只是大致的。")
    if outcome.provisional and dated:
        yield scene.text("当年的调休安排还没有公布，日期可能会变。")
    if outcome.missing and dated:
        yield scene.text("要算出日期还差：{what}", what=listed(scene, outcome.missing))
    if clock.extends is not None:
        yield clock.extends.says.of(scene.language)
    if clock.reading is not None:
        yield scene.text("我们的读法：{reading}", reading=clock.reading.of(scene.language))
