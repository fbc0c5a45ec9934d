"""Policy cases: what holds is silent, what differs is named, what cannot be read is refused."""

import pytest

from knowledge.base import KnowledgeBase
from knowledge.cases import Difference, read_cases, run_cases
from knowledge.yaml_text import Refused
from tests.builders.knowledge import a_rich_release

BODY = """
applies_to: {cite: 第一条, quote: 各单位, test: "colour in [red, green]"}
criteria:
  all:
    - {id: one, cite: 第一条, quote: 应当上市, test: listed}
    - id: group
      title: {zh: 二选一, en: one of two}
      any:
        - {id: rich, cite: 第一条, quote: 有钱, test: capital >= 100 万元}
        - {id: big, cite: 第一条, quote: 人多, test: staff >= 2 人}
    - id: clear
      cite: 第一条
      quote: 方向明确
      force: evidence
      says: {zh: 方向明确, en: a clear direction}
      self_view: honest
exclusions:
  - {id: bars, cite: 第一条, quote: 不得在此, test: town == kaifeng}
exceptions:
  - id: way-out
    cite: 第一条
    quote: 可以例外
    says: {zh: 例外, en: exception}
    opened_by: colour == green
    lifts: [one]
routes:
  - id: permit
    route: permit
    cite: 第一条
    quote: 许可
    says: {zh: 许可, en: permit}
    test: colour == red
  - id: report
    route: report
    cite: 第一条
    quote: 报告
    says: {zh: 报告, en: report}
    test: colour == green
benefits:
  - id: fixed
    title: {zh: 奖, en: a}
    cite: 第一条
    quote: 奖励
    amount: {stated: exact, exactly: 10 万元}
  - id: rated
    title: {zh: 补, en: b}
    cite: 第一条
    quote: 补助
    when: listed
    amount: {stated: range, at_least: 5 万元, at_most: 8 万元}
  - {id: unstated, title: {zh: 支持, en: c}, cite: 第一条, quote: 支持, amount: {stated: none}}
  - id: capped
    title: {zh: 上限, en: d}
    cite: 第一条
    quote: 最高
    amount: {stated: cap, at_most: 20 万元}
  - id: share
    title: {zh: 比例, en: e}
    cite: 第一条
    quote: 按比例
    amount: {stated: formula, exactly: "capital * 10%"}
clocks:
  - id: yearly
    title: {zh: 年报, en: yearly report}
    who: applicant
    purpose: deadline
    cite: 第一条
    quote: 每年年底
    yearly: 12-31
  - id: season
    title: {zh: 申报, en: filing}
    who: applicant
    purpose: window
    cite: 第一条
    quote: 每年九月
    yearly: 09-01..09-30
  - id: soon
    title: {zh: 变更, en: change}
    who: applicant
    purpose: deadline
    cite: 第一条
    quote: 两个月内
    within: 2 个月
    event: {zh: 变更, en: the change}
    event_fact: opened
score_sheet:
  cite: 附件2
  scoring: stated
  total: 10 分
  lines:
    - id: people
      title: {zh: 人, en: people}
      points: 5 分
      points_when: [{test: listed, points: 5 分}]
    - {id: ideas, title: {zh: 想法, en: ideas}, points: 5 分}
"""

CASE = """
- case: 一个例子
  as_of: 2024-06-01
  given: {given}
  windows: [{{opens: 2024-06-01, closes: 2024-06-30}}]
  expect: {expect}
"""
KNOWN = "{colour: red, listed: yes, staff: 2 人, town: luoyang, honest: no, opened: 2024-05-01}"


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return a_rich_release(BODY)


def differences(base: KnowledgeBase, expect: str, given: str = KNOWN) -> list[Difference]:
    cases = read_cases("trial.cases.yaml", CASE.format(given=given, expect=expect))
    return list(run_cases(base, "trial", cases))


HOLDS = [
    "{one: eligible, group: eligible, bars: eligible, applies-to: eligible}",
    "{clear: to_be_evidenced, programme: to_be_evidenced}",
    "{rich: undetermined, missing: [capital]}",
    "{rich: undetermined ineligible..eligible}",
    "{missing: []}",
    "{missing: none}",
    "{ruled_out: no, timing: in_force, window: open}",
    "{routes: {possible: [permit], proven: [permit]}}",
    "{benefits: {fixed: 10 万元, rated: 5..8 万元, unstated: not_stated}}",
    "{benefits: {rated: 5 万元..8 万元, capped: at most 20 万元, share: undetermined}}",
    "{clocks: {yearly: 2024-12-31, season: 2024-09-01..2024-09-30, soon: 2024-07-01}}",
    "{risk: [clear]}",
    "{exceptions: {way-out: shut}}",
    "{score: {people: 5 分, ideas: not_stated}}",
]
DIFFERS = [
    ("{one: ineligible}", "eligible"),
    ("{rich: undetermined authority_decides..eligible}", "undetermined ineligible..eligible"),
    ("{nothing: eligible}", "no such criterion, exclusion or group"),
    ("{missing: [staff]}", "[]"),
    ("{rich: undetermined, missing: []}", "['capital']"),
    ("{programme: eligible}", "to_be_evidenced"),
    ("{programme: not_applicable}", "to_be_evidenced"),
    ("{ruled_out: yes}", "no"),
    ("{timing: expired}", "in_force"),
    ("{window: shut}", "open"),
    ("{routes: {possible: [permit, report]}}", "possible ['permit']"),
    ("{benefits: {fixed: 9 万元}}", "fixed: 100000..100000 CNY (yes), open: nothing"),
    ("{benefits: {fixed: a lot}}", "fixed: 100000..100000 CNY (yes), open: nothing"),
    ("{benefits: {fixed: not_due}}", "fixed: 100000..100000 CNY (yes), open: nothing"),
    ("{benefits: {share: 1 万元}}", "share: None..None CNY (yes), open: capital"),
    ("{benefits: {unstated: 1 万元}}", "unstated: not_stated (yes)"),
    ("{benefits: {nothing: 1 万元}}", "nothing: no such benefit"),
    ("{clocks: {yearly: 2025-12-31}}", "yearly: 2024-12-31"),
    ("{clocks: {nothing: 2025-12-31}}", "nothing: no such id"),
    ("{risk: []}", "['clear']"),
    ("{exceptions: {way-out: open}}", "way-out: shut"),
    ("{score: {people: 0 分}}", "people: 5 分"),
    ("{missing: staff}", "missing is not written so"),
    ("{risk: {clear: yes}}", "risk is not written so"),
    ("{routes: permit}", "routes is not written so"),
    ("{benefits: 10 万元}", "benefits is not written so"),
    ("{clocks: []}", "clocks is not written so"),
    ("{exceptions: {}}", "exceptions is not written so"),
    ("{score: 5 分}", "score is not written so"),
    ("{one: [eligible]}", "one is not written so"),
]


class TestRun:
    @pytest.mark.parametrize("expect", HOLDS)
    def test_what_holds_is_silent(self, base: KnowledgeBase, expect: str) -> None:
        assert differences(base, expect) == []

    @pytest.mark.parametrize(("expect", "found"), DIFFERS)
    def test_what_differs_is_named(self, base: KnowledgeBase, expect: str, found: str) -> None:
        (difference,) = [d for d in differences(base, expect) if d.found == found]
        where = f"programmes/trial.cases.yaml:2: 一个例子: {difference.what}: expected "
        assert str(difference) == f"{where}{difference.expected}, found {found}"

    def test_the_wrong_kind_is_not_applicable(self, base: KnowledgeBase) -> None:
        given = "{colour: blue}"
        assert differences(base, "{programme: not_applicable, ruled_out: yes}", given) == []
        assert [d.found for d in differences(base, "{programme: eligible}", given)] == [
            "not_applicable"
        ]

    def test_not_due_without_its_condition(self, base: KnowledgeBase) -> None:
        assert differences(base, "{benefits: {rated: not_due}}", "{listed: no}") == []
        (difference,) = differences(base, "{benefits: {rated: 5..8 万元}}", "{listed: no}")
        assert difference.found == "rated: not_due"

    def test_an_open_clock_and_an_open_score(self, base: KnowledgeBase) -> None:
        expect = "{clocks: {soon: undetermined}, score: {people: 0..5 分}}"
        assert differences(base, expect, "{colour: red}") == []

    def test_an_open_exception(self, base: KnowledgeBase) -> None:
        given = "{colour: green, listed: no}"
        assert differences(base, "{exceptions: {way-out: open}}", given) == []
        assert differences(base, "{one: authority_decides}", given) == []

    def test_of_a_programme_of_routes_alone(self) -> None:
        routes = BODY[BODY.index("routes:") : BODY.index("benefits:")]
        cases = CASE.format(given="{colour: red}", expect="{programme: eligible, missing: []}")
        found = run_cases(a_rich_release(routes), "trial", read_cases("trial.cases.yaml", cases))
        assert list(found) == []


class TestRefuse:
    @pytest.mark.parametrize(
        "given", ["{nothing: 1}", "{staff: 5 人}", "{staff@2023: 1 人}", "{partnr.staff: 1 人}"]
    )
    def test_facts_that_cannot_be_read(self, base: KnowledgeBase, given: str) -> None:
        with pytest.raises(Refused, match=r"trial\.cases\.yaml:2: 一个例子"):
            differences(base, "{one: eligible}", given)

    @pytest.mark.parametrize(
        "text",
        [
            "a: b",
            "- case: x",
            "- {case: x, as_of: soon, expect: {one: eligible}}",
            "- {case: x, as_of: 2024-06-01, expect: {}}",
            "- {case: x, what: y}",
            "",
        ],
    )
    def test_cases_that_cannot_be_read(self, text: str) -> None:
        with pytest.raises(Refused, match=r"trial\.cases\.yaml"):
            read_cases("trial.cases.yaml", text)
