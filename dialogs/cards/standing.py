"""The answer in a sentence and a few badges: timing first, then the standing."""

from collections.abc import Iterator
from datetime import date

from dialogs import wording
from dialogs.cards.reasons import tops
from dialogs.message import Badge, Tone
from dialogs.scene import Scene
from knowledge.truth import Standing
from knowledge.verdict import Applicability, Brief, Outcome, Timing, Verdict, WindowState

_TONES: dict[str, Tone] = {
    "eligible": "good",
    "to_be_evidenced": "likely",
    "authority_decides": "warning",
    "ineligible": "bad",
}


def badges(scene: Scene, verdict: Verdict) -> tuple[Badge, ...]:
    """Timing, window, standing and how it is awarded, in this order."""
    found = []
    if verdict.timing in {Timing.EXPIRED, Timing.NOT_YET_IN_FORCE}:
        tone: Tone = "bad" if verdict.timing is Timing.EXPIRED else "warning"
        found.append(Badge(label=wording.timing(verdict.timing, scene.language), tone=tone))
    elif verdict.window is not WindowState.NOT_PUBLISHED:
        takes = verdict.window in {WindowState.OPEN, WindowState.ALWAYS}
        tone = "good" if takes else "muted"
        found.append(Badge(label=wording.window(verdict.window, scene.language), tone=tone))
    if verdict.timing is not Timing.EXPIRED or verdict.standing.decided:
        found.append(standing_badge(scene, verdict))
    return tuple(found)


def standing_badge(scene: Scene, verdict: Brief) -> Badge:
    """The standing as one badge; of the wrong kind of applicant, that."""
    if verdict.applicability is Applicability.NOT_APPLICABLE:
        return Badge(label=scene.text("不适用"), tone="muted")
    if is_open(verdict):
        return Badge(label=scene.text("还没有定"), tone="open")
    word = verdict.standing.word
    return Badge(label=wording.standing(verdict.standing, scene.language), tone=_TONES[word])


def is_open(verdict: Brief) -> bool:
    """Whether a further fact may change the answer."""
    if verdict.ruled_out:
        return False
    undetermined = verdict.applicability is Applicability.UNDETERMINED
    # A case whose standing is decided may still go more than one way.
    return undetermined or not verdict.standing.decided or bool(verdict.missing)


def expired_on(scene: Scene, verdict: Brief) -> date | None:
    """The last day the programme was in force, where it has one."""
    programme = scene.programme(verdict.programme)
    if programme.term is not None:
        return programme.term.until
    expires = scene.world.knowledge.documents[programme.basis[0]].expires
    return expires if isinstance(expires, date) else None


def lead(scene: Scene, verdict: Verdict) -> str:
    """The answer in one or two sentences; a lapsed programme says only that."""
    if verdict.timing is Timing.EXPIRED:
        day = expired_on(scene, verdict)
        when = "" if day is None else wording.day(day, scene.language)
        return scene.text(
            "依据文件已在 {day} 之后失效，现在不能再按它申请；下面只说明它当时的条件。", day=when
        )
    early = verdict.timing is Timing.NOT_YET_IN_FORCE
    return scene.sentences(
        scene.text("依据文件还没有生效。") if early else "", *_standing_sentences(scene, verdict)
    )


def _standing_sentences(scene: Scene, verdict: Verdict) -> Iterator[str]:
    programme = scene.programme(verdict.programme)
    way = way_of(scene, verdict)
    if way:
        yield way
    if verdict.applicability is Applicability.NOT_APPLICABLE:
        if not way:
            who = programme.applicant.who.of(scene.language)
            yield scene.text("按您的情况不适用：这个项目面向{who}。", who=who)
    elif is_open(verdict):
        yield from _open_sentences(scene, verdict)
    elif programme.criteria is not None or verdict.exclusions:
        yield from _decided_sentences(scene, verdict)


def _decided_sentences(scene: Scene, verdict: Verdict) -> Iterator[str]:
    standing = verdict.standing.best
    count = max(1, len(_of(verdict, standing)))
    match standing:
        case Standing.ELIGIBLE:
            yield scene.text("您给的情况符合全部书面条件。")
        case Standing.TO_BE_EVIDENCED:
            yield scene.text("能算的条件都符合，还有 {count} 条要靠材料来证明。", count=count)
        case Standing.AUTHORITY_DECIDES:
            yield scene.text("有 {count} 条要由主管部门认定，我不能替它下结论。", count=count)
            return
        case Standing.INELIGIBLE:
            yield scene.text("按您给的情况，不符合书面条件：有 {count} 条没有达到。", count=count)
            return
    yield scene.text("这不等于获批。")
    yield _award(scene, verdict)


def _open_sentences(scene: Scene, verdict: Verdict) -> Iterator[str]:
    yield scene.text("还不能下结论：还差 {count} 项情况。", count=len(verdict.missing))
    if verdict.standing.best <= Standing.AUTHORITY_DECIDES:
        yield scene.text("最好的结果也要由主管部门认定。")
    elif not _of(verdict, Standing.INELIGIBLE):
        yield scene.text("目前没有发现不符合的地方。")


def way_of(scene: Scene, verdict: Verdict) -> str:
    """Which way the text sends this case; empty while that is open, or where it names no ways."""
    if not verdict.routes:
        return ""
    proven = [route.rule.says.of(scene.language) for route in verdict.routes if route.proven]
    if proven:
        return scene.text("{way}。", way=scene.text("；").join(proven))
    if not any(route.possible for route in verdict.routes):
        return scene.text("文件里没有写您这种情况该怎么走，要问主管部门。")
    if not any(route.missing for route in verdict.routes):
        return scene.text("走哪一条，文件的写法有不同理解，要由主管部门认定。")
    return ""


def _award(scene: Scene, verdict: Verdict) -> str:
    match scene.programme(verdict.programme).award:
        case "competitive":
            return scene.text("之后还要评审择优。")
        case "discretionary":
            return scene.text("给不给由主管部门决定。")
        case "case_by_case":
            return scene.text("由主管部门一事一议。")
        case _:
            return ""


def _of(verdict: Verdict, standing: Standing) -> list[Outcome]:
    """What is decided on this standing and still counts; a group counts once."""
    return [
        outcome
        for outcome in tops(verdict)
        if outcome.standing.decided and outcome.standing.best is standing
    ]
