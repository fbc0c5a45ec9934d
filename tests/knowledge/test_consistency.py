"""Facts that do not fit together: a role that is not there, a part above its whole."""

import pytest

from knowledge.base import KnowledgeBase
from knowledge.consistency import check_role, exceeding
from knowledge.value import ValueRefused
from tests.builders.knowledge import FACTS, a_criterion, a_programme_of, a_release, given

BOUND = {
    "facts/organisation-identity.yaml": FACTS.replace(
        "    bounds: 0..4 人\n  listed:", "    bounds: 0..4 人\n    at_most: staff\n  listed:"
    ),
    "roles.yaml": (
        "roles:\n"
        "  organisation: {kind: organisation, title: {zh: 本单位, en: us}}\n"
        "  partner: {kind: organisation, title: {zh: 合作方, en: them}}\n"
        "  project: {kind: project, title: {zh: 项目, en: project}}\n"
    ),
}


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return a_release(a_programme_of(a_criterion("listed")), BOUND)


class TestRoles:
    @pytest.mark.parametrize("key", ["staff", "organisation.staff", "partner.staff", "income@2023"])
    def test_those_that_are_there_pass(self, base: KnowledgeBase, key: str) -> None:
        check_role(base.facts, base.roles, key)

    @pytest.mark.parametrize("key", ["partnr.staff", "project.staff", "project.income@2023"])
    def test_others_are_refused(self, base: KnowledgeBase, key: str) -> None:
        with pytest.raises(ValueRefused) as refused:
            check_role(base.facts, base.roles, key)
        assert (refused.value.code, refused.value.context["key"]) == ("no_such_role", key)


class TestAPartAboveItsWhole:
    @pytest.mark.parametrize(
        ("part", "whole", "found"),
        [
            ("3", "2", True),
            ("2", "2", False),
            ("3..4 人", "1..2 人", True),
            ("2..4 人", "1..2 人", False),
        ],
    )
    def test_is_found_where_it_is_certain(
        self, base: KnowledgeBase, part: str, whole: str, *, found: bool
    ) -> None:
        known = given(base, rd_staff=part, staff=whole)
        assert [tuple(map(str, pair)) for pair in exceeding(base.facts, known)] == (
            [("rd_staff", "staff")] if found else []
        )

    def test_each_subject_by_itself(self, base: KnowledgeBase) -> None:
        known = given(base, **{"partner.rd_staff": "3", "staff": "2"})
        assert list(exceeding(base.facts, known)) == []
        known = given(base, **{"partner.rd_staff": "3", "partner.staff": "2"})
        assert len(list(exceeding(base.facts, known))) == 1
