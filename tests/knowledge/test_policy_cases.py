"""Every policy case beside a programme; together they reach each criterion from both sides."""

from collections import defaultdict
from pathlib import Path

import pytest

import knowledge
from knowledge.cases import Case, read_cases, run_cases
from knowledge.criterion import UNTESTED
from knowledge.loading import builtin

FOLDER = Path(knowledge.__file__).parent / "programmes"
CASES = {
    path.name.removesuffix(".cases.yaml"): read_cases(path.name, path.read_text("utf-8"))
    for path in sorted(FOLDER.glob("*.cases.yaml"))
}
EACH = [(name, line, case) for name, cases in CASES.items() for line, case in cases]


@pytest.mark.parametrize(
    ("programme", "line", "case"), EACH, ids=[f"{name}:{line}" for name, line, _ in EACH]
)
def test_case(programme: str, line: int, case: Case) -> None:
    assert list(map(str, run_cases(builtin(), programme, ((line, case),)))) == []


def test_every_programme_has_cases() -> None:
    assert sorted(CASES) == sorted(builtin().programmes)


@pytest.mark.parametrize("programme", sorted(CASES))
def test_cases_meet_and_miss_every_criterion(programme: str) -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for _, case in CASES[programme]:
        for what, expected in case.expect.items():
            seen[what].add(str(expected).partition(" ")[0])
    short = []
    for criterion in builtin().programmes[programme].all_criteria:
        words = seen[criterion.id]
        if criterion.force in UNTESTED:
            reached = bool(words & {"to_be_evidenced", "authority_decides"})
        else:
            missed = words & {"ineligible", "authority_decides"}
            reached = "eligible" in words and bool(missed)
        if not reached:
            short.append(f"{criterion.id}: {sorted(words)}")
    assert short == []


@pytest.mark.parametrize("programme", sorted(CASES))
def test_cases_reach_every_route_exception_benefit_and_clock(programme: str) -> None:
    named: dict[str, set[str]] = defaultdict(set)
    for _, case in CASES[programme]:
        for field in ("exceptions", "benefits", "clocks"):
            of_field = case.expect.get(field)
            named[field].update(of_field if isinstance(of_field, dict) else ())
        routes = case.expect.get("routes")
        for ids in routes.values() if isinstance(routes, dict) else ():
            named["routes"].update(ids)
    model = builtin().programmes[programme]
    for field in ("exceptions", "benefits", "clocks", "routes"):
        missing = {item.id for item in getattr(model, field)} - named[field]
        assert missing == set(), field


def test_a_case_that_expects_the_wrong_standing_is_found() -> None:
    line, case = CASES["new-rd-institution"][0]
    wrong = case.model_copy(update={"expect": {"timing": "expired"}})
    found = list(run_cases(builtin(), "new-rd-institution", ((line, wrong),)))
    assert [d.what for d in found] == ["timing"]
