"""Every input of the tables beside this file, and that nothing typed ever breaks a reader."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import process_time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dialogs import wording
from dialogs.answers import Code, Unclear, Understood, explain, read_answer
from knowledge.fact import Column, Fact
from knowledge.model import Language
from knowledge.profile import Records
from knowledge.value import read_value, write_value
from tests.dialogs.answers.specs import SPECS

HERE = Path(__file__).parent
TODAY = date(2024, 3, 15)
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def rows() -> Iterator[object]:
    for table in sorted(HERE.glob("*.yaml")):
        parts = yaml.load(table.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
        for part in parts:
            for said, expected in part["understood_or_not"].items():
                yield pytest.param(part["spec"], said, expected, id=f"{part['spec']}: {said!r}")


def expected_value(fact: Fact, written: object) -> object:
    """The value of a table's cell; `[a, b]` in an offer is a list."""
    if isinstance(written, str) and written.startswith("["):
        return read_value(fact, written.strip("[]").split(", "))
    return read_value(fact, written)


@pytest.mark.parametrize(("spec", "said", "expected"), list(rows()))
def test_what_people_type(spec: str, said: str, expected: object) -> None:
    fact = SPECS[spec]
    read = read_answer(fact, said, "zh", TODAY)
    if not isinstance(expected, str) or not expected.startswith("? "):
        assert isinstance(read, Understood), read
        assert read.value == expected_value(fact, expected)
        return
    code, _, offers = expected.removeprefix("? ").partition(": ")
    assert isinstance(read, Unclear), read
    assert read.code == code
    wanted = [expected_value(fact, offer) for offer in offers.split(" | ") if offer]
    assert [offer.value for offer in read.offers] == wanted


def test_the_tables_are_worth_their_name() -> None:
    assert len(list(rows())) > 900


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spec", SPECS)
def test_each_way_of_not_understanding_has_a_sentence(spec: str, language: Language) -> None:
    read = read_answer(SPECS[spec], "", language, TODAY)
    assert isinstance(read, Unclear)
    for code in Code:
        said = explain(Unclear(code, read.context), language)
        assert said
        assert "{" not in said


SAID = st.one_of(
    st.text(max_size=60),
    st.text(
        alphabet="0123456789,.-~到至万亿百千十零一二三多几约%成年月日底前后 kwm元人个的()?",
        max_size=14,
    ),
    st.text(alphabet="0123456789eE+-./:年月日 ", max_size=12),
)


@given(said=SAID, spec=st.sampled_from(sorted(SPECS)), language=st.sampled_from(LANGUAGES))
def test_nothing_typed_raises_and_what_is_understood_fits(
    said: str, spec: str, language: Language
) -> None:
    fact = SPECS[spec]
    read = read_answer(fact, said, language, TODAY)
    if isinstance(read, Unclear):
        assert explain(read, language)
        values = [offer.value for offer in read.offers]
    else:
        values = [read.value]
    for value in values:
        assert read_value(fact, write_value(fact, value)) == value


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize(
    "said", ["👍", "🏢" * 300, "1" * 50_000, "一" * 50_000, "(" * 50_000, "\x00", "\ud800", ".\n,"]
)
def test_bad_input_is_unclear(spec: str, said: str) -> None:
    assert isinstance(read_answer(SPECS[spec], said, "zh", TODAY), Unclear)


NUMBERS = ("people", "area", "money", "dollars", "ratio", "day", "balance")


@given(spec=st.sampled_from(NUMBERS), data=st.data(), language=st.sampled_from(LANGUAGES))
def test_what_we_write_we_read_back(spec: str, data: st.DataObject, language: Language) -> None:
    fact = SPECS[spec]
    ends = sorted(data.draw(st.tuples(_raw(spec), _raw(spec))))
    written = {"ratio": "{}%", "money": "{} 元", "dollars": "{} 美元"}.get(spec, "{}")
    raw = "..".join(written.format(_plain(end)) for end in ends)
    value = read_value(fact, raw)
    read = read_answer(fact, wording.value(fact, value, language), language, TODAY)
    assert isinstance(read, Understood), read
    assert read.value == value


def _raw(spec: str) -> st.SearchStrategy[int | date]:
    if spec == "day":
        return st.dates(date(1900, 1, 1), date(2100, 12, 31))
    least, most = {"balance": (-100, 100), "ratio": (0, 100)}.get(spec, (0, 9_999_999))
    return st.integers(least, most)


def _plain(value: int | date) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def test_rows_typed_are_at_least_these() -> None:
    read = read_answer(SPECS["achievements"], "自主知识产权，2022-05-01", "zh", TODAY)
    assert isinstance(read, Understood)
    assert isinstance(read.value, Records)
    assert not read.value.complete


def test_a_column_has_no_question_that_could_be_negative() -> None:
    column = Column.model_validate({"title": {"zh": "已结题", "en": "completed"}, "type": "yes_no"})
    read = read_answer(column, "没有", "zh", TODAY)
    assert isinstance(read, Understood)
    assert read.value is False


@pytest.mark.parametrize("said", ["1 " * 70, "火星，" * 70, "企业，" * 70 + "火星"])
def test_a_list_without_end_is_no_list_of_options(said: str) -> None:
    read = read_answer(SPECS["kinds"], said, "zh", TODAY)
    assert isinstance(read, Unclear)
    assert read.code is Code.NO_SUCH_OPTION


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("said", ["到" * 300, "1 " * 150, "约" * 300, "1到" * 150, "和" * 2000])
def test_a_stubborn_text_takes_no_time(spec: str, said: str) -> None:
    begun = process_time()
    read_answer(SPECS[spec], said, "zh", TODAY)
    assert process_time() - begun < 1
