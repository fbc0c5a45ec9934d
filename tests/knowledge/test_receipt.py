"""A receipt recomputes its verdict, and names what was changed."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from knowledge.base import KnowledgeBase
from knowledge.evaluation import evaluate
from knowledge.loading import builtin
from knowledge.profile import Asking, Dossier, Range
from knowledge.receipt import ENGINE, Receipt, issue, verify
from knowledge.verdict import FilingWindow
from tests.builders.knowledge import a_criterion, a_release, given

BODY = f"""
criteria:
  all:
{a_criterion("staff >= 3 人", id_="staff")}
{a_criterion("rd_staff / staff >= 50%", id_="share")}
exclusions:
  - {{id: red, cite: 第一条, quote: 红的, test: colour == red}}
exceptions:
  - {{id: other, cite: 第一条, quote: 另行, says: {{zh: 另行, en: other}}, opened_by: authority}}
routes:
  - {{id: a, route: filing, cite: 第一条, quote: 备案, says: {{zh: 备案, en: file}}, test: listed}}
  - {{id: b, route: report, cite: 第一条, quote: 报告, says: {{zh: 报告, en: tell}}, test: honest}}
  - {{id: c, route: exempt, cite: 第一条, quote: 免, says: {{zh: 免, en: none}}, test: not listed}}
benefits:
  - id: award
    title: {{zh: 奖励, en: award}}
    cite: 第一条
    quote: 奖励
    when: listed
    amount: {{stated: formula, exactly: last_year(income) * 10%}}
  - id: more
    title: {{zh: 其他, en: more}}
    cite: 第一条
    quote: 其他
    amount: {{stated: none}}
"""
BASE = a_release(BODY)
DAY = date(2024, 3, 1)
OPEN = FilingWindow("trial", date(2024, 2, 1), date(2024, 4, 1), "link")
ELSEWHERE = FilingWindow("another", date(2024, 2, 1), date(2024, 4, 1))


def known(base: KnowledgeBase = BASE) -> Dossier:
    return given(
        base,
        staff="3..4 人",
        rd_staff="2 人",
        listed="yes",
        income={"2023": "30 万元"},
        prizes="none",
    )


def a_receipt(base: KnowledgeBase = BASE, *windows: FilingWindow) -> Receipt:
    verdict = evaluate(base, "trial", known(base), DAY, windows)
    return issue(base, verdict, known(base), windows)


class TestIssue:
    def test_says_what_the_verdict_rests_on(self) -> None:
        receipt = a_receipt(BASE, ELSEWHERE, OPEN)
        assert (receipt.release, receipt.engine) == (BASE.release, ENGINE)
        assert (receipt.programme, receipt.as_of) == ("trial", DAY)
        assert [(window.opens, window.closes) for window in receipt.windows] == [
            (OPEN.opens, OPEN.closes)
        ]
        assert receipt.facts == {
            "income@2023": "300000 元",
            "listed": "yes",
            "prizes": [],
            "rd_staff": "2 人",
            "staff": "3 人..4 人",
        }

    def test_says_what_the_verdict_said(self) -> None:
        said = a_receipt(BASE, OPEN).verdict
        assert (said.timing, said.window, said.applicability) == ("in_force", "open", "applicable")
        assert said.criteria == {
            "staff": "eligible",
            "share": "eligible",
            "red": "ineligible..eligible",
        }
        assert said.exceptions == {"other": "authority"}
        assert said.routes == {"a": "proven", "b": "possible", "c": "ruled_out"}
        assert said.benefits == {"award": "yes 30000..30000 CNY", "more": "yes"}

    def test_survives_json(self) -> None:
        receipt = a_receipt(BASE, OPEN)
        assert Receipt.model_validate_json(receipt.model_dump_json()) == receipt

    def test_the_order_of_the_facts_does_not_matter(self) -> None:
        turned = Dossier(dict(reversed(list(known().values.items()))))
        verdict = evaluate(BASE, "trial", turned, DAY)
        assert issue(BASE, verdict, turned, ()) == a_receipt()


class TestVerify:
    @pytest.mark.parametrize("windows", [(), (OPEN,), (ELSEWHERE, OPEN)])
    def test_a_receipt_holds(self, windows: tuple[FilingWindow, ...]) -> None:
        again = Receipt.model_validate_json(a_receipt(BASE, *windows).model_dump_json())
        assert verify(BASE, again).ok
        assert verify(BASE, again).differences == ()

    def test_a_changed_fact_is_found_by_the_hash_and_by_the_verdict(self) -> None:
        receipt = a_receipt()
        changed = receipt.model_copy(update={"facts": {**receipt.facts, "rd_staff": "1 人"}})
        assert verify(BASE, changed).differences == (
            "sha256: the receipt was changed after it was issued",
            (
                "benefits.award: yes 30000..30000 CNY in the receipt, "
                "no 30000..30000 CNY when recomputed"
            ),
            "benefits.more: yes in the receipt, no when recomputed",
            "criteria.share: eligible in the receipt, ineligible when recomputed",
            "standing: ineligible..eligible in the receipt, ineligible when recomputed",
        )

    def test_a_changed_word_is_found(self) -> None:
        receipt = a_receipt()
        better = receipt.verdict.model_copy(update={"routes": {"a": "proven", "z": "proven"}})
        found = verify(BASE, receipt.model_copy(update={"verdict": better})).differences
        assert found[1:] == (
            "routes.b: nothing in the receipt, possible when recomputed",
            "routes.c: nothing in the receipt, ruled_out when recomputed",
            "routes.z: proven in the receipt, nothing when recomputed",
        )

    def test_another_release_proves_nothing(self) -> None:
        other = a_release(BODY.replace("50%", "60%"))
        found = verify(other, a_receipt()).differences
        assert found == (f"release: {BASE.release} in the receipt, {other.release} here",)

    def test_another_engine_is_named_and_still_compared(self) -> None:
        found = verify(BASE, a_receipt().model_copy(update={"engine": "old/0"})).differences
        assert found[1:] == (f"engine: old/0 in the receipt, {ENGINE} here",)

    @pytest.mark.parametrize(
        ("change", "difference"),
        [
            ({"programme": "nothing"}, "programme: the release has no programme nothing"),
            ({"facts": {"unheard_of": "1"}}, "facts: no_such_fact"),
            ({"facts": {"staff": "9 人"}}, "facts: "),
            ({"facts": {"staff": {"a": [1, None, True]}}}, "facts: "),
            ({"facts": {"staff": "1e999"}}, "facts: "),
        ],
    )
    def test_what_cannot_be_recomputed_is_said(
        self, change: dict[str, object], difference: str
    ) -> None:
        found = verify(BASE, a_receipt().model_copy(update=change)).differences
        assert found[1].startswith(difference)

    def test_every_built_in_programme_on_nothing_known(self) -> None:
        base = builtin()
        for id_ in base.programmes:
            verdict = evaluate(base, id_, Dossier(), DAY)
            assert verify(base, issue(base, verdict, Dossier(), ())).ok, id_

    def test_an_amount_of_many_digits_comes_back_exact(self) -> None:
        exact = Range(Decimal("1234567.89"), Decimal("1234567.89"))
        dossier = Dossier().having(Asking("income", "", 2023), exact)
        verdict = evaluate(BASE, "trial", dossier, DAY)
        assert verify(BASE, issue(BASE, verdict, dossier, ())).ok


@pytest.mark.parametrize(
    "change",
    [{"version": 2}, {"as_of": "0001-01-01"}, {"facts": []}, {"more": 1}, {"release": None}],
)
def test_what_is_no_receipt_is_refused(change: dict[str, object]) -> None:
    raw = a_receipt().model_dump(mode="json")
    with pytest.raises(ValidationError):
        Receipt.model_validate({**raw, **change})
