"""The day of each month, and of the last month of each quarter."""

import pytest

from tests.knowledge.test_clock import a_clock, known, run


@pytest.mark.parametrize(
    ("kind", "day", "as_of", "expected"),
    [
        ("monthly", "25", "2024-06-24", "2024-06-25"),
        ("monthly", "25", "2024-06-25", "2024-06-25"),
        ("monthly", "25", "2024-06-26", "2024-07-25"),
        ("monthly", "25", "2024-12-26", "2025-01-25"),
        ("monthly", "31", "2024-02-29", "2024-02-29"),
        ("monthly", "31", "2023-02-01", "2023-02-28"),
        ("quarterly", "25", "2024-01-01", "2024-03-25"),
        ("quarterly", "25", "2024-03-25", "2024-03-25"),
        ("quarterly", "25", "2024-03-26", "2024-06-25"),
        ("quarterly", "25", "2024-12-26", "2025-03-25"),
    ],
)
def test_the_day_that_comes_next(kind: str, day: str, as_of: str, expected: str) -> None:
    assert run(a_clock(**{kind: day}), known("2024-01-01"), as_of) == expected
