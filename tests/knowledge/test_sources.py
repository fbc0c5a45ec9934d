"""A release held against invented texts, and the real one where the official texts are at hand."""

from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.loading import builtin
from knowledge.sources import check_sources
from tests.builders.knowledge import DOCUMENT, a_release

TEXT = """试验厅关于印发《试行办法》的通知
附件：
第一条 申请单位职工不少于 3 人，注册满一年，信用良好。
第二条 奖励按收入的 10%给予，最高不超过 5 万元。规模优先。
第三条 有下列情况之一的，不予受理：
（一）已上市的；
（二）金奖超过 1 项的。
第四条 每年 12 月底前报告。变更后两个月内报告。本办法有效期三年。规模优先。
"""

PROGRAMME = """
term: {from: 2023-02-01, to: 2025-12-31, cite: 第四条, quote: 有效期三年}
applies_to: {cite: 第一条, quote: 信用良好, test: honest}
criteria:
  all:
    - id: staff
      cite: 第一条
      quote: 职工不少于 3 人
      test: staff >= 3 人
      other_reading: {test: rd_staff >= 3 人, says: {zh: 只算研发人员}}
    - id: founded
      cite: 第一条
      quote: 注册满一年
      test:
        all:
          - founded <= today - 1 年
    - {id: credit, cite: 第一条, quote: 信用良好, force: evidence, says: {zh: 信用好, en: credit}}
exclusions:
  - {id: listed, cite: 第三条（一）, quote: 已上市的, test: listed}
  - id: gold
    cite: 第三条（二）
    quote: 金奖超过 1 项
    test: count(prizes where kind == gold) > 1 项
exceptions:
  - {id: size, cite: 第二条, quote: 规模优先, says: {zh: 规模大, en: big}, opened_by: authority}
  - {id: red, cite: 第一条, quote: 信用良好, says: {zh: 红, en: red}, opened_by: colour == red}
excludes:
  - {cite: 第三条, quote: 不予受理, says: {zh: 不能兼得, en: not both}}
routes:
  - id: report
    route: report
    cite: 第四条
    quote: 变更后
    says: {zh: 报告, en: report}
    test: honest
benefits:
  - id: award
    title: {zh: 奖励, en: award}
    cite: 第二条
    quote: 按收入的 10%给予，最高不超过 5 万元
    when: honest
    amount: {stated: formula, exactly: last_year(income) * 10%}
    caps:
      - {amount: 5 万元, per: {zh: 每年, en: a year}}
      - {amount: 5 万元, per: {zh: 每家, en: each}, cite: 第二条, quote: 最高不超过 5 万元}
clocks:
  - id: yearly
    title: {zh: 年报, en: report}
    who: applicant
    purpose: deadline
    cite: 第四条
    quote: 每年 12 月底前
    yearly: 12-31
  - id: change
    title: {zh: 变更, en: change}
    who: applicant
    purpose: deadline
    cite: 第四条
    quote: 变更后两个月内
    within: 2 个月
    event: {zh: 变更, en: change}
materials: [{id: form, cite: 第一条, says: {zh: 表, en: form}}]
steps: [{cite: 第一条, says: {zh: 交表, en: hand in}, who: {zh: 单位, en: applicant}}]
duties: [{cite: 第四条, says: {zh: 报告, en: report}}]
revocation: [{cite: 第三条, says: {zh: 撤销, en: revoked}}]
score_sheet: {cite: 第二条, quote: 规模优先, scoring: not_stated, total: 5 分, lines: []}
ranking: {cite: 第二条, quote: 规模优先, says: {zh: 排序, en: ranked}}
"""

LIST = """
title: {zh: 表, en: list}
basis: 试-2023-1
cite: 第一条
quote: 申请单位
entries: {a: {zh: 甲, en: a}}
"""

FILE = "programmes/trial.yaml"


def findings(tmp_path: Path, base: KnowledgeBase, text: str = TEXT) -> list[str]:
    (tmp_path / "试-2023-1.txt").write_text(text, "utf-8")
    return [str(finding) for finding in check_sources(base, tmp_path)]


def changed(old: str, new: str) -> KnowledgeBase:
    assert old in PROGRAMME
    return a_release(PROGRAMME.replace(old, new, 1))


class TestCheckSources:
    def test_a_release_that_agrees_has_no_finding(self, tmp_path: Path) -> None:
        assert findings(tmp_path, a_release(PROGRAMME, {"lists/some.yaml": LIST})) == []

    @pytest.mark.parametrize(
        ("old", "new", "finding"),
        [
            ("职工不少于 3 人", "员工不少于 3 人", "staff 第一条 missing 员工不少于 3 人"),
            (
                "cite: 第三条（一）",
                "cite: 第三条（二）",
                "listed 第三条（二） elsewhere 第三条（一）",
            ),
            ("cite: 第三条（一）", "cite: 第九条", "listed 第九条 no_such_article"),
            ("quote: 变更后两个月内", "quote: 报告", "change 第四条 ambiguous 2"),
            ("test: staff >= 3 人", "test: staff >= 2 人", "staff 第一条 number 2 人"),
            ("test: staff >= 3 人", "test: staff > 3 人", "staff 第一条 comparator > 3 人"),
            ("test: rd_staff >= 3 人", "test: rd_staff >= 2 人", "staff 第一条 number 2 人"),
            ("today - 1 年", "today - 1 个月", "founded 第一条 unit 1 个月"),
            ("opened_by: colour == red", "opened_by: staff >= 1 人", "red 第一条 number 1 人"),
            ("when: honest", "when: staff >= 1 人", "award 第二条 number 1 人"),
            ("* 10%", "* 20%", "award 第二条 number 20 %"),
            (
                "amount: 5 万元, per: {zh: 每年",
                "amount: 6 万元, per: {zh: 年",
                "award 第二条 number 6 万元",
            ),
            ("within: 2 个月", "within: 3 个月", "change 第四条 number 3 个月"),
            ("yearly: 12-31", "yearly: 11-30", "yearly 第四条 number 11 月"),
            ("id: form, cite: 第一条", "id: form, cite: 第八条", "form 第八条 no_such_article"),
            ("steps: [{cite: 第一条", "steps: [{cite: 第八条", "steps 第八条 no_such_article"),
            ("duties: [{cite: 第四条", "duties: [{cite: 附2", "duties 附2 no_such_article"),
            ("sheet: {cite: 第二条", "sheet: {cite: 附2", "score_sheet 附2 no_such_article"),
            ("ranking: {cite: 第二条", "ranking: {cite: 第六条", "ranking 第六条 no_such_article"),
            ("quote: 有效期三年", "quote: 有效期五年", "term 第四条 missing 有效期五年"),
        ],
    )
    def test_what_does_not_agree_is_named(
        self, tmp_path: Path, old: str, new: str, finding: str
    ) -> None:
        (tmp_path / "试-2023-1.txt").write_text(TEXT, "utf-8")
        found = check_sources(changed(old, new), tmp_path)
        assert {one.file for one in found} == {FILE}
        said = [f"{one.id} {one.cite} {one.kind} {one.what}".strip() for one in found]
        assert finding in [line.replace("试-2023-1 ", "") for line in said]

    def test_a_finding_reads_as_a_sentence(self, tmp_path: Path) -> None:
        found = findings(tmp_path, changed("test: staff >= 3 人", "test: staff >= 2 人"))
        assert found == [f"{FILE}: staff: 试-2023-1 第一条: the quote has no 2 人"]

    def test_not_in_quote_excuses_figures_and_never_the_quote(self, tmp_path: Path) -> None:
        excused = changed(
            "test: staff >= 3 人", "test: staff > 2 人\n      not_in_quote: {zh: 另见}"
        )
        assert findings(tmp_path, excused) == []
        lost = a_release(
            PROGRAMME.replace("职工不少于 3 人", "员工不少于 3 人", 1).replace(
                "test: staff >= 3 人", "test: staff >= 3 人\n      not_in_quote: {zh: 另见}", 1
            )
        )
        assert [line for line in findings(tmp_path, lost) if "nowhere" in line]

    def test_documents_and_lists_are_checked_too(self, tmp_path: Path) -> None:
        more = {
            "documents/试-2023-1.yaml": DOCUMENT
            + "term: {cite: 第四条, quote: 有效期九年}\n"
            + "counting: [{word: 以上, includes: yes, cite: 第七条}]\n"
            + "gaps: [{article: 第八条, says: {zh: 没有写}}]\n",
            "lists/some.yaml": LIST.replace("申请单位", "报名单位"),
        }
        found = findings(tmp_path, a_release(PROGRAMME, more))
        assert [line.split(": ")[:3] for line in found] == [
            ["documents/试-2023-1.yaml", "term", "试-2023-1 第四条"],
            ["documents/试-2023-1.yaml", "以上", "试-2023-1 第七条"],
            ["documents/试-2023-1.yaml", "gaps", "试-2023-1 第八条"],
            ["lists/some.yaml", "some", "试-2023-1 第一条"],
        ]

    def test_a_text_that_is_not_there_is_said(self, tmp_path: Path) -> None:
        found = check_sources(a_release(PROGRAMME), tmp_path)
        assert {finding.kind for finding in found} == {"no_source"}
        assert "there is no text 试-2023-1.txt" in str(found[0])


POLICIES = Path(__file__).parents[3] / "shared" / "policies"


@pytest.mark.skipif(
    not POLICIES.is_dir(), reason="the official texts are not beside the repository"
)
def test_the_built_in_release_agrees_with_the_official_texts() -> None:
    assert [str(finding) for finding in check_sources(builtin(), POLICIES)] == []
