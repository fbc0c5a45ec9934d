"""A dossier: what is known, answer by answer."""

from decimal import Decimal

import pytest

from knowledge.profile import Asking, Dossier, Range, Records

ONE = Range(Decimal(1), Decimal(1))
TWO = Range(Decimal(2), Decimal(2))


class TestAsking:
    @pytest.mark.parametrize(
        "text", ["staff", "partner.staff", "income@2023", "partner.income@2023"]
    )
    def test_is_read_as_it_is_written(self, text: str) -> None:
        assert str(Asking.parse(text)) == text

    def test_a_year_is_a_number(self) -> None:
        with pytest.raises(ValueError, match="invalid literal"):
            Asking.parse("income@soon")

    def test_its_key_has_no_year(self) -> None:
        assert Asking("income", "partner", 2023).key == "partner.income"


class TestHaving:
    def test_leaves_the_old_dossier_as_it_was(self) -> None:
        empty = Dossier()
        assert empty.having(Asking("staff"), ONE).get(Asking("staff")) == ONE
        assert empty.get(Asking("staff")) is None

    def test_replaces_one_year_and_keeps_the_others(self) -> None:
        years = Dossier().having(Asking("income", year=2022), ONE)
        years = years.having(Asking("income", year=2023), ONE).having(
            Asking("income", year=2023), TWO
        )
        assert years.get(Asking("income", year=2022)) == ONE
        assert years.get(Asking("income", year=2023)) == TWO
        assert years.get(Asking("income")) is None

    def test_a_year_takes_no_records(self) -> None:
        with pytest.raises(ValueError, match="a year takes one value"):
            Dossier().having(Asking("income", year=2022), Records(()))


class TestWithout:
    def test_forgets_one_answer(self) -> None:
        known = Dossier().having(Asking("staff"), ONE).having(Asking("staff", "partner"), TWO)
        assert list(known.without(Asking("staff")).askings()) == [Asking("staff", "partner")]

    def test_forgets_one_year_and_then_the_fact(self) -> None:
        first, second = Asking("income", year=2022), Asking("income", year=2023)
        known = Dossier().having(first, ONE).having(second, ONE)
        assert list(known.without(first).askings()) == [second]
        assert dict(known.without(first).without(second).values) == {}

    def test_what_is_not_known_is_forgotten_already(self) -> None:
        assert dict(Dossier().without(Asking("income", year=2022)).values) == {}


class TestAskings:
    def test_everything_that_has_an_answer(self) -> None:
        known = Dossier().having(Asking("staff", "partner"), ONE)
        known = known.having(Asking("income", year=2023), ONE).having(
            Asking("income", year=2022), ONE
        )
        assert [str(asking) for asking in known.askings()] == [
            "partner.staff", "income@2022", "income@2023",
        ]  # fmt: skip
