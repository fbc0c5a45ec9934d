"""Structure in words, in both languages."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from dialogs import wording
from knowledge.base import KnowledgeBase
from knowledge.criterion import Force
from knowledge.expression.checking import check_amount, check_test
from knowledge.expression.tree import YesNo
from knowledge.loading import builtin
from knowledge.model import Language
from knowledge.profile import Asking, Cell, Range, Records, Row
from knowledge.quantity import Duration
from knowledge.truth import Standing, StandingRange
from knowledge.value import read_value
from knowledge.verdict import Applicability, Change, Reason, Timing, WindowState
from tests.dialogs.answers.specs import SPECS

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return builtin()


@pytest.mark.parametrize(
    ("spec", "raw", "zh", "en"),
    [
        ("people", "12 人", "12 人", "12 people"),
        ("people", "1 人", "1 人", "1 person"),
        ("people", "1200 人", "1,200 人", "1,200 people"),
        ("people", "12000 人", "1.2 万人", "12,000 people"),
        ("people", "12345 人", "12,345 人", "12,345 people"),
        ("people", "30..50 人", "30 人 至 50 人", "30 people to 50 people"),
        ("people", "0..50 人", "不超过 50 人", "at most 50 people"),
        ("people", "50..1000000000 人", "不少于 50 人", "at least 50 people"),
        ("people", "0..1000000000 人", "0 人 至 100,000 万人", "0 people to 1,000,000,000 people"),
        ("area", "500.5 平方米", "500.5 平方米", "500.5 m²"),
        ("money", "100 万元", "100 万元", "CNY 1,000,000"),
        ("money", "1.5 亿元", "1.5 亿元", "CNY 150,000,000"),
        ("money", "123456789 元", "12,345.6789 万元", "CNY 123,456,789"),
        ("money", "100.52 元", "100.52 元", "CNY 100.52"),
        ("money", "1000000.01 元", "1,000,000.01 元", "CNY 1,000,000.01"),
        ("dollars", "1000 万美元", "1,000 万美元", "USD 10,000,000"),
        ("dollars", "100 美元", "100 美元", "USD 100"),
        ("ratio", "30%", "30%", "30%"),
        ("ratio", "33.33%", "33.33%", "33.33%"),
        ("ratio", "20%..30%", "20% 至 30%", "20% to 30%"),
        ("day", "2023-05-10", "2023年5月10日", "10 May 2023"),
        ("day", "2023-05-01..2023-05-31", "2023年5月", "May 2023"),
        ("day", "2023-01-01..2023-12-31", "2023 年", "2023"),
        ("day", "2023-05-01..2023-07-31", "2023年5月1日 至 2023年7月31日",
         "1 May 2023 to 31 July 2023"),
        ("day", "1900-01-01..2023-07-31", "2023年7月31日或以前", "31 July 2023 or earlier"),
        ("day", "2023-07-31..2100-12-31", "2023年7月31日或以后", "31 July 2023 or later"),
        ("yes_no", "yes", "是", "yes"),
        ("yes_no", "no", "否", "no"),
        ("kind", "enterprise", "企业", "enterprise"),
        ("words", "某某", "某某", "某某"),
    ],
)  # fmt: skip
def test_a_value_reads_as_people_write_it(spec: str, raw: str, zh: str, en: str) -> None:
    fact = SPECS[spec]
    value = read_value(fact, raw)
    assert wording.value(fact, value, "zh") == zh
    assert wording.value(fact, value, "en") == en


def test_several_choices_and_none() -> None:
    fact = SPECS["kinds"]
    assert wording.value(fact, frozenset({"university", "enterprise"}), "zh") == "企业、高等学校"
    assert wording.value(fact, frozenset(), "en") == "none"
    assert wording.value(fact, frozenset({"gone"}), "zh") == "gone"


def test_rows_are_numbered_and_say_whether_they_are_all() -> None:
    fact = SPECS["achievements"]
    day = date(2022, 5, 1)
    row: Row = {"kind": "ip", "on": Range(day, day)}
    assert wording.value(fact, Records(()), "zh") == "没有"
    assert wording.value(fact, Records((), complete=False), "zh") == "还没有填"
    said = wording.value(fact, Records((row,), complete=False), "zh")
    assert said == "1. 类别：自主知识产权；取得日期：2022年5月1日\n（可能还有）"
    assert (
        wording.value(fact, Records((row,)), "en") == "1. kind: own IP; date obtained: 1 May 2022"
    )


def test_years_of_a_fact_are_listed() -> None:
    fact = SPECS["money"].model_copy(update={"shape": "yearly"})
    value = read_value(fact, {"2023": "1 万元", "2022": "2 万元"})
    assert wording.value(fact, value, "zh") == "2022 年：2 万元、2023 年：1 万元"


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_hints_for_typing(spec: str, language: Language) -> None:
    fact = SPECS[spec]
    ranged = fact.type in {"number", "money", "ratio", "date"}
    assert bool(wording.example(fact, language)) is ranged
    assert bool(wording.example_range(fact, language)) is ranged
    assert bool(wording.bounds(fact, language)) is ranged
    assert bool(wording.unit(fact, language)) is (ranged and fact.type != "date")


def test_asking_names_the_year_and_the_partner(kb: KnowledgeBase) -> None:
    assert wording.asking(Asking("staff"), kb, "zh") == "职工总数"
    assert wording.asking(Asking("staff", "partner"), kb, "zh") == "合作单位（实施乙方）的职工总数"
    assert (
        wording.asking(Asking("staff", "partner"), kb, "en")
        == "total staff [the partner (party B)]"
    )
    year = wording.asking(Asking("rd_expense", year=2023), kb, "zh")
    assert year.endswith("（2023 年度）")


TABLE = Path(__file__).with_name("sentences.yaml").read_text(encoding="utf-8")
SENTENCES: list[dict[str, str]] = yaml.load(TABLE, yaml.BaseLoader)  # noqa: S506


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["test"])
def test_a_test_is_a_sentence(kb: KnowledgeBase, row: dict[str, str]) -> None:
    tree = check_test(row["test"], kb.words)
    assert wording.sentence(tree, kb, "zh") == row["zh"]
    assert wording.sentence(tree, kb, "en") == row["en"]


def test_a_yearly_yes_or_no_is_of_last_year(kb: KnowledgeBase) -> None:
    fact = kb.facts["legal_person"]
    test = YesNo(fact, "", None, last_year=True)
    assert wording.sentence(test, kb, "zh") == "上年度具有独立法人资格"


@pytest.mark.parametrize(
    ("amount", "zh"),
    [
        ("100 万元 + floor(rd_staff / 3 人) * 10 万元",
         "100 万元 + （研发人员 ÷ 3 人，只取整数部分） × 10 万元"),
        ("ceil(rd_staff / 3 人) * 10 万元", "（研发人员 ÷ 3 人，不足一份的按一份算） × 10 万元"),
        ("max(10 万元, 20 万元)", "（10 万元、20 万元）中最大的"),
        ("floor(rd_staff * 0.5) * 1 万元", "（研发人员 × 0.5，只取整数部分） × 1 万元"),
        ("if(legal_person, 1 万元, 0 万元)", "（如果具有独立法人资格：1 万元；否则：0 元）"),
        ("10 万元 - (2 万元 - 1 万元)", "10 万元 \u2212 (2 万元 \u2212 1 万元)"),
        ("sum(received * 3% for national_projects)",
         "承担的国家科技项目和到账拨款逐条计算“该项目当年到账国家拨款合计 × 3%”的合计"),
    ],
)  # fmt: skip
def test_an_amount_is_a_formula(kb: KnowledgeBase, amount: str, zh: str) -> None:
    tree = check_amount(amount, kb.words, {})
    assert wording.amount(tree, kb, "zh") == zh
    assert wording.amount(tree, kb, "en")


@pytest.mark.parametrize(
    ("programme", "clock", "zh", "en"),
    [
        ("science-popularisation-base", "application-window",
         "每年 9月1日 至 10月31日", "every year, 1 September to 31 October"),
        ("science-popularisation-base", "annual-report",
         "每年 12月31日", "every year, 31 December"),
        ("hgr-collection", "correction-notice", "收到正式申请材料之日起 5 个工作日内",
         "within 5 working days of the day the formal application is received"),
    ],
)  # fmt: skip
def test_a_clock_is_told_as_its_text_gives_it(
    kb: KnowledgeBase, programme: str, clock: str, zh: str, en: str
) -> None:
    rule = next(each for each in kb.programmes[programme].clocks if each.id == clock)
    assert (wording.clock_rule(rule, "zh"), wording.clock_rule(rule, "en")) == (zh, en)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_test_and_amount_of_the_release_can_be_said(
    kb: KnowledgeBase, language: Language
) -> None:
    for programme in kb.compiled.values():
        for compiled in (*programme.tests.values(), *programme.other_readings.values()):
            assert wording.sentence(compiled.tree, kb, language)
        for amount in programme.amounts.values():
            assert all(wording.amount(tree, kb, language) for tree in amount.trees)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_its_words(language: Language) -> None:
    said = [
        *(wording.timing(one, language) for one in Timing),
        *(wording.window(one, language) for one in WindowState),
        *(wording.applicability(one, language) for one in Applicability),
        *(wording.reason(one, language) for one in Reason),
        *(wording.one_standing(one, language) for one in Standing),
        *(
            wording.award(one, language)
            for one in ("entitlement", "competitive", "discretionary", "case_by_case")
        ),
    ]  # fmt: skip
    forces: tuple[Force, ...] = ("hard", "soft", "open_list", "evidence")
    said += [wording.force(one, language) for one in forces]
    assert len(set(said)) == len(said)
    assert wording.programme_kind("award", language)
    assert wording.route("exempt", language)


def test_an_open_standing_names_both_ends() -> None:
    open_ = StandingRange(Standing.INELIGIBLE, Standing.ELIGIBLE)
    assert wording.standing(open_, "zh") == "还不能确定"
    assert wording.standing_range(open_, "zh") == "还不能确定（最好：符合书面条件；最差：不符合）"
    decided = StandingRange(Standing.ELIGIBLE, Standing.ELIGIBLE)
    assert wording.standing_range(decided, "en") == wording.standing(decided, "en")


def _number(value: int | str) -> Range:
    return Range(Decimal(value), Decimal(value))


def _day(year: int) -> Range:
    return Range(date(year, 5, 1), date(year, 5, 1))


@pytest.mark.parametrize(
    ("fact", "now", "needed", "zh"),
    [
        ("rd_staff", _number(9), _number(10), "研发人员由 9 人增至 10 人及以上"),
        ("staff", _number(50), _number(40), "职工总数由 50 人减至 40 人及以下"),
        ("staff", None, _number(40), "职工总数：40 人"),
        ("staff", Range(Decimal(10), Decimal(20)), _number(40),
         "职工总数：由 10 人 至 20 人变为 40 人"),
        ("registered_on", _day(2023), _day(2022),
         "注册成立日期由 2023年5月1日改为 2022年5月1日或以前"),
        ("registered_on", _day(2022), _day(2023),
         "注册成立日期由 2022年5月1日改为 2023年5月1日或以后"),
        ("legal_person", False, True, "具有独立法人资格：由“否”变为“是”"),
        ("legal_person", None, True, "具有独立法人资格：是"),
        ("org_kind", "government", "enterprise", "单位类型：由“政府机关”变为“企业”"),
        ("titles_lost", Records(()), _number(3),
         "被取消或撤销的资格：符合的记录达到 3 条（现在共填了 0 条）"),
        ("titles_lost", Records(()), _number(0), "被取消或撤销的资格：没有符合的记录"),
    ],
)  # fmt: skip
def test_a_change_says_from_what_to_what(
    kb: KnowledgeBase, fact: str, now: Cell | Records | None, needed: Cell, zh: str
) -> None:
    change = Change(Asking(fact), now, needed)
    assert wording.change(change, kb, "zh") == zh
    assert wording.change(change, kb, "en")


def test_spans_and_counts() -> None:
    assert wording.duration(Duration(20, "working_days"), "zh") == "20 个工作日"
    assert wording.duration(Duration(1, "years"), "en") == "1 year"
    assert wording.count(Decimal(3), "无此单位", "zh") == "3 无此单位"
    assert wording.count(Decimal(3), "无此单位", "en") == "3"
    assert wording.days(date(2023, 12, 1), date(2023, 12, 31), "en") == "December 2023"
    assert wording.days(date(9999, 12, 1), date(9999, 12, 31), "zh") == "9999年12月"
