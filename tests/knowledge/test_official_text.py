"""An invented text cut into its articles, and quotes looked up in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.official_text import (
    Ambiguous,
    Elsewhere,
    Found,
    Look,
    Missing,
    NoSuchArticle,
    OfficialText,
    bare,
    read_place,
)

MEASURES = OfficialText.read(
    """某省水车局关于印发《水车管理办法》的通知
（水 2030 年 1号）
附件：水车管理办法
12
 附件：
水车管理办法
第一章 总 则
第一条 为管好水车，根据
第三条的精神，制定本办法。
第二章 条 件
第二条 申请水车应具备以下条件：
（一）水车不少于 10
- 2 -
 架，水车完好；
（二）符合第二条
（一）以外的要求：
1.有河，河宽 2.5 米；
2.有水。
不符合（四）的不予受理。
第三条 有下列情况之一的，撤销：
水车停转的；
（二）水车失火的；（三）水车被盗的。\f
第四条 职责为：
（一）修水车；
（二）看水车。
村里的职责为：
（一）用水车；
（二）擦水车。
附：1.申请表
 附 1
一、水车情况
 附件2：
一、水车指标
（一）转速
二、河流指标
（一）流速
""",
)


@pytest.mark.parametrize(
    ("cite", "quote", "look"),
    [
        ("第二条（一）", "水车不少于10架", Found()),
        ("第二条（一）", "水车 不少于\n10 架", Found()),
        ("第二条", "水车不少于 10架", Found()),
        ("第二条", "应具备以下条件：（一）水车", Found()),
        ("第二条（二）", "水车不少于 10架", Elsewhere("第二条（一）")),
        ("第二条（二）1", "河宽 2.5 米", Found()),
        ("第二条（二）2.", "有水", Found()),
        ("第二条（二）2.", "有河", Elsewhere("第二条（二）1.")),
        ("第二条（二）", "不符合（四）的不予受理", Found()),
        ("第二条（三）", "有水", NoSuchArticle()),
        ("第一条", "第三条的精神", Found()),
        ("第二章", "有水", Found()),
        ("第一章", "有水", Elsewhere("第二条（二）2.")),
        ("第三条", "水车", Ambiguous(3)),
        ("第三条（三）", "水车", Found()),
        ("第三条（二）", "水车失火", Found()),
        ("第四条（一）", "水车", Ambiguous(2)),
        ("第四条（一）", "修水车；（一）", Missing()),
        ("第四条（二）", "擦水车", Found()),
        ("附件2", "转速", Found()),
        ("附2二、", "流速", Found()),
        ("附件2二、（一）", "转速", Elsewhere("（一）")),
        ("附件1", "水车情况", Found()),
        ("附1", "转速", Elsewhere("（一）")),
        ("附件3", "转速", NoSuchArticle()),
        ("第五条", "水车", NoSuchArticle()),
        ("第二条 第三款", "水车", NoSuchArticle()),
        ("", "水车", NoSuchArticle()),
        ("第一条", "骆驼", Missing()),
        ("第一条", "关于印发", Elsewhere("正文")),
        ("第一条", "水车管理办法第一章", Elsewhere("附件")),
        ("第一条", "第二章条件", Elsewhere("第二章")),
        ("第一条", "  ", Missing()),
    ],
)
def test_a_quote_stands_once_within_the_cited_article(cite: str, quote: str, look: Look) -> None:
    assert MEASURES.find(cite, quote) == look


def test_measures_numbered_through_under_sections() -> None:
    plan = OfficialText.read(
        "若干措施\n附件：\n一、修建\n（一）奖励 5 万元。\n（二）补助。\n"
        "二、运行\n（三）奖励 8 万元。\n"
    )
    assert plan.find("（三）", "奖励 8 万元") == Found()
    assert plan.find("二、（三）", "奖励") == Found()
    assert plan.find("（一）", "奖励 8 万元") == Elsewhere("（三）")
    assert plan.find("二、", "补助") == Elsewhere("（二）")


def test_a_numeral_that_means_nothing_begins_nothing() -> None:
    text = OfficialText.read("办法\n第一条 甲。\n（十百）乙。\n第十百条 丙。\n")
    assert text.find("第一条", "丙") == Found()
    plan = OfficialText.read("规划\n一、甲\n五、乙\n")
    assert plan.find("一、", "五、乙") == Found()


def test_chapters_and_sections_of_a_plan() -> None:
    plan = OfficialText.read(
        "规划\n第一章 背景\n第一节 意义\n好。\n第二节 基础\n稳。\n第二章 要求\n准。\n"
    )
    assert plan.find("第一章第二节", "稳") == Found()
    assert plan.find("第一章", "好") == Found()
    assert plan.find("第二章", "好") == Elsewhere("第一章第一节")


@pytest.mark.parametrize(
    ("cite", "there"), [("第四条（二）", True), ("第四条（三）", False), ("?", False)]
)
def test_whether_an_article_is_there(cite: str, *, there: bool) -> None:
    assert MEASURES.has(cite) is there


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第四条（六）", "第四条(六)"),
        ("第七条（一）1", "第七条（一）1."),
        ("附件2", "附2"),
        ("附件 2", "附件2"),
    ],
)
def test_the_ways_to_write_a_citation(one: str, other: str) -> None:
    assert read_place(one) == read_place(other) is not None


@given(st.text(alphabet="第一二条章、（）1.附件：水。 \n\f", max_size=120))
def test_nothing_but_white_space_and_page_numbers_is_ever_lost(raw: str) -> None:
    text = OfficialText.read(raw)
    whole = "".join(piece for _, piece in text.pieces)
    kept = [line for line in raw.replace("\f", "\n").split("\n") if not bare(line).isdigit()]
    assert whole == bare("".join(kept))
    assert text.find("第一条", raw) is not None


def test_the_covering_letter_is_cited_by_its_name() -> None:
    assert MEASURES.has("通知")
    assert MEASURES.find("通知", "水 2030 年 1号") == Found()
    assert MEASURES.find("通知", "为管好水车") == Elsewhere("第一条")
    assert MEASURES.find("第一条", "水 2030 年 1号") == Elsewhere("正文")
