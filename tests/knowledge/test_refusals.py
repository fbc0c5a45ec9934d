"""What does not load is refused with file, line, key and reason: one golden file each."""

from pathlib import Path

import pytest

from knowledge.loading import load, load_files
from knowledge.yaml_text import Refused
from tests.builders.knowledge import DOCUMENT, FACTS, a_criterion, a_programme_of, files_with

REFUSED = sorted((Path(__file__).parent / "refused").glob("*.yaml"))
BODY = a_programme_of(a_criterion("listed"))


@pytest.mark.parametrize("golden", REFUSED, ids=lambda path: path.stem)
def test_golden_refusal(golden: Path) -> None:
    body, _, expected = golden.read_text("utf-8").rpartition("# refused: ")
    with pytest.raises(Refused) as refused:
        load_files(files_with("".join(body)))
    assert str(refused.value).splitlines()[0].startswith(expected.strip())


def refusals(files: dict[str, str]) -> str:
    with pytest.raises(Refused) as refused:
        load_files(files)
    return str(refused.value)


class TestFacts:
    def test_two_files_may_not_share_an_id(self) -> None:
        more = {"facts/organisation-more.yaml": FACTS}
        assert "also stands in" in refusals(files_with(BODY, more))

    def test_a_number_needs_bounds(self) -> None:
        broken = FACTS.replace("    bounds: 0..4 人\n", "", 1)
        files = {**files_with(BODY), "facts/organisation-identity.yaml": broken}
        assert "bounds is required" in refusals(files)

    def test_bounds_run_upwards(self) -> None:
        broken = FACTS.replace("0..4 人", "4..0 人", 1)
        files = {**files_with(BODY), "facts/organisation-identity.yaml": broken}
        assert "bounds are empty" in refusals(files)

    def test_options_come_from_a_list_that_exists(self) -> None:
        broken = FACTS + (
            "  town:\n    title: {zh: 城市, en: town}\n"
            '    ask: {zh: 哪里, en: "Where?"}\n    type: choice\n    options_from: towns\n'
        )
        files = {**files_with(BODY), "facts/organisation-identity.yaml": broken}
        assert "there is no list 'towns'" in refusals(files)


class TestRoles:
    def test_who_files_stands_behind_the_subject(self) -> None:
        files = files_with(BODY)
        files["programmes/trial.yaml"] = files["programmes/trial.yaml"].replace(
            "applicant: {role: organisation", "applicant: {role: partner"
        )
        assert "partner files for organisation, to which it has no relation" in refusals(files)


class TestDocuments:
    def test_no_such_day(self) -> None:
        files = files_with(BODY)
        files["documents/试-2023-1.yaml"] = DOCUMENT.replace("2023-02-01", "2023-02-30")
        assert "no such day" in refusals(files)

    def test_expiry_lies_behind_the_start(self) -> None:
        files = files_with(BODY)
        files["documents/试-2023-1.yaml"] = DOCUMENT.replace("2025-12-31", "2022-12-31")
        assert "expires lies before" in refusals(files)

    def test_basis_must_exist(self) -> None:
        files = files_with(BODY)
        del files["documents/试-2023-1.yaml"]
        assert "there is no document" in refusals(files)


CAP = """
benefits:
  - id: award
    title: {zh: 奖, en: award}
    cite: 第一条
    quote: 最高
    amount: {stated: cap}
    caps:
      - {amount: 5 万元, per: {zh: 每年, en: a year}, cite: 别-2023-9 第一条}
"""
GROUP = """
criteria:
  any:
    - {all: [{id: one, cite: 第一条, quote: 上市, test: listed}], cite: 别-2023-9 第一条}
"""


class TestCitations:
    @pytest.mark.parametrize("body", [BODY + CAP, GROUP], ids=["of a cap", "of a group"])
    def test_name_a_document_of_the_basis(self, body: str) -> None:
        assert "cites 别-2023-9, which is not in basis" in refusals(files_with(body))


class TestFiles:
    def test_every_problem_is_told_at_once(self) -> None:
        two = a_programme_of(a_criterion("staff >= 1 项"), a_criterion("nothing", id_="two"))
        assert len(refusals(files_with(two)).splitlines()) == 2

    @pytest.mark.parametrize(
        "text", ["", "\x00", "a: [", "- " * 50 + "a", "a: !!python/object:os.system x", "\ufeff"]
    )
    def test_malformed_yaml_is_refused_not_raised(self, text: str) -> None:
        assert refusals({**files_with(BODY), "programmes/trial.yaml": text})

    def test_a_file_too_large_is_refused(self) -> None:
        large = {**files_with(BODY), "programmes/trial.yaml": "# " + "a" * 2_100_000}
        assert "at most 2 MB" in refusals(large)

    def test_an_unreadable_file_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "roles.yaml").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(Refused, match=r"roles\.yaml: cannot be read"):
            load(tmp_path)

    def test_the_release_is_a_hash_of_all_files(self) -> None:
        one = load_files(files_with(BODY)).release
        assert one == load_files(files_with(BODY)).release
        assert one != load_files(files_with(BODY.replace("应当", "必须"))).release
