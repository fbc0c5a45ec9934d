"""Quantities, days and durations as texts write them."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from knowledge.quantity import (
    QuantityRefused,
    parse_date,
    parse_decimal,
    parse_duration,
    parse_quantity,
)


class TestReadQuantity:
    @pytest.mark.parametrize(
        ("text", "number", "unit"),
        [
            ("10 人", "10", "人"),
            ("10名", "10", "人"),
            ("3 户", "3", "家"),
            ("1.5 亿元", "150000000", "CNY"),
            ("2 万亿元", "2000000000000", "CNY"),
            ("1000 万美元", "10000000", "USD"),
            ("30%", "0.3", "ratio"),
            ("0.01 %", "0.0001", "ratio"),
            ("3 万人", "30000", "人"),
            ("2 亿人次", "200000000", "人次"),
            ("-7", "-7", ""),
        ],
    )
    def test_with_its_kind(self, text: str, number: str, unit: str) -> None:
        quantity = parse_quantity(text)
        assert (quantity.number, quantity.unit) == (Decimal(number), unit)
        assert quantity.is_money == (unit in {"CNY", "USD"})

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "人",
            "10 金",
            "1e999",
            "NaN",
            "1,000 人",
            "万人",
            "1 万金",
            "\uff11 人",
            "1 人\n2 人",
        ],
    )
    def test_refuses_what_is_none(self, text: str) -> None:
        with pytest.raises(QuantityRefused):
            parse_quantity(text)

    @drawn(st.text(max_size=40))
    def test_any_text_without_another_error(self, text: str) -> None:
        for parse in (parse_quantity, parse_decimal, parse_duration, parse_date):
            with suppress(QuantityRefused):
                parse(text)

    def test_a_long_text_is_cut_in_the_message(self) -> None:
        with pytest.raises(QuantityRefused) as refused:
            parse_quantity("1 " + "x" * 50_000)
        assert len(str(refused.value)) < 200


class TestReadDecimal:
    def test_thousands_may_be_set_off(self) -> None:
        assert parse_decimal(" 1,000.50 ") == Decimal("1000.50")

    @pytest.mark.parametrize("text", ["1e5", "Infinity", "0x1", "1." + "1" * 9, "1" * 21, "--1"])
    def test_nothing_but_plain_numbers(self, text: str) -> None:
        with pytest.raises(QuantityRefused, match="not a plain number"):
            parse_decimal(text)


class TestMoveDays:
    @pytest.mark.parametrize(
        ("by", "day", "later", "earlier"),
        [
            ("1 年", date(2024, 2, 29), date(2025, 2, 28), date(2023, 2, 28)),
            ("4 年", date(2024, 2, 29), date(2028, 2, 29), date(2020, 2, 29)),
            ("1 个月", date(2024, 1, 31), date(2024, 2, 29), date(2023, 12, 31)),
            ("13 个月", date(2023, 12, 31), date(2025, 1, 31), date(2022, 11, 30)),
            ("1 天", date(2023, 12, 31), date(2024, 1, 1), date(2023, 12, 30)),
            ("2 日", date(2024, 3, 1), date(2024, 3, 3), date(2024, 2, 28)),
        ],
    )
    def test_to_a_day_that_exists(self, by: str, day: date, later: date, earlier: date) -> None:
        duration = parse_duration(by)
        assert (duration.after(day), duration.before(day)) == (later, earlier)

    def test_working_days_need_a_calendar(self) -> None:
        with pytest.raises(QuantityRefused, match="need a calendar"):
            parse_duration("20 工作日").after(date(2024, 1, 1))

    @pytest.mark.parametrize("text", ["3 年", "2 个月", "30 天", "20 个工作日"])
    def test_are_written_as_they_are_read(self, text: str) -> None:
        assert str(parse_duration(text)) == text

    @pytest.mark.parametrize("text", ["", "年", "1.5 年", "-1 年", "3 人", "三年"])
    def test_refuses_what_is_no_duration(self, text: str) -> None:
        with pytest.raises(QuantityRefused, match="not a duration"):
            parse_duration(text)


class TestReadDate:
    @pytest.mark.parametrize("text", ["2023-02-29", "2023-13-01", "0000-01-01"])
    def test_no_such_day(self, text: str) -> None:
        with pytest.raises(QuantityRefused, match="no such day"):
            parse_date(text)

    @pytest.mark.parametrize(
        "text", ["2023-2-9", "20230209", "\uff12\uff1023-02-09", "2023-02-09T00"]
    )
    def test_one_form_only(self, text: str) -> None:
        with pytest.raises(QuantityRefused, match="not a date"):
            parse_date(text)
