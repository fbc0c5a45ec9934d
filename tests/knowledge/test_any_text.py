"""Random text at every reader of the knowledge base: taken, or refused by name and reason."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import quantity
from knowledge.expression.parsing import ExpressionRefused, parse
from knowledge.loading import builtin, load_files
from knowledge.profile import Asking
from knowledge.value import ValueRefused, read_dossier
from knowledge.yaml_text import Refused, read_yaml
from tests.builders.knowledge import a_criterion, a_programme_of, files_with
from tests.builders.rubbish import all_texts, odd_values

FILES = files_with(a_programme_of(a_criterion("listed")))
OF_TESTS = [
    "staff", ">=", "<=", "==", "(", ")", "and", "or", "not", "%", "人", "万元", "10", "1e999", "in",
    "exists", "where", "last_year", ",", "+", "-", "*", "/", "[", "]", "{", ".", "\0", "²", "today",
    "年", "'", '"', "9" * 30,
]  # fmt: skip
OF_YAML = [
    "a:", "- ", "{", "}", "[", "]", "&x", "*x", "!!python/object:x", "!t", "|", ">", "'", '"', "#",
    "\n", "  ", "\t", "：", "\0", "\ud800", "\x85", "---", "...", "%YAML 1.1\n", "<<: *x", "? ",
    "9",
]  # fmt: skip
OF_VALUES = [
    "1", "10", "万", "元", "%", "年", "月", "日", "-", "..", "e", "inf", "NaN", "_", ".",
    "2026-02-30", " ", "人", "٣", "²", "9" * 400,
]  # fmt: skip


def made_of(pieces: list[str], *whole: str) -> st.SearchStrategy[str]:
    """Texts of pieces that mean something, of anything, and some that are long."""
    joined = st.lists(st.sampled_from(pieces), max_size=15)
    return st.one_of(all_texts, joined.map(" ".join), joined.map("".join), *map(st.just, whole))


tests = made_of(OF_TESTS, "(" * 5_000, "not " * 5_000, "-" * 5_000, "1+" * 5_000 + "1")
yamls = made_of(OF_YAML, "[" * 3_000, "{a: " * 3_000, "- " * 3_000, "&a [*a]", "\ufeffa: 1")
written = made_of(OF_VALUES)
some = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(reader: Callable[[str], object], text: str, refusal: type[Exception]) -> None:
    """Any other exception is the failure of the test."""
    with contextlib.suppress(refusal):
        reader(text)


@some
@given(tests)
def test_as_an_expression(text: str) -> None:
    read(parse, text, ExpressionRefused)


@some
@given(yamls)
def test_as_a_file(text: str) -> None:
    read(lambda given: read_yaml("x.yaml", given), text, Refused)


@some
@given(st.sampled_from(sorted(FILES)), yamls, st.integers(0, 10**6))
def test_as_one_file_of_a_release_and_inside_one(name: str, text: str, place: int) -> None:
    whole = FILES[name]
    at = place % (len(whole) + 1)
    read(lambda given: load_files({**FILES, name: given}), text, Refused)
    read(lambda given: load_files({**FILES, name: whole[:at] + given + whole[at:]}), text, Refused)


@some
@given(yamls)
def test_as_the_name_of_a_file(text: str) -> None:
    read(lambda given: load_files({**FILES, given: ""}), text, Refused)
    read(lambda given: load_files({**FILES, f"programmes/{given}.yaml": ""}), text, Refused)


@some
@given(written)
def test_as_a_quantity_a_day_or_the_name_of_a_fact(text: str) -> None:
    readers = (quantity.parse_decimal, quantity.parse_quantity, quantity.parse_duration)
    for reader in (*readers, quantity.parse_date, Asking.parse):
        read(reader, text, ValueError)


@some
@given(st.sampled_from(sorted(builtin().facts)), st.one_of(written, odd_values))
def test_as_the_value_of_a_fact(fact: str, value: object) -> None:
    facts = builtin().facts
    read(lambda _: read_dossier(facts, {fact: value}), "", ValueRefused)
    read(lambda given: read_dossier(facts, {given: "1"}), str(value), ValueRefused)


def test_half_a_character_is_refused_with_its_line() -> None:
    with pytest.raises(Refused, match=r"x\.yaml.*3.*half a character is no text"):
        read_yaml("x.yaml", "a: 1\nb: 2\nc: \ud800")


def test_a_name_that_is_no_text_is_refused_and_shown() -> None:
    with pytest.raises(Refused, match=r"\\udcff\.yaml.*its name is no UTF-8"):
        load_files({**FILES, "programmes/\udcff.yaml": ""})
