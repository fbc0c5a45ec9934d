"""A second reading beside the first: what agrees, what only one has, what was settled."""

from pathlib import Path

import pytest

from api.cli.auditing import audit_page
from knowledge.audit import Audit, audit, read_blind, read_settled
from knowledge.loading import builtin
from knowledge.yaml_text import Refused
from tests.builders.knowledge import DOCUMENT, a_criterion, a_programme_of, a_release

BLIND = Path(__file__).parent / "blind"
BODY = (
    a_programme_of(a_criterion("staff >= 3 人"))
    + """
benefits:
  - id: grant
    title: {zh: 补助, en: grant}
    cite: 第一条
    quote: 最高 50 万元
    amount: {stated: cap, at_most: 50 万元}
    caps: [{amount: 50 万元, per: {zh: 每家, en: each}}]
clocks:
  - {id: report, title: {zh: 报告, en: report}, who: applicant, purpose: deadline, cite: 第一条,
     quote: 两个月内, within: 2 个月, event: {zh: 变更, en: change}}
"""
)
AGREED = """
  - {article: 第一条, what: 人数, value: 3 人, sign: ">="}
  - {article: 第一条, what: 补助, value: 50 万元, sign: "<=", force: offer}
  - {article: 第一条, what: 报告, value: 2 个月}
"""


def audited(tmp_path: Path, entries: str, settled: str = "", document: str = DOCUMENT) -> Audit:
    head = "document: 试-2023-1\nentries:"
    (tmp_path / "试-2023-1.yaml").write_text(head + (entries or " []"), "utf-8")
    if settled:
        (tmp_path / "settled.yaml").write_text(settled, "utf-8")
    base = a_release(BODY, {"documents/试-2023-1.yaml": document})
    (found,) = audit(base, read_blind(tmp_path), read_settled(tmp_path))
    return found


def differences(found: Audit) -> list[tuple[str, str, str]]:
    return [(each.kind, each.article, each.value) for each in found.differences]


class TestAudit:
    def test_what_both_have_agrees(self, tmp_path: Path) -> None:
        found = audited(tmp_path, AGREED)
        assert (found.agreed, found.in_words, found.differences) == (3, 0, ())

    def test_what_the_release_lacks_is_a_difference(self, tmp_path: Path) -> None:
        more = "  - {article: 第一条, what: 场地, value: 500 平方米}\n"
        found = audited(tmp_path, AGREED + more)
        assert differences(found) == [("only_blind", "第一条", "500 平方米")]

    def test_what_the_second_reading_lacks_is_a_difference(self, tmp_path: Path) -> None:
        found = audited(tmp_path, AGREED.replace("2 个月", "20 工作日"))
        assert differences(found) == [
            ("only_blind", "第一条", "20 工作日"),
            ("only_encoded", "第一条", "2 个月"),
        ]

    def test_another_comparing_word_is_a_difference(self, tmp_path: Path) -> None:
        found = audited(tmp_path, AGREED.replace('">="', '">"'))
        assert differences(found) == [("sign", "第一条", "3 人")]

    def test_another_article_is_a_difference(self, tmp_path: Path) -> None:
        found = audited(tmp_path, AGREED.replace("第一条, what: 人数", "第二条, what: 人数"))
        assert differences(found) == [
            ("only_blind", "第二条", "3 人"),
            ("only_encoded", "第一条", "3 人"),
        ]

    def test_what_is_told_in_words_is_counted_as_that(self, tmp_path: Path) -> None:
        more = "  - {article: 第二条, what: 份数, value: 4 份}\n"
        told = DOCUMENT + "  - {article: 第二条, says: {zh: 材料交四份}}\n"
        found = audited(tmp_path, AGREED + more.replace("4 份", "3 家"), document=told)
        assert len(found.differences) == 1
        told = DOCUMENT + "  - {article: 第二条, says: {zh: 至少三家}}\n"
        found = audited(tmp_path, AGREED + more.replace("4 份", "3 家"), document=told)
        assert (found.in_words, found.differences) == (1, ())

    @pytest.mark.parametrize("value", ["500 平方米", '"*"'])
    def test_a_settled_difference_has_its_reason(self, tmp_path: Path, value: str) -> None:
        more = "  - {article: 第一条, what: 场地, value: 500 平方米}\n"
        why = f"- {{document: 试-2023-1, article: 第一条, value: {value}, why: background}}"
        found = audited(tmp_path, AGREED + more, why)
        assert [each.settled for each in found.differences] == ["background"]

    @pytest.mark.parametrize(
        ("entry", "reason"),
        [
            ("{article: 第一条, what: 人数, value: 许多}", "no figure"),
            ("{article: 首条, what: 人数, value: 3 人}", "no article"),
            ("{article: 第一条, what: 人数, value: 3 人, sign: 约}", "sign"),
        ],
    )
    def test_an_entry_that_cannot_be_read_is_refused(
        self, tmp_path: Path, entry: str, reason: str
    ) -> None:
        with pytest.raises(Refused, match=reason):
            audited(tmp_path, f"\n  - {entry}\n")


class TestBuiltIn:
    found = audit(builtin(), read_blind(BLIND), read_settled(BLIND))

    def test_every_document_was_read_a_second_time(self) -> None:
        assert {each.document for each in self.found} == set(builtin().documents)

    def test_every_difference_is_settled(self) -> None:
        open_ = [d for each in self.found for d in each.differences if not d.settled]
        assert [f"{d.document} {d.article} {d.value}: {d.what}" for d in open_] == []

    def test_every_settlement_is_of_a_difference(self) -> None:
        differs = {(d.document, d.article, d.value) for e in self.found for d in e.differences}
        differs |= {(document, article, "*") for document, article, _ in differs}
        needless = [
            each
            for each in read_settled(BLIND)
            if (each.document, each.article, each.value) not in differs
        ]
        assert [f"{each.document} {each.article} {each.value}" for each in needless] == []

    def test_the_page_says_what_the_audit_finds(self) -> None:
        page = Path(__file__).parents[2] / "docs" / "knowledge-audit.md"
        assert page.read_text("utf-8") == "\n".join(audit_page(self.found)) + "\n"
