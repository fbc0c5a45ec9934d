"""What is asked in the tables of this folder."""

from collections.abc import Mapping

from knowledge.fact import Fact

_KIND = {
    "enterprise": {"zh": "企业", "en": "enterprise", "also": ["公司", "有限公司"]},
    "university": {"zh": "高等学校", "en": "university or college", "also": ["大学", "高校"]},
    "research_institute": {"zh": "科研院所（事业单位）", "en": "public research institute"},
    "public_institution": {"zh": "其他事业单位", "en": "other public institution"},
}
_DAY = {"type": "date", "bounds": "1900-01-01..2100-12-31"}
_TEXTS = {
    "title": {"zh": "研发人员", "en": "R&D staff"},
    "ask": {"zh": "多少？", "en": "How many?"},
}


def _fact(**keys: object) -> Fact:
    return Fact.model_validate({**_TEXTS, **keys})


def _titled(zh: str, en: str, **keys: object) -> dict[str, object]:
    return {"title": {"zh": zh, "en": en}, **keys}


_IP = {
    "ip": {"zh": "自主知识产权", "en": "own IP", "also": ["IP"]},
    "standard": {"zh": "标准", "en": "standard"},
    "award": {"zh": "科技奖励", "en": "science award"},
}
_CNY = {"type": "money", "currency": "CNY", "bounds": "0..100000000 万元"}

SPECS: Mapping[str, Fact] = {
    "people": _fact(type="number", unit="人", bounds="0..1000000000 人"),
    "items": _fact(type="number", unit="项", bounds="0..1000 项"),
    "area": _fact(type="number", unit="平方米", whole="no", bounds="0..10000000 平方米"),
    "days": _fact(type="number", unit="天", bounds="0..366 天"),
    "balance": _fact(type="number", unit="分", bounds="-100..100 分"),
    "money": _fact(**_titled("研发费用", "R&D expense"), **_CNY),
    "dollars": _fact(type="money", currency="USD", bounds="0..1000000 万美元"),
    "ratio": _fact(type="ratio", bounds="0%..100%"),
    "day": _fact(**_titled("注册成立日期", "date of registration"), **_DAY),
    "yes_no": _fact(**_titled("具有法人资格", "is a legal person"), type="yes_no"),
    "negative": _fact(
        **_titled("无失信记录", "no record of dishonesty"),
        ask={"zh": "贵单位是否没有失信记录？", "en": "Is there no record?"},
        type="yes_no",
    ),
    "fresh": _fact(
        **_titled("有成文制度", "written rules"),
        ask={"zh": "有没有不同于传统院所的成文制度？（没有请答“否”）", "en": "Are there rules?"},
        type="yes_no",
    ),
    "kind": _fact(type="choice", options=_KIND),
    "kinds": _fact(type="choices", options=_KIND),
    "region": _fact(
        type="choice",
        options={
            "zhengzhou": {"zh": "郑州市", "en": "Zhengzhou", "also": ["郑州"]},
            "luoyang": {"zh": "洛阳市", "en": "Luoyang", "also": ["洛阳"]},
            "other-province": {"zh": "河南省外（境内）", "en": "elsewhere", "also": ["省外"]},
        },
    ),
    "grade": _fact(
        type="choice",
        options={
            "excellent": {"zh": "优秀", "en": "excellent"},
            "none": {"zh": "都不是", "en": "none of these", "also": ["没有"]},
        },
    ),
    "achievements": _fact(
        shape="records",
        columns={
            "kind": _titled("类别", "kind", type="choice", options=_IP),
            "on": _titled("取得日期", "date obtained", **_DAY),
        },
    ),
    "grants": _fact(
        shape="records",
        columns={
            "name": _titled("项目名称", "project", type="text", max_length=50),
            "received": _titled("到账金额", "received", **_CNY),
            "on": _titled("到账日期", "date received", **_DAY),
        },
    ),
    "tiny": _fact(
        shape="records",
        max_rows=2,
        columns={"n": _titled("人数", "people", type="number", unit="人", bounds="0..100 人")},
    ),
    "words": _fact(type="text", max_length=20),
}
