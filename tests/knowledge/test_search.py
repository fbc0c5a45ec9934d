"""Questions to an invented release and to the built-in one: the right provision, or nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge.loading import builtin
from knowledge.search import Search
from knowledge.search_query import article_key
from tests.builders.knowledge import a_criterion, a_programme_of, a_release

DOCUMENT = """
number: 试〔2023〕1号
title: {zh: 水车管理办法, en: Measures for water wheels}
issuers: [试验厅]
issued: 2023-01-10
effective: 2023-02-01
expires: 2025-12-31
provisions:
  - {article: 第一条, says: {zh: 申请单位职工和收入的条件}, topics: [条件]}
  - {article: 第二条, says: {zh: 水车至少十架}, topics: [水车]}
  - {article: 第二条（一）, says: {zh: 水车完好}, topics: [水车]}
  - {article: 第二条（二）, says: {zh: 河宽至少三米, en: a river of three metres}}
  - {article: 第三条, says: {zh: 每架水车奖励五万元}, topics: [奖励]}
  - {article: 第四条, says: {zh: 水车场地的租金不予补助}, topics: [补助]}
  - {article: 第五条, says: {zh: 每年年底前报送年度报告}, topics: [年度报告]}
  - {article: 附件1, says: {zh: 申请表}}
"""
OTHER = """
number: 试〔2023〕12号
title: {zh: 骆驼管理办法, en: Measures for camels}
issuers: [试验厅]
issued: 2023-01-10
effective: 2023-02-01
expires: not_stated
provisions:
  - {article: （十二）, says: {zh: 骆驼每年体检一次}}
"""
SYNONYMS = """
groups:
  - [租金, 房租]
  - [水车, 筒车, water wheel]
  - [年度报告, 年报]
"""
SEARCH = Search(
    a_release(
        a_programme_of(a_criterion("staff >= 3 人")),
        {
            "documents/试-2023-1.yaml": DOCUMENT,
            "documents/试-2023-12.yaml": OTHER,
            "synonyms.yaml": SYNONYMS,
        },
    )
)


def found(search: Search, query: str, limit: int = 5) -> list[str]:
    return [f"{hit.document} {hit.article}".strip() for hit in search.find(query, limit)]


class TestByWords:
    @pytest.mark.parametrize(
        ("query", "first"),
        [
            ("河要多宽", []),  # one character says too little
            ("河宽要几米", ["试-2023-1 第二条（二）"]),
            ("水车奖励多少", ["试-2023-1 第三条"]),
            ("筒车的房租能补助吗？", ["试-2023-1 第四条"]),
            ("什么时候交年报", ["试-2023-1 第五条"]),
            ("Water Wheel 奖励", ["试-2023-1 第三条"]),
            ("骆驼体检", ["试-2023-12 （十二）"]),
            ("水车　奖励？", ["试-2023-1 第三条"]),
        ],
    )
    def test_the_best_first(self, query: str, first: list[str]) -> None:
        assert found(SEARCH, query)[:1] == first

    @pytest.mark.parametrize(
        "query",
        [
            "", " ", "?!", "🎉🎉", "你好", "怎么办", "的", "天气预报", "水车天气预报股票推荐", "%",
            "' OR 1=1 --", '" NEAR(', "河" * 50_000, "100%", "x" * 50_000,
        ],
    )  # fmt: skip
    def test_nothing_rather_than_noise(self, query: str) -> None:
        assert SEARCH.find(query) == ()

    def test_a_hit_says_what_the_provision_says(self) -> None:
        hit = SEARCH.find("水车奖励多少")[0]
        assert (hit.says, hit.programme, hit.score) == ("每架水车奖励五万元", None, 1.0)

    def test_a_hit_names_the_programme_that_rests_on_the_article(self) -> None:
        hit = SEARCH.find("职工收入条件")[0]
        assert (hit.article, hit.programme) == ("第一条", "trial")

    def test_the_programme_itself_is_found(self) -> None:
        hit = SEARCH.find("试行项目")[0]
        assert (hit.document, hit.article, hit.programme) == ("试-2023-1", "", "trial")

    def test_no_more_than_asked_for(self) -> None:
        assert len(SEARCH.find("水车", 2)) == 2
        assert SEARCH.find("水车", 0) == ()


class TestByNumber:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("试〔2023〕1号第二条（一）", ["试-2023-1 第二条（一）"]),
            ("试[2023]1号 第2条第1项", ["试-2023-1 第二条（一）"]),
            (
                "试2023-1第二条",
                ["试-2023-1 第二条", "试-2023-1 第二条（一）", "试-2023-1 第二条（二）"],
            ),
            ("1号附件1", ["试-2023-1 附件1"]),
            ("12号第十二条", ["试-2023-12 （十二）"]),
            ("12号文", ["试-2023-12"]),
            ("试〔2023〕1号", ["试-2023-1", "试-2023-1"]),
            ("1号 骆驼", []),
            ("水车第三条", ["试-2023-1 第三条"]),
            ("1号第九条", []),
            ("9号第一条", []),
            ("试〔2023〕99号 水车", []),
            ("第二条", []),
            ("第十百条", []),
        ],
    )
    def test_an_article_or_nothing(self, query: str, expected: list[str]) -> None:
        assert found(SEARCH, query) == expected

    def test_a_day_of_the_month_and_a_house_number_are_no_documents(self) -> None:
        assert found(SEARCH, "9月1号前交年报")[:1] == ["试-2023-1 第五条"]
        assert found(SEARCH, "1号楼的水车奖励")[:1] != ["试-2023-12"]

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("第四条（六）", (("条", 4), ("项", 6))),
            ("第4条第6项", (("条", 4), ("项", 6))),
            ("第七条(一)1.", (("条", 7), ("项", 1), ("点", 1))),
            ("附件２", (("附", 2),)),
            ("（二十五）", (("项", 25),)),
            ("第四条和第六条", (("条", 4),)),
            ("第十百条", ()),
            ("没有", ()),
        ],
    )
    def test_the_ways_to_write_an_article(self, text: str, key: object) -> None:
        assert article_key(text) == key


def test_several_threads_may_read_one_search() -> None:
    queries = ["水车奖励多少", "河宽要几米", "骆驼体检", "天气预报"] * 25
    alone = [SEARCH.find(query) for query in queries]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(SEARCH.find, queries)) == alone


class TestBuiltIn:
    """The table the floor is set by; the provision stands among the first three hits."""

    search = Search(builtin())

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("研发人员要占多少比例", "豫科-2023-54 第四条（六）"),
            ("研发费用一年要花多少", "豫科-2023-54 第四条（四）"),
            ("成立多久才能申请新型研发机构", "豫科-2023-54 第四条（一）"),
            ("办公场地要多少平方米", "豫科-2023-54 第四条（五）"),
            ("被取消备案资格几年不能再申请", "豫科-2023-54 第十六条"),
            ("新型研发机构改名了要报告吗", "豫科-2023-54 第十四条"),
            ("创新券最多能领多少钱", "豫科-2023-15 第十三条"),
            ("高企有没有额度", "豫科-2023-15 第十三条"),
            ("协创券能付房租吗", "豫科-2023-15 第十二条（四）"),
            ("合同金额的一半", "豫科-2023-15 第十八条（一）"),
            ("科普基地有效期几年", "豫科-2023-10 第十条"),
            ("场馆类科普基地展厅面积多大", "豫科-2023-10 第七条（一）"),
            ("科普基地什么时候申报", "豫科-2023-10 第八条（一）"),
            ("引进外资一千万美元奖励多少", "豫政-2023-33 （二十五）"),
            ("招商引资奖励最高多少", "豫政-2023-33 （二十五）"),
            ("承担国家重大专项研发团队奖励比例", "豫政-2023-33 （七）"),
            ("博士后安家费", "豫政-2023-33 （二十三）"),
            ("企业上市补贴", "豫政-2023-33 （十三）"),
            ("中试基地优秀有多少名额", "豫科-2023-53 第十五条"),
            ("人类遗传资源采集超过多少例要许可", "科技部令-21 第二十七条（三）"),
            ("500例以上基因组测序", "科技部令-21 第三十七条（三）"),
            ("专精特新小巨人有什么奖励", "豫政-2023-33 （三）"),
            ("博士后一年给多少钱", "豫政-2023-33 （二十三）"),
            ("绿色工厂怎么申报", "豫政办-2023-6 四、（三）"),
            ("罚款可以分期吗", "科技部令-20 第五十三条"),
            ("首台套补贴多少", "豫政-2023-42 四、（二）"),
            ("研发费用加计扣除比例", "豫科-2023-47 二、（二）1"),
            ("实验室评估不合格怎么办", "豫科-2023-111 第二十六条"),
            ("how many R&D staff are needed", "豫科-2023-54 第四条（六）"),
            ("54号第四条（六）", "豫科-2023-54 第四条（六）"),
            ("科技部令21号第27条", "科技部令-21 第二十七条"),
            ("33号第二十五条", "豫政-2023-33 （二十五）"),
        ],
    )
    def test_answers(self, query: str, expected: str) -> None:
        assert expected in found(self.search, query, 3)

    @pytest.mark.parametrize(
        "query",
        [
            "今天天气怎么样", "比特币挖矿补贴", "怎么办理离婚", "个人所得税怎么退税", "讲个笑话",
            "股票推荐", "公积金贷款额度", "养老保险缴费", "what is the weather", "上海落户条件",
            "残疾人就业保障金", "小规模纳税人增值税", "农机购置补贴", "出口退税",
            "电影票多少钱", "怎么开餐馆", "专利申请费用减免", "99号第一条",
        ],
    )  # fmt: skip
    def test_says_nothing_of_what_it_does_not_know(self, query: str) -> None:
        assert self.search.find(query) == ()
