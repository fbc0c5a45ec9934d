"""Wrong rules made on purpose: every one is noticed, or has a reason why it does not matter."""

from pathlib import Path

import pytest

from knowledge.cases import read_cases
from knowledge.loading import BUILTIN_FOLDER, builtin
from knowledge.mutation import mutants_of, read_excused, survives
from knowledge.yaml_text import Refused
from tests.builders.knowledge import a_criterion, a_programme_of, a_release

EXCUSED = read_excused(Path(__file__).parent / "survivors.yaml")
CLOCK = """
clocks:
  - {id: report, title: {zh: 报告, en: report}, who: applicant, purpose: deadline, cite: 第一条,
     quote: 两个月内, within: 2 个月, event: {zh: 变更, en: change}, event_fact: founded}
"""
CASES = """
- {case: 四人, as_of: 2024-03-01, given: {staff: 4 人}, expect: {one: eligible}}
- {case: 三人, as_of: 2024-03-01, given: {staff: 3 人}, expect: {one: eligible}}
- {case: 两人, as_of: 2024-03-01, given: {staff: 2 人}, expect: {one: ineligible}}
"""


@pytest.mark.parametrize("programme", sorted(builtin().programmes))
def test_a_case_notices_every_wrong_rule(programme: str) -> None:
    base = builtin()
    file = BUILTIN_FOLDER / "programmes" / f"{programme}.cases.yaml"
    cases = read_cases(file.name, file.read_text("utf-8"))
    found = {
        mutant.name
        for mutant in mutants_of(base.programmes[programme])
        if survives(base, mutant, cases)
    }
    assert found - EXCUSED.get(programme, {}).keys() == set()


def test_every_excuse_is_of_a_programme_and_has_a_reason() -> None:
    assert EXCUSED.keys() <= builtin().programmes.keys()
    assert all(reason.strip() for of in EXCUSED.values() for reason in of.values())


def survivors(body: str, cases: str) -> set[str]:
    base = a_release(body)
    read = read_cases("trial.cases.yaml", cases)
    return {m.name for m in mutants_of(base.programmes["trial"]) if survives(base, m, read)}


class TestMutants:
    BODY = a_programme_of(a_criterion("staff >= 3 人", more="not_in_quote: {zh: 略}"))

    def test_numbers_comparators_and_force_are_changed(self) -> None:
        changes = {m.change for m in mutants_of(a_release(self.BODY).programmes["trial"])}
        assert changes == {
            "hard → soft",
            "staff >= 3 人 → staff >= 4 人",
            "staff >= 3 人 → staff >= 2 人",
            "staff >= 3 人 → staff > 3 人",
            "staff >= 3 人 → staff <= 3 人",
        }

    def test_cases_on_both_sides_of_the_line_notice_all(self) -> None:
        assert survivors(self.BODY, CASES) == set()

    def test_without_the_case_at_the_line_two_survive(self) -> None:
        kept = "\n".join(line for line in CASES.splitlines() if "三人" not in line)
        assert survivors(self.BODY, kept) == {
            "one: staff >= 3 人 → staff >= 4 人",
            "one: staff >= 3 人 → staff > 3 人",
        }

    def test_the_quote_notices_what_no_case_does(self) -> None:
        assert survivors(self.BODY + CLOCK, CASES) == set()

    def test_a_file_of_excuses_that_cannot_be_read_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "excused.yaml").write_text("trial: [a]", "utf-8")
        with pytest.raises(Refused, match="excused"):
            read_excused(tmp_path / "excused.yaml")
