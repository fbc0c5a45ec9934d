"""What to say when something typed is not taken: kindly, with what would be."""

from collections.abc import Mapping
from types import MappingProxyType

from dialogs import wording
from dialogs.answers.outcome import Code, Unclear
from dialogs.catalogue import marked, text
from knowledge.model import Language
from knowledge.value import Spec

_SENTENCES: Mapping[Code, str] = MappingProxyType(
    {
        Code.NOTHING_SAID: marked("没有看到内容，请再说一次。"),
        Code.TOO_LONG: marked("太长了，请用 {most} 个字以内回答。"),
        Code.NOT_UNDERSTOOD: marked("抱歉，没能从这句话里读出{kind}。"),
        Code.ABOUT: marked("您说的是大概的数。就按这个数记，还是换成一个范围（例如“{range}”）？"),
        Code.VAGUE: marked("这个说法比较宽，定不下来。能给一个数或一个范围吗？"),
        Code.UNSURE: marked("不确定也没关系：可以点“不知道”，查到了再告诉我。"),
        Code.WHICH_UNIT: marked("没有写单位，请选一个，或带上单位再说一次（例如“{example}”）。"),
        Code.PERCENT: marked("请问是百分之几？请选一个，或带上 % 再说一次。"),
        Code.WRONG_UNIT: marked("单位好像不对，这里问的是“{title}”，单位是{unit}。"),
        Code.OUT_OF_BOUNDS: marked("这超出了可能的范围（{bounds}），请再核对一下。"),
        Code.RANGE_REVERSED: marked("范围的前一个比后一个大，请再核对一下。"),
        Code.NOT_WHOLE: marked("这里要填整数。"),
        Code.TOO_MANY_DECIMALS: marked("小数位太多了，请少写几位。"),
        Code.SEVERAL_NUMBERS: marked("看到了不止一个数。这里只问“{title}”，请只回答这一个。"),
        Code.NOT_PLAIN: marked("请用平常的写法写这个数（例如“{example}”）。"),
        Code.NO_SUCH_DAY: marked("日历上没有这一天，请再核对一下。"),
        Code.WHICH_YEAR: marked("请问是哪一年的？"),
        Code.WHICH_DAY: marked("哪个是月、哪个是日？请选一个。"),
        Code.NEGATIVE_QUESTION: marked(
            "这个问题本身带着否定，怕理解反了。关于“{title}”，请选“是”或“否”。"
        ),
        Code.DID_YOU_MEAN: marked("您说的是下面这个吗？"),
        Code.NO_SUCH_OPTION: marked("选项里没有找到这一个，请从选项里选，或输入选项的名称。"),
        Code.SEVERAL_OPTIONS: marked("这里只能选一个，请问是哪一个？"),
        Code.WHICH_ROWS: marked("请逐条告诉我，一条一行；没有的话请说“没有”。"),
        Code.NOT_A_ROW: marked("这一行没能对上各栏（{columns}）。各项之间请用逗号隔开，一条一行。"),
        Code.TOO_MANY_ROWS: marked("最多记 {most} 条。"),
    }
)
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "number": marked("一个数"),
        "money": marked("一个金额"),
        "ratio": marked("一个比例"),
        "date": marked("一个日期"),
        "yes_no": marked("“是”或“否”"),
    }
)
_ANSWER = marked("答案")
_TRY = marked("可以这样回答：{example}")


def explain(unclear: Unclear, language: Language) -> str:
    """One or two sentences for the person; offers are shown beside it, as buttons."""
    said = text(_SENTENCES[unclear.code], language, **unclear.context)
    if unclear.code is Code.NOT_UNDERSTOOD and unclear.context.get("example"):
        return said + "\n" + text(_TRY, language, **unclear.context)
    return said


def context_of(spec: Spec, language: Language) -> dict[str, str]:
    """What the sentences need of what was asked, in the language of the answer."""
    columns = getattr(spec, "columns", {})
    return {
        "title": spec.title.of(language),
        "kind": text(_KINDS.get(spec.type or "", _ANSWER), language),
        "unit": wording.unit(spec, language),
        "bounds": wording.bounds(spec, language),
        "example": wording.example(spec, language),
        "range": wording.example_range(spec, language),
        "columns": text("、", language).join(c.title.of(language) for c in columns.values()),
        "most": str(spec.max_length),
    }
