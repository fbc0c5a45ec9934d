"""A test as a sentence, an amount as a formula: rendered from the tree, never written twice."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from dialogs.catalogue import marked, text
from dialogs.wording import figures
from dialogs.wording.values import of_role
from knowledge.base import KnowledgeBase
from knowledge.expression import tree
from knowledge.fact import Column, Fact
from knowledge.model import Language

_SIGNS: Mapping[tree.Comparator, str] = MappingProxyType(
    {">=": "≥", ">": ">", "<=": "≤", "<": "<", "==": "=", "!=": "≠"}
)
_DAYS: Mapping[tree.Comparator, str] = MappingProxyType(
    {
        ">=": marked("{what}不早于{day}"),
        ">": marked("{what}晚于{day}"),
        "<=": marked("{what}不晚于{day}"),
        "<": marked("{what}早于{day}"),
        "==": marked("{what}是{day}"),
        "!=": marked("{what}不是{day}"),
    }
)
_AGO: Mapping[tree.Comparator, str] = MappingProxyType(
    {
        ">=": marked("{what}在近 {span}内"),
        ">": marked("{what}在近 {span}内（不含首日）"),
        "<=": marked("{what}距今满 {span}"),
        "<": marked("{what}距今超过 {span}"),
    }
)
_YEARS: Mapping[tree.YearFunction, str] = MappingProxyType(
    {
        "last_year": marked("上年度{title}"),
        "this_year": marked("本年度{title}"),
        "sum_years": marked("近 {years} 个年度{title}合计"),
        "mean_years": marked("近 {years} 个年度{title}平均"),
        "min_years": marked("近 {years} 个年度每年的{title}"),
        "max_years": marked("近 {years} 个年度最高一年的{title}"),
        "years_ago": marked("{years} 年前那个年度的{title}"),
    }
)
_OPERATORS = {"+": "+", "-": "\u2212", "*": "×"}


def sentence(test: tree.Test, knowledge: KnowledgeBase, language: Language) -> str:
    """A test in one sentence: `研发人员 ÷ 职工总数 ≥ 30%`. An exclusion says what must not be."""
    return _Writer(knowledge, language).test(test)


def amount(number: tree.Number, knowledge: KnowledgeBase, language: Language) -> str:
    """A number or an amount as its formula."""
    return _Writer(knowledge, language).number(number)


class _Writer:
    """Writes one tree in one language."""

    def __init__(self, knowledge: KnowledgeBase, language: Language) -> None:
        self._knowledge = knowledge
        self._language: Language = language

    def text(self, msgid: str, **values: object) -> str:
        return text(msgid, self._language, **values)

    # Tests

    def test(self, test: tree.Test) -> str:
        match test:
            case tree.Compare():
                return self._compare(test)
            case tree.CompareRatio():
                ratio = f"{self._factor(test.above)} ÷ {self._factor(test.below)}"
                return f"{ratio} {_SIGNS[test.operator]} {self.number(test.right)}"
            case tree.OneOf():
                return self._one_of(test)
            case tree.Includes():
                return self._including(test, (test,), marked("{what}包括{options}"))
            case tree.YesNo():
                return self._yes_no(test)
            case tree.Exists():
                return self._rows(test, marked("有{title}"), marked("有{title}（{where}）"))
            case tree.Not():
                return self._not(test.part)
            case tree.Both():
                return self._both(test)
            case _:
                return test.says.of(self._language)

    def _compare(self, test: tree.Compare) -> str:
        if test.left.kind == "date":
            return self._compare_days(test)
        return f"{self.number(test.left)} {_SIGNS[test.operator]} {self.number(test.right)}"

    def _compare_days(self, test: tree.Compare) -> str:
        what, right = self.number(test.left), test.right
        back = isinstance(right, tree.Shifted) and isinstance(right.day, tree.Today)
        if isinstance(right, tree.Shifted) and back and right.sign < 0 and test.operator in _AGO:
            span = figures.duration(right.by, self._language)
            return self.text(_AGO[test.operator], what=what, span=span)
        return self.text(_DAYS[test.operator], what=what, day=self.number(right))

    def _one_of(self, test: tree.OneOf) -> str:
        what = self._what(test.fact, test.role, test.column)
        if test.listed is not None and test.listed in self._knowledge.lists:
            title = self._knowledge.lists[test.listed].title.of(self._language)
            if test.negated:
                return self.text("{what}不属于“{title}”", what=what, title=title)
            return self.text("{what}属于“{title}”", what=what, title=title)
        spec = _spec(test.fact, test.column)
        names = [self._name(spec, o) for o in spec.options if o in test.options]
        if len(names) == 1:
            if test.negated:
                return self.text("{what}不是{option}", what=what, option=names[0])
            return self.text("{what}是{option}", what=what, option=names[0])
        options = self.text("、").join(names)
        if test.negated:
            return self.text("{what}不是下列任何一种：{options}", what=what, options=options)
        return self.text("{what}是下列之一：{options}", what=what, options=options)

    def _including(
        self, first: tree.Includes, all_: tuple[tree.Includes, ...], message: str
    ) -> str:
        spec = _spec(first.fact, first.column)
        names = [self._name(spec, each.option) for each in all_]
        what = self._what(first.fact, first.role, first.column)
        return self.text(message, what=what, options=self.text("、").join(names))

    def _name(self, spec: Fact | Column, option: str) -> str:
        """The name of an option, in quotation marks where it would fall apart in a list."""
        name = spec.options[option].of(self._language)
        return f"“{name}”" if re.search(r"[，、；]|[,;] ", name) else name

    def _yes_no(self, test: tree.YesNo) -> str:
        title = _spec(test.fact, test.column).title.of(self._language)
        if test.last_year:
            title = self.text("上年度{title}", title=title)
        if test.role in self._knowledge.roles:
            who = self._knowledge.roles[test.role].title.of(self._language)
            return self.text("{who}：{title}", who=who, title=title)
        return title

    def _rows(self, test: tree.Exists, bare: str, narrowed: str) -> str:
        title = of_role(
            test.fact.title.of(self._language), test.role, self._knowledge, self._language
        )
        if test.where is None:
            return self.text(bare, title=title)
        return self.text(narrowed, title=title, where=self.test(test.where))

    def _not(self, part: tree.Test) -> str:
        if isinstance(part, tree.Exists):
            return self._rows(part, marked("没有{title}"), marked("没有{title}（{where}）"))
        if isinstance(part, tree.Includes):
            return self._including(part, (part,), marked("{what}不包括{options}"))
        if isinstance(part, tree.YesNo):
            return self.text("“{title}”为否", title=self._yes_no(part))
        same = _same_list(part)
        if same is not None and isinstance(part, tree.Both) and part.word == "any":
            none = marked("{what}不包括下列任何一项：{options}")
            return self._including(same[0], same, none)
        return self.text("并非（{what}）", what=self.test(part))

    def _both(self, test: tree.Both) -> str:
        same = _same_list(test)
        if same is not None:
            message = (
                marked("{what}包括下列全部：{options}")
                if test.word == "all"
                else marked("{what}包括下列至少一项：{options}")
            )
            return self._including(same[0], same, message)
        joint = self.text("，并且") if test.word == "all" else self.text("，或者")
        return joint.join(self._part(part, test.word) for part in test.parts)

    def _part(self, part: tree.Test, word: str) -> str:
        said = self.test(part)
        nested = isinstance(part, tree.Both) and part.word != word and _same_list(part) is None
        return self.text("（{what}）", what=said) if nested else said

    # Numbers

    def number(self, number: tree.Number) -> str:
        match number:
            case tree.Constant():
                return self._constant(number)
            case tree.Today():
                return self.text("今天")
            case tree.FactValue():
                return self._what(number.fact, number.role, None)
            case tree.ColumnValue():
                return self._what(number.fact, "", number.column)
            case tree.YearValue():
                title = self._what(number.fact, number.role, None)
                return self.text(_YEARS[number.function], title=title, years=number.years)
            case tree.Shifted():
                return self._shifted(number)
            case tree.YearOf():
                return self._year_of(number)
            case tree.Counted() | tree.Summed():
                return self._over_rows(number)
            case _:
                return self._computed(number)

    def _constant(self, number: tree.Constant) -> str:
        return figures.scalar(number.value, number.kind, self._language)

    def _shifted(self, number: tree.Shifted) -> str:
        span, day = figures.duration(number.by, self._language), self.number(number.day)
        if number.sign < 0:
            return self.text("{day}之前 {span}的那天", day=day, span=span)
        return self.text("{day}之后 {span}的那天", day=day, span=span)

    def _year_of(self, number: tree.YearOf) -> str:
        if isinstance(number.day, tree.Today):
            return self.text("今年年份")
        shifted = number.day
        if isinstance(shifted, tree.Shifted) and isinstance(shifted.day, tree.Today):
            by = shifted.by
            if (by.count, by.span, shifted.sign) == (1, "years", -1):
                return self.text("去年年份")
        return self.text("{day}的年份", day=self.number(shifted))

    def _over_rows(self, number: tree.Counted | tree.Summed) -> str:
        title = self._what(number.fact, number.role, None)
        if isinstance(number, tree.Counted) and number.fact.type == "choices":
            return self.text("{title}数", title=title)
        if number.where is not None:
            title = self.text("{title}（{where}）", title=title, where=self.test(number.where))
        if isinstance(number, tree.Counted):
            return self.text("{title}条数", title=title)
        return self.text(
            "{title}逐条计算“{body}”的合计", title=title, body=self.number(number.body)
        )

    def _computed(
        self, number: tree.Arithmetic | tree.Least | tree.WholeSteps | tree.Choose
    ) -> str:
        match number:
            case tree.Arithmetic():
                return self._arithmetic(number)
            case tree.Least():
                parts = self.text("、").join(self.number(part) for part in number.parts)
                if number.function == "min":
                    return self.text("（{parts}）中最小的", parts=parts)
                return self.text("（{parts}）中最大的", parts=parts)
            case tree.WholeSteps():
                return self._whole_steps(number)
            case _:
                return self.text(
                    "（如果{test}：{then}；否则：{otherwise}）",
                    test=self.test(number.test),
                    then=self.number(number.then),
                    otherwise=self.number(number.otherwise),
                )

    def _arithmetic(self, number: tree.Arithmetic) -> str:
        left, right = self.number(number.left), self.number(number.right)
        if number.operator == "*":
            left, right = self._factor(number.left), self._factor(number.right)
        elif number.operator == "-" and isinstance(number.right, tree.Arithmetic):
            right = self._factor(number.right)
        return f"{left} {_OPERATORS[number.operator]} {right}"

    def _whole_steps(self, number: tree.WholeSteps) -> str:
        said = self._factor(number.value)
        if number.divisor is not None:
            said = f"{said} ÷ {self.number(number.divisor)}"
        if number.function == "floor":
            return self.text("（{value}，只取整数部分）", value=said)
        return self.text("（{value}，不足一份的按一份算）", value=said)

    def _factor(self, number: tree.Number) -> str:
        said = self.number(number)
        plus = isinstance(number, tree.Arithmetic) and number.operator != "*"
        return f"({said})" if plus else said

    def _what(self, fact: Fact, role: str, column: str | None) -> str:
        title = _spec(fact, column).title.of(self._language)
        return title if column else of_role(title, role, self._knowledge, self._language)


def _spec(fact: Fact, column: str | None) -> Fact | Column:
    return fact if column is None else fact.columns[column]


def _same_list(test: tree.Test) -> tuple[tree.Includes, ...] | None:
    """The parts of a test when all ask the same several choices: they read as one list."""
    if not isinstance(test, tree.Both):
        return None
    parts = tuple(part for part in test.parts if isinstance(part, tree.Includes))
    asked = {(part.fact.id, part.role, part.column) for part in parts}
    return parts if len(parts) == len(test.parts) > 1 and len(asked) == 1 else None
