"""The three engines are timed on rules that give the same answers, or not at all."""

from functools import cache

import pytest

from benchmarks.knowledge.agreement import agreement, probes, unknowns
from benchmarks.knowledge.rules import Rules, single_tests, whole_programmes
from benchmarks.knowledge.synthetic import synthetic_files
from knowledge.base import KnowledgeBase
from knowledge.loading import builtin, load_files


@cache
def _made_up() -> KnowledgeBase:
    return load_files(synthetic_files())


class TestAgreement:
    @pytest.mark.parametrize(
        ("base", "rules"),
        [
            pytest.param(_made_up(), whole_programmes(_made_up()), id="made-up"),
            pytest.param(builtin(), single_tests(builtin()), id="built-in"),
        ],
    )
    def test_no_answer_differs(self, base: KnowledgeBase, rules: Rules) -> None:
        found = agreement("any", base, rules, profiles=10)
        assert (found.openfisca_differs, found.zen_differs) == ((), ())

    def test_tests_hold_and_fail_alike(self) -> None:
        found = agreement("any", _made_up(), whole_programmes(_made_up()), profiles=10)
        assert 0.3 < found.held / found.compared < 0.7


class TestWhereTheyPart:
    def test_openfisca_answers_what_nobody_knows(self) -> None:
        found = unknowns(_made_up(), profiles=20)["openfisca"]
        assert found.answered_all_the_same == found.undetermined > 0

    def test_only_exact_amounts_see_one_fen(self) -> None:
        fen = probes(_made_up())[0]
        assert (fen.huiqi, fen.openfisca, fen.zen) == ("no", "yes", "no")
