"""Fixed words of a verdict: standing, timing, window, applicability, award, force, kinds."""

from collections.abc import Mapping
from types import MappingProxyType

from dialogs.catalogue import marked, text
from knowledge.criterion import Force
from knowledge.model import Language
from knowledge.programme import ProgrammeKind, RouteKind
from knowledge.truth import Standing, StandingRange
from knowledge.verdict import Applicability, Reason, Timing, WindowState

_STANDINGS: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.ELIGIBLE: marked("符合书面条件"),
        Standing.TO_BE_EVIDENCED: marked("要用材料证明"),
        Standing.AUTHORITY_DECIDES: marked("由主管部门裁量"),
        Standing.INELIGIBLE: marked("不符合"),
    }
)
_TIMINGS: Mapping[Timing, str] = MappingProxyType(
    {
        Timing.IN_FORCE: marked("文件现行有效"),
        Timing.TERM_NOT_STATED: marked("文件没有写明有效期"),
        Timing.EXPIRED: marked("文件已经过期"),
        Timing.NOT_YET_IN_FORCE: marked("文件尚未生效"),
    }
)
_WINDOWS: Mapping[WindowState, str] = MappingProxyType(
    {
        WindowState.OPEN: marked("正在受理申报"),
        WindowState.SHUT: marked("本轮申报已经截止"),
        WindowState.ANNOUNCED: marked("申报时间已公布，还没开始"),
        WindowState.NOT_PUBLISHED: marked("申报时间没有公布"),
        WindowState.ALWAYS: marked("常年受理"),
    }
)
_APPLICABILITY: Mapping[Applicability, str] = MappingProxyType(
    {
        Applicability.APPLICABLE: marked("适用"),
        Applicability.NOT_APPLICABLE: marked("不适用于这类主体"),
        Applicability.UNDETERMINED: marked("是否适用还不能确定"),
    }
)
_REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.ZERO_DENOMINATOR: marked("比例的分母是零，文件没有规定怎么算，由主管部门裁量"),
        Reason.NOT_NAMED_IN_LIST: marked(
            "没有列在文件点名的范围里，但文件写的是“等”，由主管部门裁量"
        ),
        Reason.SOFT_MISSED: marked("文件用的是“原则上”一类的说法，没有达到时由主管部门裁量"),
        Reason.READINGS_DIFFER: marked("条文有两种读法，结果不同，由主管部门裁量"),
        Reason.LIFTED_BY_EXCEPTION: marked("符合文件规定的例外，由主管部门裁量"),
        Reason.RISK: marked("按贵方自己的说法，这一条可能证明不了"),
        Reason.NOT_STATED: marked("文件没有写这方面的条件，由主管部门认定"),
    }
)
_AWARDS: Mapping[str, str] = MappingProxyType(
    {
        "entitlement": marked("符合条件即可享受"),
        "competitive": marked("竞争择优，名额有限"),
        "discretionary": marked("由主管部门评审决定"),
        "case_by_case": marked("一事一议"),
    }
)
_FORCES: Mapping[Force, str] = MappingProxyType(
    {
        "hard": marked("必须达到"),
        "soft": marked("原则上要达到"),
        "open_list": marked("列举后写了“等”，不限于所列"),
        "evidence": marked("定性要求，用材料证明"),
        "not_stated": marked("文件没有写明条件"),
    }
)
_KINDS: Mapping[ProgrammeKind, str] = MappingProxyType(
    {
        "subsidy": marked("补助"),
        "certification": marked("认定（备案）"),
        "award": marked("奖励"),
        "evaluation": marked("考核评价"),
        "voucher": marked("创新券"),
        "loan": marked("贷款"),
        "tax": marked("税收"),
        "permit": marked("行政许可"),
        "filing": marked("备案"),
        "report": marked("报告"),
        "review": marked("审查"),
        "pilot": marked("试点"),
        "right": marked("权利"),
        "duty": marked("义务"),
        "investment": marked("股权投资"),
        "training": marked("培训"),
        "encouragement": marked("鼓励事项"),
    }
)
_ROUTES: Mapping[RouteKind, str] = MappingProxyType(
    {
        "prohibited": marked("禁止"),
        "permit": marked("需要行政许可"),
        "filing": marked("需要备案"),
        "report": marked("需要报告"),
        "review": marked("需要审查或评价"),
        "exempt": marked("不需要办理"),
    }
)


def standing(possible: StandingRange, language: Language) -> str:
    """A standing in a word; one that is still open is said to be so."""
    if possible.decided:
        return text(_STANDINGS[possible.best], language)
    return text("还不能确定", language)


def standing_range(possible: StandingRange, language: Language) -> str:
    """A standing; an open one with the best and the worst that are still possible."""
    if possible.decided:
        return standing(possible, language)
    return text(
        "还不能确定（最好：{best}；最差：{worst}）",
        language,
        best=text(_STANDINGS[possible.best], language),
        worst=text(_STANDINGS[possible.worst], language),
    )


def one_standing(one: Standing, language: Language) -> str:
    """One place on the chain of standings."""
    return text(_STANDINGS[one], language)


def timing(when: Timing, language: Language) -> str:
    """Whether the texts are in force."""
    return text(_TIMINGS[when], language)


def window(state: WindowState, language: Language) -> str:
    """Whether applications are taken."""
    return text(_WINDOWS[state], language)


def applicability(which: Applicability, language: Language) -> str:
    """Whether this kind of applicant is judged at all."""
    return text(_APPLICABILITY[which], language)


def reason(why: Reason, language: Language) -> str:
    """Why a standing is what it is, beyond the test's own answer."""
    return text(_REASONS[why], language)


def award(word: str, language: Language) -> str:
    """How it is decided who gets it; KeyError for a word the format does not have."""
    return text(_AWARDS[word], language)


def force(word: Force, language: Language) -> str:
    """How strictly the text puts a criterion."""
    return text(_FORCES[word], language)


def programme_kind(word: ProgrammeKind, language: Language) -> str:
    """What sort of thing a programme is."""
    return text(_KINDS[word], language)


def route(word: RouteKind, language: Language) -> str:
    """Which way the text sends a case."""
    return text(_ROUTES[word], language)
