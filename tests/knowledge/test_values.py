"""The written form of values: read, refused with a code, and written back."""

import functools
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from knowledge.fact import Column, Fact
from knowledge.profile import Asking, Dossier, Range, Records
from knowledge.value import (
    ValueRefused,
    read_cell,
    read_dossier,
    read_value,
    write_dossier,
    write_value,
)
from tests.builders.knowledge import a_criterion, a_programme_of, a_rich_release


@functools.cache
def facts() -> dict[str, Fact]:
    return dict(a_rich_release(a_programme_of(a_criterion("listed"))).facts)


def column(name: str) -> Column:
    return facts()["grants"].columns[name]


def read(fact: str, raw: object) -> object:
    return read_value(facts()[fact], raw)


def refusal(fact: str, raw: object) -> ValueRefused:
    with pytest.raises(ValueRefused) as refused:
        read(fact, raw)
    return refused.value


def exactly(number: str) -> Range:
    return Range(Decimal(number), Decimal(number))


class TestRead:
    @pytest.mark.parametrize("raw", ["3 人", "3", " 3人 ", "3 名", "+3 人", "3.0 人"])
    def test_a_count(self, raw: str) -> None:
        assert read("staff", raw) == exactly("3")

    @pytest.mark.parametrize("raw", ["100 万元", "1000000 元", "0.01 亿元", "0.000001 万亿元"])
    def test_money_in_yuan(self, raw: str) -> None:
        assert read("capital", raw) == exactly("1000000")

    def test_money_in_dollars(self) -> None:
        assert read("dollars", "10 万美元") == exactly("100000")

    def test_large_counts(self) -> None:
        assert read("shops", "1.5 万家") == exactly("15000")

    def test_a_share_is_a_fraction(self) -> None:
        assert read("share", "30%") == exactly("0.3")

    def test_a_range_shares_the_unit_of_its_upper_end(self) -> None:
        assert read("capital", "90..110 万元") == Range(Decimal(900_000), Decimal(1_100_000))
        assert read("capital", "5000 元..1 万元") == Range(Decimal(5_000), Decimal(10_000))
        assert read("share", "20..30%") == Range(Decimal("0.2"), Decimal("0.3"))

    def test_days(self) -> None:
        assert read("opened", "2024-02-29") == Range(date(2024, 2, 29), date(2024, 2, 29))
        assert read("opened", "2023-01-01..2023-12-31") == Range(
            date(2023, 1, 1), date(2023, 12, 31)
        )

    def test_yes_and_no(self) -> None:
        assert [read("listed", raw) for raw in ("yes", "是", "NO", "否")] == [
            True,
            True,
            False,
            False,
        ]

    def test_options(self) -> None:
        assert read("colour", " red ") == "red"
        assert read("town", "luoyang") == "luoyang"
        assert read("founders", ["state", "firm"]) == frozenset({"state", "firm"})
        assert read("founders", "state") == frozenset({"state"})
        assert read("founders", "none") == frozenset()
        assert read("founders", []) == frozenset()

    def test_text(self) -> None:
        assert read("note", "  说明 ") == "说明"

    def test_years(self) -> None:
        assert read("income", {"2023": "1 万元", 2022: "2 万元"}) == {
            2023: exactly("10000"),
            2022: exactly("20000"),
        }

    def test_rows(self) -> None:
        assert read("prizes", "无") == Records(())
        assert read("prizes", [{"kind": "gold"}, {}]) == Records(({"kind": "gold"}, {}))
        part = {"rows": [{"kind": "tin"}], "complete": "no"}
        assert read("prizes", part) == Records(({"kind": "tin"},), complete=False)
        assert read("prizes", {"rows": [], "complete": "yes"}) == Records(())


REFUSED: list[tuple[str, object, str]] = [
    ("staff", 3, "not_text"),
    ("staff", None, "not_text"),
    ("staff", ["3 人"], "not_text"),
    ("staff", "many", "not_a_value"),
    ("staff", "", "not_a_value"),
    ("staff", "NaN", "not_a_value"),
    ("staff", "Infinity", "not_a_value"),
    ("staff", "1e999", "not_a_value"),
    ("staff", "1e3 人", "not_a_value"),
    ("staff", "\uff13 人", "not_a_value"),
    ("staff", "😀", "not_a_value"),
    ("staff", "3 😀", "not_a_value"),
    ("staff", "9" * 50_000, "not_a_value"),
    ("staff", "1 " + "人" * 50_000, "not_a_value"),
    ("staff", "1..2..3", "not_a_value"),
    ("staff", "..", "not_a_value"),
    ("staff", "1.123456789 人", "not_a_value"),
    ("staff", "3 项", "wrong_unit"),
    ("staff", "3 元", "wrong_unit"),
    ("staff", "30%", "wrong_unit"),
    ("capital", "100", "wrong_unit"),
    ("capital", "100 美元", "wrong_unit"),
    ("dollars", "100 元", "wrong_unit"),
    ("share", "0.3", "wrong_unit"),
    ("staff", "3..1 人", "range_reversed"),
    ("opened", "2024-01-02..2024-01-01", "range_reversed"),
    ("staff", "5 人", "out_of_bounds"),
    ("staff", "-1 人", "out_of_bounds"),
    ("staff", "3..5 人", "out_of_bounds"),
    ("capital", "99999999999999999999 万元", "out_of_bounds"),
    ("share", "101%", "out_of_bounds"),
    ("opened", "1949-10-01", "out_of_bounds"),
    ("staff", "1.5 人", "not_whole"),
    ("staff", "1..2.5 人", "not_whole"),
    ("capital", "0.001 元", "too_many_decimals"),
    ("share", "0.00001%", "too_many_decimals"),
    ("area", "0.00001 平方米", "too_many_decimals"),
    ("opened", "2023-02-29", "not_a_value"),
    ("opened", "2023-2-9", "not_a_value"),
    ("opened", "昨天", "not_a_value"),
    ("listed", "maybe", "not_yes_no"),
    ("listed", True, "not_text"),
    ("colour", "purple", "no_such_option"),
    ("colour", "红", "no_such_option"),
    ("colour", "\ud800", "no_such_option"),
    ("founders", ["state", "nobody"], "no_such_option"),
    ("founders", [["state"]], "not_a_list"),
    ("founders", {"state": "yes"}, "not_a_list"),
    ("note", " ", "text_length"),
    ("note", "长" * 21, "text_length"),
    ("note", "长" * 50_000, "text_length"),
    ("note", "a\x00b", "not_text"),
    ("note", "a\ud800b", "not_text"),
    ("income", "1 万元", "not_by_year"),
    ("income", {"1948": "1 万元"}, "no_such_year"),
    ("income", {"2101": "1 万元"}, "no_such_year"),
    ("income", {"²": "1 万元"}, "no_such_year"),
    ("income", {"9" * 5_000: "1 万元"}, "no_such_year"),
    ("income", {"": "1 万元"}, "no_such_year"),
    ("income", {"2023": {}}, "not_text"),
    ("prizes", "gold", "not_records"),
    ("prizes", {"rows": []}, "not_records"),
    ("prizes", {"rows": [], "complete": []}, "not_records"),
    ("prizes", {"rows": "none", "complete": "yes"}, "not_records"),
    ("prizes", [{"kind": "gold"}] * 3, "too_many_rows"),
    ("prizes", ["gold"], "not_a_row"),
    ("prizes", [{"sort": "gold"}], "no_such_column"),
    ("prizes", [{"kind": "lead"}], "no_such_option"),
]


class TestRefuse:
    @pytest.mark.parametrize(
        ("fact", "raw", "code"), REFUSED, ids=[f"{f}-{str(r)[:20]!a}" for f, r, _ in REFUSED]
    )
    def test_with_a_code_and_a_short_context(self, fact: str, raw: object, code: str) -> None:
        refused = refusal(fact, raw)
        assert refused.code == code
        assert all(len(said) <= 120 for said in refused.context.values())
        "".join(refused.context.values()).encode()  # raises for a half character

    def test_says_the_bounds(self) -> None:
        assert refusal("staff", "5 人").context == {"bounds": "0..4 人"}

    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=6,
    )

    @drawn(st.data())
    def test_anything_without_another_error(self, data: st.DataObject) -> None:
        spec = facts()[data.draw(st.sampled_from(sorted(facts())))]
        with suppress(ValueRefused):
            read_value(spec, data.draw(self.anything))


def _money() -> st.SearchStrategy[Decimal]:
    return st.decimals(0, 1_000_000, places=2)


def _exact_or_range(values: "st.SearchStrategy[Decimal]") -> st.SearchStrategy[Range]:
    return st.tuples(values, values).map(lambda ends: Range(min(ends), max(ends)))


def _days() -> st.SearchStrategy[Range]:
    days = st.integers(0, 30_000).map(lambda n: date(2000, 1, 1) + timedelta(days=n))
    return st.tuples(days, days).map(lambda ends: Range(min(ends), max(ends)))


ROWS = st.fixed_dictionaries(
    {},
    optional={
        "amount": _exact_or_range(_money()),
        "on": _days(),
        "own": st.booleans(),
        "fields": st.frozensets(st.sampled_from(["bio", "chips"])),
    },
)
VALUES: "dict[str, st.SearchStrategy[object]]" = {
    "staff": _exact_or_range(st.integers(0, 4).map(Decimal)),
    "shops": _exact_or_range(st.integers(-5, 100_000).map(Decimal)),
    "area": _exact_or_range(st.decimals(0, 10_000, places=4)),
    "capital": _exact_or_range(_money()),
    "profit": _exact_or_range(st.decimals(-1_000_000, 1_000_000, places=2)),
    "dollars": _exact_or_range(_money()),
    "share": _exact_or_range(st.decimals(0, 1, places=6)),
    "opened": _days(),
    "listed": st.booleans(),
    "colour": st.sampled_from(["red", "green", "blue"]),
    "founders": st.frozensets(st.sampled_from(["state", "firm"])),
    "note": st.sampled_from(["x", "有", "none", "yes"]),
    "audited": st.dictionaries(st.integers(1949, 2100), st.booleans(), max_size=3),
    "income": st.dictionaries(st.integers(1949, 2100), _exact_or_range(_money()), max_size=3),
    "grants": st.builds(
        Records, st.lists(ROWS, max_size=3).map(tuple), complete=st.booleans()
    ),
}  # fmt: skip


class TestWrite:
    @drawn(st.data())
    def test_reading_back_gives_the_same_value(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(VALUES)))
        value = data.draw(VALUES[name])
        written = write_value(facts()[name], value)  # type: ignore[arg-type]  # drawn by name
        assert read(name, written) == value
        assert write_value(facts()[name], read_value(facts()[name], written)) == written

    @pytest.mark.parametrize(
        ("fact", "raw", "written"),
        [
            ("staff", "3 名", "3 人"),
            ("staff", "10..4", None),
            ("capital", "1.50 万元", "15000 元"),
            ("dollars", "1 万美元", "10000 美元"),
            ("share", "30.0%", "30%"),
            ("shops", "1 万户", "10000 家"),
            ("shops", "-0 家", "0 家"),
            ("founders", ["state", "firm"], ["firm", "state"]),
        ],
    )
    def test_one_form_for_one_value(self, fact: str, raw: object, written: object) -> None:
        if written is None:
            refusal(fact, raw)
        else:
            assert write_value(facts()[fact], read_value(facts()[fact], raw)) == written

    def test_records_are_no_value_of_a_column(self) -> None:
        with pytest.raises(ValueRefused, match="not_records"):
            write_value(column("amount"), Records(()))

    def test_a_column_reads_and_writes_like_a_fact(self) -> None:
        assert write_value(column("amount"), read_cell(column("amount"), "1 万元")) == "10000 元"


def dossier(**raw: object) -> Dossier:
    return read_dossier(facts(), raw)


class TestReadDossier:
    def test_by_fact_role_and_year(self) -> None:
        known = dossier(**{"staff": "1 人", "partner.staff": "2 人", "income@2023": "1 万元"})
        assert known.get(Asking("staff")) == exactly("1")
        assert known.get(Asking("staff", "partner")) == exactly("2")
        assert known.get(Asking("income", year=2023)) == exactly("10000")

    def test_years_one_by_one_or_together(self) -> None:
        one_by_one = dossier(**{"income@2022": "2 万元", "income@2023": "1 万元"})
        together = dossier(income={"2023": "1 万元", "2022": "2 万元"})
        assert dict(one_by_one.values) == dict(together.values)

    def test_the_role_of_its_own_kind_may_be_written(self) -> None:
        assert dossier(**{"organisation.staff": "2 人"}).get(Asking("staff")) == exactly("2")

    @pytest.mark.parametrize(
        ("key", "raw", "code"),
        [
            ("nothing", "1", "no_such_fact"),
            ("staff@soon", "1 人", "no_such_fact"),
            ("@", "1", "no_such_fact"),
            ("", "1", "no_such_fact"),
            ("x" * 50_000, "1", "no_such_fact"),
            ("staff@2023", "1 人", "not_by_year"),
            ("income@", "1 万元", "not_by_year"),
            ("income@99999", "1 万元", "no_such_year"),
            ("income@2023", {"2023": "1 万元"}, "not_text"),
            ("x" * 50_000 + ".staff", "9 人", "out_of_bounds"),
        ],
    )
    def test_refuses_naming_the_key(self, key: str, raw: object, code: str) -> None:
        with pytest.raises(ValueRefused) as refused:
            dossier(**{key: raw})
        assert refused.value.code == code
        assert refused.value.context["key"] == key[:80]

    def test_writes_what_it_reads(self) -> None:
        raw = {
            "income@2022": "10000 元..20000 元",
            "partner.staff": "1 人..2 人",
            "prizes": {"rows": [{"kind": "gold"}, {}], "complete": "no"},
            "staff": "1 人",
        }
        assert write_dossier(facts(), dossier(**raw)) == raw
        assert write_dossier(facts(), Dossier({"income": {}})) == {}
