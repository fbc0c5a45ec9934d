"""Facts, lists, roles and criteria as written: what does not fit is refused with its reason."""

import pytest

from knowledge.model import MaybeText, Text
from tests.builders.knowledge import (
    HEAD,
    NEAR_TOWNS,
    ROLES,
    TOWNS,
    a_criterion,
    a_programme_of,
    a_release,
    files_with,
    given,
    refusals,
    rich_files_with,
)

BODY = a_programme_of(a_criterion("listed"))
FACT = """
subject: organisation
topic: {{zh: 试, en: trial}}
facts:
  tried:
    title: {{zh: 试, en: tried}}
    ask: {{zh: 试过吗？, en: "Tried?"}}
{lines}
"""


def a_fact(*lines: str) -> dict[str, str]:
    text = FACT.format(lines="\n".join(f"    {line}" for line in lines))
    return {"facts/organisation-trial.yaml": text}


FACTS_REFUSED = {
    ("type: text", "bounds: 0..1 人"): "bounds is for number, money, ratio and date only",
    ("type: number", "bounds: 0..1 人"): "unit is required for a number",
    ("type: money", "bounds: 0..1 元"): "currency is required for money",
    ("type: choice",): "a choice needs either options or options_from",
    ("type: choice", "options_from: a", "options: {a: {zh: 甲, en: a}}"): "needs either",
    ("type: yes_no", "options_from: towns"): "options are for choice and choices only",
    ("type: number", "unit: 人", "bounds: 5 人"): "written low..high",
    ("type: number", "unit: 人", "bounds: 0..many"): "not a quantity",
    ("type: number", "unit: 人", "bounds: 0..5 项"): "expected 人, not 项",
    ("type: number", "unit: 人", "bounds: 0 项..5 人"): "expected 人, not 项",
    ("type: number", "unit: 人", "bounds: 0..5"): "expected 人, not no unit",
    ("type: date", "bounds: 2020-01-01..soon"): "not a date",
    ("shape: records", "type: text"): "records have columns and no type",
    ("shape: records",): "records have columns and no type",
    ("shape: once",): "type is required, and columns are for records only",
    ("type: yes_no", "columns: {a: {title: {zh: 甲, en: a}, type: yes_no}}"): "for records only",
    ("shape: records", "columns: {a: {title: {zh: 甲, en: a}}}"): "type is required for a column",
    ("shape: yearly", "type: text"): "a yearly fact is one of",
    ("type: text", "usual: yes"): "usual is for yes_no only",
    ("type: yes_no", "at_most: staff"): "at_most 'staff' is no fact of the same kind",
    ("type: yes_no", "at_most: nothing"): "at_most 'nothing' is no fact of the same kind",
}


class TestFact:
    @pytest.mark.parametrize("lines", FACTS_REFUSED)
    def test_is_refused_with_the_reason(self, lines: tuple[str, ...]) -> None:
        assert FACTS_REFUSED[lines] in refusals(files_with(BODY, a_fact(*lines)))

    @pytest.mark.parametrize("bounds", ["0..100 万元", "0 元..100 万元", "0 万元..1000000 元"])
    def test_bounds_may_share_a_unit(self, bounds: str) -> None:
        lines = ("type: money", "currency: CNY", f"bounds: {bounds}")
        fact = a_release(BODY, a_fact(*lines)).facts["tried"]
        assert [fact.low, fact.high] == [0, 1_000_000]

    def test_bounds_that_reach_the_end_of_time(self) -> None:
        fact = a_fact("type: date", "bounds: 2020-01-01..9999-12-31")
        tests = ("tried <= 9999-12-31", "tried == 9999-12-31")
        body = a_programme_of(*(a_criterion(t, id_=f"c{n}") for n, t in enumerate(tests)))
        assert a_release(body, fact).programmes
        body = a_programme_of(a_criterion("tried + 1 年 >= today"))
        assert "no such day" in refusals(files_with(body, fact))

    def test_a_whole_number_without_whole_values_stays_what_it_is(self) -> None:
        fact = a_fact("type: number", "unit: 人", "bounds: 0.2..0.8 人")
        body = a_programme_of(a_criterion("tried > 0 人"), a_criterion("tried < 1 人", id_="two"))
        assert a_release(body, fact).programmes


class TestList:
    @pytest.mark.parametrize(
        ("near", "reason"),
        [
            (NEAR_TOWNS.replace("luoyang", "nowhere"), "not in towns: ['nowhere']"),
            (NEAR_TOWNS.replace("of: towns", "of: nothing"), "not in nothing"),
            (NEAR_TOWNS.replace("of: towns", "of: near-towns"), "not in near-towns"),
            (NEAR_TOWNS.replace("of: towns\n", ""), "either entries, or `of` and members"),
            (NEAR_TOWNS.replace("members: [zhengzhou, luoyang]", ""), "go together"),
            (TOWNS + "members: [luoyang]\n", "go together"),
        ],
    )
    def test_a_subset_names_a_list_and_its_entries(self, near: str, reason: str) -> None:
        for test in ("listed", "town in list(near-towns)"):
            body = a_programme_of(a_criterion(test))
            found = refusals(rich_files_with(body, {"lists/near-towns.yaml": near}))
            assert reason in found

    def test_a_subset_of_itself_gives_no_options(self) -> None:
        near = NEAR_TOWNS.replace("of: towns", "of: near-towns")
        fact = a_fact("type: choice", "options_from: near-towns")
        files = rich_files_with(BODY, {"lists/near-towns.yaml": near, **fact})
        assert "no subset of entries" in refusals(files)


class TestRole:
    def test_its_facts_are_those_of_its_kind(self) -> None:
        roles = ROLES + "  platform: {kind: platform, title: {zh: 平台, en: platform}}\n"
        body = a_programme_of(a_criterion("platform.staff >= 1 人"))
        assert "is a fact of a organisation" in refusals(files_with(body, {"roles.yaml": roles}))

    def test_a_programme_names_roles_that_exist(self) -> None:
        files = files_with(BODY)
        files["programmes/trial.yaml"] = HEAD.replace("role: organisation", "role: ghost") + BODY
        assert "there is no role 'ghost'" in refusals(files)

    def test_without_roles_only_facts_of_ones_own_kind(self) -> None:
        files = files_with(a_programme_of(a_criterion("partner.staff >= 1 人")))
        del files["roles.yaml"]
        assert "there is no role 'partner'" in refusals(files)


def body_refused(criterion: str, tail: str = "") -> str:
    return refusals(files_with(f"criteria:\n  all:\n    - {criterion}\n{tail}"))


WORDS = "cite: 第一条, quote: 应当"
GOOD = "{zh: 好, en: good}"


class TestCriterion:
    @pytest.mark.parametrize(
        ("criterion", "reason"),
        [
            (f"{{id: one, {WORDS}}}", "test is required unless force is evidence"),
            (f"{{id: one, {WORDS}, force: evidence}}", "says is required"),
            (f"{{id: one, {WORDS}, test: listed, self_view: honest}}", "self_view is for force"),
            (
                f"{{id: one, {WORDS}, force: evidence, says: {GOOD}, self_view: staff}}",
                "is no yes/no fact",
            ),
            (f"{{id: one, {WORDS}, test: {{all: [listed], any: [honest]}}}}", "exactly one of all"),
            (f"{{id: one, {WORDS}, test: {{all: []}}}}", "is not empty"),
            (f"{{id: one, {WORDS}, test: {{}}}}", "exactly one of all"),
            ("{all: [], title: {zh: 组, en: group}}", "a group is not empty"),
            ("{all: [], any: []}", "exactly one of all, any, at_least"),
            ("just words", "valid dictionary"),
        ],
    )
    def test_is_refused_with_the_reason(self, criterion: str, reason: str) -> None:
        assert reason in body_refused(criterion)

    def test_ids_stand_once(self) -> None:
        twice = a_programme_of(a_criterion("listed"), a_criterion("honest"))
        assert "one: the id stands twice" in refusals(files_with(twice))

    def test_the_file_is_named_like_the_programme(self) -> None:
        files = files_with(BODY)
        files["programmes/other.yaml"] = files.pop("programmes/trial.yaml")
        assert "the file is named other.yaml" in refusals(files)


CLOCK = """
clocks:
  - id: soon
    title: {zh: 变更, en: change}
    who: applicant
    purpose: deadline
    cite: 第一条
    quote: 两个月内
    within: 2 个月
    event: {zh: 变更, en: the change}
    event_fact: staff
"""


class TestLinks:
    def test_an_event_is_a_date(self) -> None:
        assert "event_fact 'staff' is no date" in refusals(files_with(BODY + CLOCK))

    def test_a_duty_names_a_clock_that_is_there(self) -> None:
        duty = "duties:\n  - {cite: 第一条, says: {zh: 年报, en: report}, clock: yearly}\n"
        assert "a duty names the clock 'yearly'" in refusals(files_with(BODY + duty))

    def test_a_key_is_a_plain_word(self) -> None:
        assert "a key is a plain word" in refusals(files_with(BODY + "? [a, b]\n: c\n"))


class TestText:
    def test_in_either_language(self) -> None:
        text = Text(zh="是", en="yes")
        assert (text.of("zh"), text.of("en")) == ("是", "yes")

    def test_chinese_where_there_is_no_translation(self) -> None:
        assert MaybeText(zh="是").of("en") == "是"
        assert MaybeText(zh="是", en="yes").of("en") == "yes"
        assert MaybeText(zh="是", en="yes").of("zh") == "是"


class TestWords:
    def test_are_those_of_the_release(self) -> None:
        base = a_release(BODY)
        assert base.words.facts is base.facts
        assert given(base).values == {}
