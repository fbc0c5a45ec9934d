"""Small releases for tests: `a_release(programme=…)` is a whole knowledge base of a few facts."""

import json
from collections.abc import Mapping

from knowledge.base import KnowledgeBase
from knowledge.loading import load_files
from knowledge.profile import Dossier
from knowledge.truth import StandingRange
from knowledge.value import read_dossier
from knowledge.yaml_text import Refused

ROLES = """
roles:
  organisation: {kind: organisation, title: {zh: 本单位, en: your organisation}}
  partner: {kind: organisation, title: {zh: 合作方, en: the partner}}
"""

FACTS = """
subject: organisation
topic: {zh: 基本情况, en: Identity}
facts:
  staff:
    title: {zh: 职工总数, en: total staff}
    ask: {zh: 职工多少人？, en: "How many staff?"}
    type: number
    unit: 人
    bounds: 0..4 人
  rd_staff:
    title: {zh: 研发人员, en: R&D staff}
    ask: {zh: 研发人员多少人？, en: "How many R&D staff?"}
    type: number
    unit: 人
    bounds: 0..4 人
  listed:
    title: {zh: 已上市, en: is listed}
    ask: {zh: 上市了吗？, en: "Listed?"}
    type: yes_no
  honest:
    title: {zh: 守信, en: is honest}
    ask: {zh: 守信吗？, en: "Honest?"}
    type: yes_no
  colour:
    title: {zh: 颜色, en: colour}
    ask: {zh: 什么颜色？, en: "Which colour?"}
    type: choice
    options:
      red: {zh: 红, en: red}
      green: {zh: 绿, en: green}
      blue: {zh: 蓝, en: blue}
  founders:
    title: {zh: 出资人, en: founders}
    ask: {zh: 谁出资？, en: "Who pays?"}
    type: choices
    options:
      state: {zh: 政府, en: state}
      firm: {zh: 企业, en: firm}
  founded:
    title: {zh: 成立日期, en: founding date}
    ask: {zh: 何时成立？, en: "When founded?"}
    type: date
    bounds: 2020-01-01..2020-01-05
  income:
    title: {zh: 收入, en: income}
    ask: {zh: 收入多少？, en: "What income?"}
    type: money
    currency: CNY
    shape: yearly
    bounds: 0..300 万元
  prizes:
    title: {zh: 奖项, en: prizes}
    ask: {zh: 得过什么奖？, en: "Which prizes?"}
    shape: records
    max_rows: 2
    columns:
      kind:
        title: {zh: 等级, en: grade}
        type: choice
        options:
          gold: {zh: 金, en: gold}
          tin: {zh: 锡, en: tin}
"""

DOCUMENT = """
number: 试〔2023〕1号
title: {zh: 试行办法, en: A trial regulation}
issuers: [试验厅]
issued: 2023-01-10
effective: 2023-02-01
expires: 2025-12-31
provisions:
  - {article: 第一条, says: {zh: 说明条件}}
"""

HEAD = """
id: trial
basis: [试-2023-1]
title: {zh: 试行项目, en: A trial programme}
summary: {zh: 仅供测试。, en: For tests.}
kind: subsidy
applicant: {role: organisation, who: {zh: 单位, en: an organisation}}
subject: organisation
beneficiary: {role: organisation}
award: discretionary
"""


def files_with(body: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The files of a small release whose one programme has this body."""
    return {
        "roles.yaml": ROLES,
        "facts/organisation-identity.yaml": FACTS,
        "documents/试-2023-1.yaml": DOCUMENT,
        "programmes/trial.yaml": HEAD + body,
        **(more or {}),
    }


def a_release(body: str, more: Mapping[str, str] | None = None) -> KnowledgeBase:
    """A small release whose one programme, `trial`, has this body."""
    return load_files(files_with(body, more))


def a_criterion(test: str, *, id_: str = "one", force: str = "hard", more: str = "") -> str:
    """One criterion as YAML, indented to stand in a list two levels deep."""
    lines = [
        f"    - id: {id_}",
        "      cite: 第一条",
        "      quote: 应当符合条件",
        f"      force: {force}",
        f"      test: {test}",
    ]
    return "\n".join([*lines, *(f"      {line}" for line in more.splitlines() if line)])


def a_programme_of(*criteria: str, word: str = "all") -> str:
    """The body of a programme with these criteria."""
    return f"criteria:\n  {word}:\n" + "\n".join(criteria) + "\n"


def given(base: KnowledgeBase, **raw: object) -> Dossier:
    """What is known, in the written form: `given(base, staff="2 人")`."""
    return read_dossier(base.facts, raw)


EXTRA_FACTS = """
subject: organisation
topic: {zh: 其他情况, en: Further facts}
facts:
  share:
    title: {zh: 占比, en: share}
    ask: {zh: 占多少？, en: "Which share?"}
    type: ratio
    bounds: 0%..100%
  capital:
    title: {zh: 注册资本, en: capital}
    ask: {zh: 注册资本多少？, en: "How much capital?"}
    type: money
    currency: CNY
    bounds: 0..1000 万元
  profit:
    title: {zh: 利润, en: profit}
    ask: {zh: 利润多少？, en: "How much profit?"}
    type: money
    currency: CNY
    bounds: -1000 万元..1000 万元
  dollars:
    title: {zh: 外资, en: foreign capital}
    ask: {zh: 外资多少？, en: "How much foreign capital?"}
    type: money
    currency: USD
    bounds: 0..1000 万美元
  area:
    title: {zh: 面积, en: floor area}
    ask: {zh: 面积多大？, en: "Which area?"}
    type: number
    unit: 平方米
    whole: no
    bounds: 0..10000 平方米
  shops:
    title: {zh: 门店, en: shops}
    ask: {zh: 多少家门店？, en: "How many shops?"}
    type: number
    unit: 家
    bounds: -5..100000 家
  opened:
    title: {zh: 开业日期, en: opening day}
    ask: {zh: 何时开业？, en: "When opened?"}
    type: date
    bounds: 1950-01-01..2099-12-31
  audited:
    title: {zh: 经审计, en: is audited}
    ask: {zh: 审计了吗？, en: "Audited?"}
    type: yes_no
    shape: yearly
  spending:
    title: {zh: 研发费用, en: R&D spending}
    ask: {zh: 研发费用多少？, en: "How much R&D spending?"}
    type: money
    currency: CNY
    shape: yearly
    bounds: 0..300 万元
  town:
    title: {zh: 城市, en: town}
    ask: {zh: 在哪里？, en: "Where?"}
    type: choice
    options_from: towns
  note:
    title: {zh: 说明, en: note}
    ask: {zh: 还有什么？, en: "Anything else?"}
    type: text
    max_length: 20
  grants:
    title: {zh: 立项, en: grants}
    ask: {zh: 有哪些立项？, en: "Which grants?"}
    shape: records
    max_rows: 5
    columns:
      amount:
        title: {zh: 金额, en: amount}
        type: money
        currency: CNY
        bounds: 0..100 万元
      on:
        title: {zh: 日期, en: day}
        type: date
        bounds: 2000-01-01..2099-12-31
      own:
        title: {zh: 牵头, en: leads it}
        type: yes_no
      fields:
        title: {zh: 领域, en: fields}
        type: choices
        options:
          bio: {zh: 生物, en: biology}
          chips: {zh: 芯片, en: chips}
"""

TOWNS = """
title: {zh: 城市, en: towns}
entries:
  zhengzhou: {zh: 郑州, en: Zhengzhou}
  luoyang: {zh: 洛阳, en: Luoyang}
  kaifeng: {zh: 开封, en: Kaifeng}
"""

NEAR_TOWNS = """
title: {zh: 近处的城市, en: near towns}
of: towns
members: [zhengzhou, luoyang]
"""


def rich_files_with(body: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The files of a release with a fact of every type and shape, and two lists."""
    extra = {
        "facts/organisation-extra.yaml": EXTRA_FACTS,
        "lists/towns.yaml": TOWNS,
        "lists/near-towns.yaml": NEAR_TOWNS,
    }
    return files_with(body, {**extra, **(more or {})})


def a_rich_release(body: str, more: Mapping[str, str] | None = None) -> KnowledgeBase:
    """A release with a fact of every type and shape; its one programme is `trial`."""
    return load_files(rich_files_with(body, more))


def a_release_with_test(test: str, *, force: str = "hard", more: str = "") -> KnowledgeBase:
    """A rich release whose only criterion, `one`, has this test."""
    return a_rich_release(
        a_programme_of(a_criterion(json.dumps(test, ensure_ascii=False), force=force, more=more))
    )


def range_of(standing: StandingRange) -> str:
    """A standing in one word, or its two ends: `ineligible..eligible`."""
    if standing.decided:
        return standing.word
    return f"{standing.worst.word}..{standing.best.word}"


def refusals(files: Mapping[str, str]) -> str:
    """Why these files do not load, one reason a line; fails when they do."""
    try:
        load_files(files)
    except Refused as refused:
        return str(refused)
    raise AssertionError("it loads")
