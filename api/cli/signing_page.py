"""The page an official signs off, rendered from a programme and its cases."""

from collections.abc import Iterator, Sequence

from dialogs import wording
from knowledge.base import KnowledgeBase
from knowledge.benefit import Benefit
from knowledge.cases import Case
from knowledge.compiled import CompiledProgramme
from knowledge.criterion import Cited, Criterion, Group, OtherReading
from knowledge.model import Language
from knowledge.profile import Asking
from knowledge.programme import Definition
from knowledge.truth import Standing, StandingRange

_MOST_CASES = 3
_STANDINGS = {standing.word: standing for standing in Standing}
_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "basis": "依据", "defines": "定义",
        "applies_to": "适用对象", "criteria": "条件", "exclusions": "排除情形",
        "exceptions": "例外", "routes": "办理路径", "benefits": "支持内容", "clocks": "时限",
        "materials": "材料", "steps": "程序", "duties": "义务", "revocation": "撤销情形",
        "quote": "原文", "reading": "读法", "other": "另一读法", "case": "例", "risk": "自评",
        "hard": "须符合", "soft": "原则上", "open_list": "列举未尽", "evidence": "须举证",
        "all": "全部符合", "any": "符合任一", "at_least": "至少符合 {n} 项", "not_stated": "未载明",
        "issued": "印发", "in_force": "施行", "until": "至", "not": "不得", "gaps": "文本疑点",
        "silent_on": "文件没写", "yields_to": "让位于", "lifecycle": "状态",
        "exact": "数额", "formula": "算法", "range": "幅度（低、高）", "cap": "上限",
        "none": "没有写数额", "in_kind": "不是资金", "undetermined": "还不能确定",
    },
    "en": {
        "basis": "Basis", "defines": "Definitions",
        "applies_to": "Applies to", "criteria": "Criteria",
        "exclusions": "Exclusions", "exceptions": "Exceptions", "routes": "Routes",
        "benefits": "Benefits", "clocks": "Clocks", "materials": "Materials", "steps": "Steps",
        "duties": "Duties", "revocation": "Grounds of revocation", "quote": "text",
        "reading": "reading", "other": "other reading", "case": "case", "risk": "own view",
        "hard": "required", "soft": "in principle", "open_list": "open list",
        "evidence": "to be evidenced", "all": "all of", "any": "any of",
        "at_least": "at least {n} of", "not_stated": "not stated", "in_force": "in force",
        "issued": "issued", "until": "until", "not": "must not hold", "gaps": "Doubts in the texts",
        "silent_on": "Not in the texts", "yields_to": "Gives way to", "lifecycle": "States",
        "exact": "amount", "formula": "formula", "range": "range (low, high)", "cap": "cap",
        "none": "no amount stated", "in_kind": "not money", "undetermined": "not yet known",
    },
}  # fmt: skip

Cases = Sequence[tuple[int, Case]]


def signing_page(
    base: KnowledgeBase, programme: str, cases: Cases, language: Language
) -> Iterator[str]:
    """The lines of the page."""
    yield from _Page(base, base.compiled[programme], cases, language).lines()


class _Page:
    """One programme as an official reads it: test, quote, reading and cases side by side."""

    def __init__(
        self, base: KnowledgeBase, compiled: CompiledProgramme, cases: Cases, language: Language
    ) -> None:
        self._base = base
        self._compiled = compiled
        self._cases = cases
        self._language: Language = language
        self._words = _WORDS[language]

    def lines(self) -> Iterator[str]:
        model = self._compiled.model
        yield f"{model.title.of(self._language)}    {model.id}"
        yield model.summary.of(self._language)
        for document in model.basis:
            yield self._basis(document)
        if model.defines:
            yield self._heading("defines")
        for name, definition in model.defines.items():
            yield from self._definition(name, definition)
        if model.applies_to is not None:
            yield self._heading("applies_to")
            yield from self._tested(model.applies_to, model.applies_to.id, "")
        if model.criteria is not None:
            yield self._heading("criteria")
            yield from self._node(model.criteria, 0)
        if model.exclusions:
            yield self._heading("exclusions")
            for criterion in model.exclusions:
                yield from self._criterion(criterion, 0)
        yield from self._ways()
        yield from self._gives()
        yield from self._after()

    def _basis(self, name: str) -> str:
        document = self._base.documents[name]
        ends = document.expires if document.expires != "not_stated" else self._words["not_stated"]
        starts = str(document.effective)
        if document.effective == "not_stated":
            starts = f"{self._words['not_stated']} ({self._words['issued']} {document.issued})"
        return (
            f"{self._words['basis']}: {document.number} {document.title.of(self._language)} "
            f"({self._words['in_force']} {starts} {self._words['until']} {ends})"
        )

    def _definition(self, name: str, definition: Definition) -> Iterator[str]:
        test = self._compiled.definitions[name].part
        rendered = wording.sentence(test, self._base, self._language)
        yield f"{definition.cite} {definition.says.of(self._language)}: {rendered}    [{name}]"
        yield f"  {self._words['quote']}: “{definition.quote}”"

    def _heading(self, word: str) -> str:
        return f"\n== {self._words[word]}"

    def _node(self, node: Criterion | Group, level: int) -> Iterator[str]:
        if isinstance(node, Criterion):
            yield from self._criterion(node, level)
            return
        word = "all" if node.all is not None else "any"
        title = node.title.of(self._language) if node.title else ""
        how = self._words[word if node.at_least is None else "at_least"].format(n=node.needed)
        yield f"{'  ' * level}[{how}] {title}".rstrip()
        for part in node.parts:
            yield from self._node(part, level + 1)

    def _criterion(self, criterion: Criterion, level: int) -> Iterator[str]:
        indent = "  " * level
        says = "" if criterion.says is None else criterion.says.of(self._language)
        force = f"({self._words[criterion.force]}) "
        for line in self._tested(criterion, criterion.id, force + says):
            yield indent + line
        if criterion.other_reading is not None:
            yield indent + self._other(criterion.id, criterion.other_reading)
        if criterion.self_view is not None:
            view = wording.asking(Asking.parse(criterion.self_view), self._base, self._language)
            yield f"{indent}  {self._words['risk']}: {view}"
        for case in self._examples(criterion.id):
            yield f"{indent}  {self._words['case']}: {case}"

    def _tested(self, cited: Cited, id_: str, before: str) -> Iterator[str]:
        test = self._compiled.tests.get(id_)
        rendered = "" if test is None else wording.sentence(test.tree, self._base, self._language)
        yield f"{cited.cite} {before}{rendered}    [{id_}]"
        yield f"  {self._words['quote']}: “{cited.quote}”"
        if cited.reading is not None:
            yield f"  {self._words['reading']}: {cited.reading.of(self._language)}"

    def _other(self, id_: str, other: OtherReading) -> str:
        test = self._compiled.other_readings[id_]
        rendered = wording.sentence(test.tree, self._base, self._language)
        return f"  {self._words['other']}: {other.says.of(self._language)} ({rendered})"

    def _examples(self, id_: str) -> Iterator[str]:
        found = [case for _, case in self._cases if id_ in case.expect]
        for case in found[:_MOST_CASES]:
            yield f"{case.case} → {self._outcome(str(case.expect[id_]))}"

    def _outcome(self, words: str) -> str:
        """A standing as the cases write it (`undetermined ineligible..eligible`) in plain words."""
        worst, _, best = words.removeprefix("undetermined").strip().partition("..")
        found = [_STANDINGS.get(each) for each in (worst, best or worst)]
        if found[0] is None or found[1] is None:
            return self._words["undetermined"] if words == "undetermined" else words
        return wording.standing_range(StandingRange(found[0], found[1]), self._language)

    def _ways(self) -> Iterator[str]:
        model = self._compiled.model
        if model.exceptions:
            yield self._heading("exceptions")
        for rule in model.exceptions:
            yield from self._tested(rule, rule.id, rule.says.of(self._language) + " ")
        if model.routes:
            yield self._heading("routes")
        for route in model.routes:
            says = (
                f"({wording.route(route.route, self._language)}) {route.says.of(self._language)}: "
            )
            yield from self._tested(route, route.id, says)

    def _gives(self) -> Iterator[str]:
        model = self._compiled.model
        if model.benefits:
            yield self._heading("benefits")
        for benefit in model.benefits:
            yield from self._tested(benefit, benefit.id, benefit.title.of(self._language) + " ")
            yield f"  {self._words[benefit.amount.stated]}{self._figures(benefit)}"
        if model.clocks:
            yield self._heading("clocks")
        for clock in model.clocks:
            rule = wording.clock_rule(clock, self._language)
            yield f"{clock.cite} {clock.title.of(self._language)}: {rule}    [{clock.id}]"
            yield f"  {self._words['quote']}: “{clock.quote}”"

    def _figures(self, benefit: Benefit) -> str:
        """The ends of an amount as formulas in words, then its caps."""
        trees = self._compiled.amounts[benefit.id].trees
        ends = (wording.amount(tree, self._base, self._language) for tree in trees)
        caps = (
            f"≤ {wording.quantity(cap.amount, self._language)} {cap.per.of(self._language)}"
            for cap in benefit.caps
        )
        return "".join(f"\n    {line}" for line in (*ends, *caps))

    def _after(self) -> Iterator[str]:
        model = self._compiled.model
        lists = {
            "materials": [(m.cite, m.says) for m in model.materials],
            "steps": [(s.cite, s.says) for s in model.steps],
            "duties": [(d.cite, d.says) for d in model.duties],
            "revocation": [(g.cite, g.says) for g in model.revocation],
            "yields_to": [(y.cite, y.says) for y in model.yields_to],
            "silent_on": [("", s.says) for s in model.silent_on],
            "lifecycle": [(s.cite, s.title) for s in model.lifecycle],
        }
        for word, items in lists.items():
            if items:
                yield self._heading(word)
            for cite, says in items:
                yield f"{cite} {says.of(self._language)}".lstrip()
        gaps = [
            (gap.article, gap.says)
            for name in model.basis
            for gap in self._base.documents[name].gaps
            if model.id in gap.programmes
        ]
        if gaps:
            yield self._heading("gaps")
        for article, said in gaps:
            yield f"{article} {said.of(self._language)}"
