"""What is timed is what it says: full profiles are full, and the same every time."""

import pytest

from benchmarks.knowledge.profiles import (
    AS_OF,
    enquiry_of,
    full_profile,
    partial_profile,
)
from benchmarks.knowledge.synthetic import PROGRAMMES, synthetic_files
from benchmarks.knowledge.timing import figures
from knowledge.evaluation import evaluate
from knowledge.loading import builtin, load_files
from knowledge.value import read_dossier, write_dossier


class TestFullProfile:
    @pytest.mark.parametrize("seed", range(5))
    def test_leaves_nothing_missing(self, seed: int) -> None:
        base = builtin()
        dossier = full_profile(enquiry_of(base), seed)
        missing = {
            id_: found
            for id_ in base.programmes
            if (found := evaluate(base, id_, dossier, AS_OF, trace=False).missing)
        }
        assert missing == {}

    def test_holds_only_values_a_person_may_give(self) -> None:
        base = builtin()
        dossier = full_profile(enquiry_of(base), 1)
        assert read_dossier(base.facts, write_dossier(base.facts, dossier)) == dossier

    def test_is_the_same_for_the_same_seed(self) -> None:
        enquiry = enquiry_of(builtin())
        assert full_profile(enquiry, 7) == full_profile(enquiry, 7) != full_profile(enquiry, 8)


class TestPartialProfile:
    def test_is_part_of_the_full_one(self) -> None:
        enquiry = enquiry_of(builtin())
        some = partial_profile(enquiry, 3).values
        assert some.items() <= full_profile(enquiry, 3).values.items()


class TestReleases:
    def test_the_made_up_one_has_its_programmes(self) -> None:
        made_up = load_files(synthetic_files())
        sizes = {len(programme.all_criteria) for programme in made_up.programmes.values()}
        assert (len(made_up.programmes), sizes) == (PROGRAMMES, {8})


class TestFigures:
    def test_names_the_middle_and_the_tails(self) -> None:
        found = figures([float(number) for number in range(1, 101)])
        assert (found.median, found.p95, found.p99, found.least) == (50.5, 96.0, 100.0, 1.0)
