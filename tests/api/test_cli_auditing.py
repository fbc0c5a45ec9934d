"""`huiqi knowledge coverage`, `audit`, `mutate` as a person types them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli.app import app

KNOWLEDGE = Path(__file__).parents[1] / "knowledge"
BLIND = """document: 豫科-2023-54
entries:
  - {article: 第四条（六）, what: 研发人员, value: 10 人, sign: ">="}
  - {article: 第四条（六）, what: 场地, value: 77 平方米, sign: ">="}
"""


def huiqi(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["knowledge", *map(str, words)])


class TestCoverage:
    def test_says_of_each_article_what_it_became(self, tmp_path: Path) -> None:
        (tmp_path / "豫科-2023-54.txt").write_text("第一条 为了。\n第二条 备案。\n", "utf-8")
        done = huiqi("coverage", "--sources", tmp_path)
        assert done.exit_code == 0
        assert "豫科-2023-54 第一条: " in done.stdout
        assert done.stdout.rstrip().endswith(
            "2 articles, 0 not accounted for; inventory: 0 problem(s)"
        )

    def test_fails_where_a_text_is_not_told(self, tmp_path: Path) -> None:
        (tmp_path / "某-2030-1.txt").write_text("第一条 为了。\n", "utf-8")
        done = huiqi("coverage", "--sources", tmp_path)
        assert done.exit_code == 1
        assert "某-2030-1 the whole text: NOT ENCODED" in done.stdout

    def test_shows_one_document_when_asked(self, tmp_path: Path) -> None:
        (tmp_path / "某-2030-1.txt").write_text("第一条 为了。\n", "utf-8")
        assert huiqi("coverage", "--sources", tmp_path, "--document", "豫科-2023-54").exit_code == 0

    @pytest.mark.parametrize("command", [("coverage", "--sources"), ("audit", "--blind")])
    def test_a_folder_that_is_not_there_is_named(self, command: tuple[str, str]) -> None:
        done = huiqi(*command, "/nowhere/at/all")
        assert done.exit_code == 2
        assert "does not exist" in done.output


class TestAudit:
    def test_the_built_in_release_is_settled(self, tmp_path: Path) -> None:
        page = tmp_path / "page.md"
        done = huiqi("audit", "--blind", KNOWLEDGE / "blind", "--write", page)
        assert done.exit_code == 0
        assert done.stdout.rstrip().endswith("0 not settled")
        assert page.read_text("utf-8").startswith("# The audit of the knowledge base")

    def test_a_difference_without_a_reason_fails_and_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "豫科-2023-54.yaml").write_text(BLIND, "utf-8")
        done = huiqi("audit", "--blind", tmp_path)
        assert done.exit_code == 1
        assert (
            "豫科-2023-54 第四条（六）: 77 平方米: only in the second reading: 场地" in done.stdout
        )
        assert "10 人: only" not in done.stdout


class TestMutate:
    def test_a_programme_whose_cases_notice_everything(self) -> None:
        done = huiqi("mutate", "--programme", "new-rd-institution-review")
        assert done.exit_code == 0
        assert "0 survive" in done.stdout

    def test_a_survivor_without_a_reason_fails_with_one_it_does_not(self) -> None:
        words = ("mutate", "--programme", "ethics-emergency-review")
        done = huiqi(*words)
        assert done.exit_code == 1
        assert "ethics-emergency-review: emergency-decision: soft → hard" in done.stdout
        assert huiqi(*words, "--excused", KNOWLEDGE / "survivors.yaml").exit_code == 0

    def test_an_unknown_programme_is_named(self) -> None:
        done = huiqi("mutate", "--programme", "nothing")
        assert done.exit_code == 2
        assert "there is no programme nothing" in done.output
