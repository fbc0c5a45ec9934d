"""Thirty applicants: what the release says to each of them changes only with a note why."""

import pytest

from knowledge.loading import builtin
from tests.knowledge.personas import golden, hash_of, names, persona, verdicts_of


def test_there_are_thirty() -> None:
    assert len(names()) >= 30


@pytest.mark.parametrize("name", names())
def test_is_told_what_the_golden_file_says(name: str) -> None:
    assert verdicts_of(builtin(), persona(name)) == golden(name).verdicts


@pytest.mark.parametrize("name", names())
def test_a_golden_file_has_a_note_for_what_it_says(name: str) -> None:
    kept = golden(name)
    assert kept.notes[-1].sha256 == hash_of(kept.verdicts)
    assert all(note.why.strip() for note in kept.notes)


def test_together_they_meet_every_kind_of_answer() -> None:
    said = " ".join(verdict for name in names() for verdict in golden(name).verdicts.values())
    for word in (
        "eligible",
        "to_be_evidenced",
        "authority_decides",
        "ineligible",
        "not_applicable",
    ):
        assert word in said
