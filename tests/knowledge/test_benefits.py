"""Benefits: exact, by formula, in a range, capped, or not stated; never a guess."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from knowledge.evaluation import evaluate
from knowledge.profile import Asking, Dossier, Range
from knowledge.verdict import BenefitOutcome
from tests.builders.knowledge import (
    a_criterion,
    a_programme_of,
    a_rich_release,
    given,
    refusals,
    rich_files_with,
)

TODAY = date(2024, 6, 1)
OPEN = None


def a_body(amount: str, when: str = "", caps: tuple[str, ...] = ()) -> str:
    lines = [
        "benefits:",
        "  - id: money",
        "    title: {zh: 奖励, en: award}",
        "    cite: 第一条",
        "    quote: 给予奖励",
        *([f"    when: {when}"] if when else []),
        "    amount:",
        *(f"      {line}" for line in amount.splitlines()),
        *(["    caps:"] if caps else []),
        *(f"      - {{{cap}, per: {{zh: 每家, en: each}}}}" for cap in caps),
    ]
    return a_programme_of(a_criterion("listed")) + "\n".join(lines) + "\n"


def benefit(
    amount: str, when: str = "", caps: tuple[str, ...] = (), **known: object
) -> BenefitOutcome:
    base = a_rich_release(a_body(amount, when, caps))
    return evaluate(base, "trial", given(base, **known), TODAY).benefits[0]


def pays(outcome: BenefitOutcome) -> tuple[int | None, int | None] | None:
    """The ends in 万元, or None where no amount is stated."""
    paid = outcome.payment
    if paid is None:
        return None
    low, high = ((None if e is None else int(e / 10_000)) for e in (paid.low, paid.high))
    return low, high


def missing(outcome: BenefitOutcome) -> list[str]:
    return list(map(str, outcome.missing))


EXACT = "stated: exact\nexactly: 10 万元"
FORMULA = "stated: formula\nexactly: capital * 10%"


class TestAmount:
    def test_exact(self) -> None:
        outcome = benefit(EXACT)
        assert outcome.payment is not None
        assert outcome.payment.exact
        assert pays(outcome) == (10, 10)
        assert missing(outcome) == []

    def test_formula_with_its_inputs(self) -> None:
        outcome = benefit(FORMULA, capital="500 万元")
        assert pays(outcome) == (50, 50)
        assert [str(g.asking) for g in outcome.given] == ["capital"]

    def test_to_the_fen(self) -> None:
        outcome = benefit(FORMULA, capital="100.1 元")
        assert outcome.payment is not None
        assert outcome.payment.low == Decimal("10.01")

    def test_a_range_of_rates(self) -> None:
        rates = "stated: range\nat_least: capital * 10%\nat_most: capital * 20%"
        assert pays(benefit(rates, capital="100 万元")) == (10, 20)
        assert pays(benefit("stated: range\nat_most: 20 万元")) == (OPEN, 20)
        assert pays(benefit("stated: range\nat_least: 20 万元")) == (20, OPEN)

    def test_a_ranged_fact_gives_a_range(self) -> None:
        assert pays(benefit(FORMULA, capital="100..200 万元")) == (10, 20)

    def test_only_a_cap(self) -> None:
        assert pays(benefit("stated: cap", caps=("amount: 50 万元",))) == (OPEN, 50)
        assert pays(benefit("stated: cap\nat_most: 50 万元")) == (OPEN, 50)

    @pytest.mark.parametrize("stated", ["none", "in_kind"])
    def test_not_stated_is_no_figure(self, stated: str) -> None:
        assert pays(benefit(f"stated: {stated}")) is None
        assert pays(benefit(f"stated: {stated}", caps=("amount: 50 万元, applies: item",))) is None

    def test_dollars(self) -> None:
        outcome = benefit("stated: formula\nexactly: dollars * 1%", dollars="100 万美元")
        assert outcome.payment is not None
        assert (outcome.payment.low, outcome.payment.currency) == (Decimal(10_000), "USD")

    def test_never_below_zero(self) -> None:
        assert pays(benefit("stated: formula\nexactly: profit * 10%", profit="-5 万元")) == (0, 0)

    def test_named_lines_in_order(self) -> None:
        amount = (
            "stated: formula\nlet:\n  base: capital * 10%\n  bonus: if(listed, base, 0 元)\n"
            "exactly: base + bonus"
        )
        assert pays(benefit(amount, capital="100 万元", listed="yes")) == (20, 20)
        assert pays(benefit(amount, capital="100 万元")) == (10, 20)
        assert missing(benefit(amount, capital="100 万元")) == ["listed"]

    def test_steps(self) -> None:
        amount = "stated: formula\nexactly: floor(capital / 30 万元) * 5 万元"
        assert pays(benefit(amount, capital="89.99 万元")) == (10, 10)
        assert pays(benefit(amount, capital="90 万元")) == (15, 15)

    def test_item_by_item(self) -> None:
        amount = "stated: formula\nexactly: sum(min(amount * 30%, 20 万元) for grants where own)"
        rows = [{"amount": "100 万元", "own": "yes"}, {"amount": "10 万元", "own": "yes"}]
        assert pays(benefit(amount, grants=rows)) == (23, 23)
        assert pays(benefit(amount, grants=[*rows, {"amount": "10 万元"}])) == (23, 26)


class TestRuledOut:
    def test_nothing_is_due_from_a_programme_that_is_out_of_reach(self) -> None:
        assert benefit("stated: exact\nexactly: 30 万元", listed="yes").due == "yes"
        assert benefit("stated: exact\nexactly: 30 万元", listed="no").due == "no"
        assert benefit("stated: exact\nexactly: 30 万元").due == "yes"


class TestMissingFacts:
    @pytest.mark.parametrize(
        "formula",
        [
            "capital * 10%",
            "last_year(income) * 10%",
            "sum(amount for grants)",
            "capital * share",
        ],
    )
    def test_the_bounds_of_a_fact_are_no_promise(self, formula: str) -> None:
        outcome = benefit(f"stated: formula\nexactly: {formula}")
        assert pays(outcome) == (OPEN, OPEN)
        assert missing(outcome) != []

    def test_a_figure_that_does_not_hang_on_it_stays(self) -> None:
        outcome = benefit("stated: formula\nexactly: min(capital * 10%, 5 万元)")
        assert pays(outcome) == (OPEN, 5)
        assert missing(outcome) == ["capital"]

    def test_a_choice_gives_both_amounts(self) -> None:
        outcome = benefit("stated: formula\nexactly: if(colour == red, 5 万元, 2 万元)")
        assert pays(outcome) == (2, 5)

    def test_a_cap_holds_whatever_the_fact(self) -> None:
        assert pays(benefit(FORMULA, caps=("amount: 20 万元",))) == (OPEN, 20)


class TestCaps:
    def test_the_lowest_binds(self) -> None:
        caps = ("amount: 30 万元", "amount: 40 万元")
        outcome = benefit(FORMULA, caps=caps, capital="500 万元")
        assert pays(outcome) == (30, 30)
        assert outcome.capped_by == (0, 1)

    def test_one_that_is_not_reached_is_not_named(self) -> None:
        outcome = benefit(FORMULA, caps=("amount: 50 万元",), capital="500 万元")
        assert pays(outcome) == (50, 50)
        assert outcome.capped_by == ()

    def test_per_item_is_only_shown(self) -> None:
        outcome = benefit(FORMULA, caps=("amount: 1 万元, applies: item",), capital="500 万元")
        assert pays(outcome) == (50, 50)

    def test_each_is_named_by_its_place_in_the_text(self) -> None:
        caps = ("amount: 1 万元, applies: item", "amount: 30 万元")
        outcome = benefit(FORMULA, caps=caps, capital="500 万元")
        assert [outcome.rule.caps[place].amount for place in outcome.capped_by] == ["30 万元"]

    def test_a_ranged_amount_is_capped_at_both_ends(self) -> None:
        rates = "stated: range\nat_least: capital * 10%\nat_most: capital * 20%"
        assert pays(benefit(rates, caps=("amount: 15 万元",), capital="100 万元")) == (10, 15)
        assert pays(benefit(rates, caps=("amount: 5 万元",), capital="100 万元")) == (5, 5)


class TestWhen:
    @pytest.mark.parametrize(
        ("known", "due"),
        [({"colour": "red"}, "yes"), ({"colour": "blue"}, "no"), ({}, "undetermined")],
    )
    def test_decides_whether_it_is_due(self, known: dict[str, str], due: str) -> None:
        base = a_rich_release(a_body(EXACT, "colour == red"))
        outcome = evaluate(base, "trial", given(base, **known), TODAY).benefits[0]
        assert outcome.due == due
        assert missing(outcome) == ([] if known else ["colour"])
        assert [str(g.asking) for g in outcome.given] == ["colour"]

    def test_a_zero_denominator_never_says_no(self) -> None:
        outcome = benefit(EXACT, when="rd_staff / staff >= 50%", staff="0 人", rd_staff="0 人")
        assert outcome.due == "undetermined"
        assert missing(outcome) == []


class TestRefuse:
    @pytest.mark.parametrize(
        ("amount", "caps", "reason"),
        [
            ("stated: exact", (), "has exactly, at_least or at_most"),
            ("stated: formula\nexactly: 1 元\nat_most: 2 元", (), "exactly stands alone"),
            ("stated: none\nexactly: 1 元", (), "has no figure"),
            ("stated: cap", (), "has caps or at_most"),
            ("stated: exact\nexactly: 10 人", (), "money of one currency"),
            ("stated: exact\nexactly: 10 美元", ("amount: 1 元",), "money of one currency"),
            ("stated: exact\nexactly: listed", (), "is not a number"),
            ("stated: exact\nexactly: nothing", (), "there is no fact"),
            ("stated: exact\nexactly: 10 元", ("amount: much",), "not a quantity"),
            ("stated: formula\nexactly: capital / 3", (), "division stands on the left"),
            (
                "stated: formula\nlet: {a: a * 2}\nexactly: a",
                (),
                "there is no fact 'a'",
            ),
            (
                "stated: formula\nexactly: capital * 1000000 * 1000000 * 1000000",
                (),
                "may pass 10^18",
            ),
        ],
    )
    def test_with_the_reason(self, amount: str, caps: tuple[str, ...], reason: str) -> None:
        assert reason in refusals(rich_files_with(a_body(amount, caps=caps)))


FORMULAS = (
    "capital * share",
    "min(capital * share, 5 万元)",
    "max(capital - 50 万元, 0 元) * 10%",
    "100 万元 - capital * 10%",
    "floor(capital / 30 万元) * 5 万元",
    "if(capital >= 50 万元, 10 万元, capital * share)",
    "profit * share",
)


@drawn(st.data())
@settings(max_examples=60)
def test_every_completion_is_paid_within_the_range(data: st.DataObject) -> None:
    formula = data.draw(st.sampled_from(FORMULAS))
    caps = data.draw(st.sampled_from([(), ("amount: 3 万元",)]))
    base = a_rich_release(a_body(f"stated: formula\nexactly: {formula}", caps=caps))
    partly, full = Dossier(), Dossier()
    for fact in ("capital", "share", "profit"):
        low, high = base.facts[fact].low, base.facts[fact].high
        assert isinstance(low, Decimal)
        assert isinstance(high, Decimal)
        ends = sorted(data.draw(st.decimals(low, high, places=2)) for _ in range(3))
        full = full.having(Asking(fact), Range(ends[1], ends[1]))
        if data.draw(st.booleans()):
            partly = partly.having(Asking(fact), Range(ends[0], ends[2]))
    wide = evaluate(base, "trial", partly, TODAY).benefits[0].payment
    paid = evaluate(base, "trial", full, TODAY).benefits[0].payment
    assert wide is not None
    assert paid is not None
    assert paid.exact
    assert wide.low is None or (paid.low is not None and wide.low <= paid.low)
    assert wide.high is None or (paid.high is not None and paid.high <= wide.high)
