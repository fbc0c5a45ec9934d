"""Rules without a conversation, as a person types them: check, show, evaluate, explain, verify."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli.app import app
from knowledge.loading import BUILTIN_FOLDER, FOLDERS
from knowledge.yaml_text import Refused

TEAM = "第四条（六）"
MET = "rd_staff: 12 人\nstaff: 40 人\n"
MISSED = "rd_staff: 9 人\nstaff: 40 人\n"


def huiqi(*words: str | Path) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    file = tmp_path / "facts.yaml"
    file.write_text(MISSED, "utf-8")
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the built-in knowledge, to be spoilt."""
    for name in FOLDERS:
        shutil.copytree(BUILTIN_FOLDER / name, tmp_path / "knowledge" / name)
    for file in ("roles.yaml", "synonyms.yaml"):
        shutil.copy(BUILTIN_FOLDER / file, tmp_path / "knowledge" / file)
    return tmp_path / "knowledge"


def judge(facts: Path, *more: str | Path) -> Result:
    day = ("--as-of", "2024-03-01")
    return huiqi("evaluate", "new-rd-institution", "--facts", facts, *day, *more)


class TestCheck:
    def test_says_that_all_is_well(self) -> None:
        done = huiqi("knowledge", "check")
        assert done.exit_code == 0
        assert done.stdout.rstrip().endswith("all well")

    def test_names_a_case_that_fails(self, folder: Path) -> None:
        file = folder / "programmes" / "new-rd-institution.yaml"
        text = file.read_text("utf-8")
        file.write_text(text.replace("rd_staff >= 10 人", "rd_staff >= 9 人"), "utf-8")
        done = huiqi("knowledge", "check", "--folder", folder)
        assert done.exit_code == 1
        assert "programmes/new-rd-institution.cases.yaml:" in done.stderr
        assert "rd-team: expected ineligible" in done.stderr

    def test_names_a_quote_that_is_not_in_the_text(self, tmp_path: Path) -> None:
        done = huiqi("knowledge", "check", "--sources", tmp_path)
        assert done.exit_code == 1
        assert "豫科-2023-54" in done.stderr

    def test_refuses_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        assert huiqi("knowledge", "check", "--sources", tmp_path / "none").exit_code == 2


class TestShow:
    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_has_article_quote_and_cases(self, language: str) -> None:
        page = huiqi("knowledge", "show", "new-rd-institution", "--language", language).stdout
        assert TEAM in page
        assert "研发人员不少于 10 人，占职工总人数比例达到 30%以上" in page
        assert "正好 30%" in page

    def test_says_which_programmes_there_are(self) -> None:
        done = huiqi("knowledge", "show", "nothing")
        assert done.exit_code == 2


class TestEvaluate:
    def test_tells_the_standing_of_each_criterion(self, facts: Path) -> None:
        lines = judge(facts).stdout.splitlines()
        assert lines[0] == "new-rd-institution 2024-03-01: ineligible"
        assert "  rd-team: ineligible" in lines

    def test_gives_the_whole_verdict_as_json(self, facts: Path) -> None:
        told = json.loads(judge(facts, "--json").stdout)
        assert told["standing"]["word"] == "ineligible"
        assert told["receipt"]["programme"] == "new-rd-institution"

    @pytest.mark.parametrize(
        ("written", "reason"),
        [
            ("nothing: 1", "no_such_fact"),
            ("staff: many", "not_a_value"),
            ("staff: 1e999", "not_a_value"),
            ("partnr.staff: 1", "no_such_role"),
            ("platform.staff: 1", "no_such_role"),
            ("staff: 40 人\nrd_staff: 41 人", "facts.yaml:2: rd_staff: more than staff"),
            ("- staff", "a file of facts is"),
            ("staff: 1\nstaff: 2", "facts.yaml:2"),
        ],
    )
    def test_refuses_facts_it_cannot_read(self, facts: Path, written: str, reason: str) -> None:
        facts.write_text(written, "utf-8")
        done = judge(facts)
        assert isinstance(done.exception, Refused)
        assert reason in str(done.exception)

    @pytest.mark.parametrize("day", ["soon", "2024-02-30", "1900-01-01"])
    def test_refuses_a_day_it_cannot_judge_on(self, facts: Path, day: str) -> None:
        assert judge(facts, "--as-of", day).exit_code == 2


class TestExplain:
    def test_says_why_with_the_article(self, facts: Path) -> None:
        day = ("--as-of", "2024-03-01")
        said = huiqi("explain", "new-rd-institution", "--facts", facts, *day).stdout
        assert TEAM in said
        assert "9 人" in said

    def test_speaks_english(self, facts: Path) -> None:
        day = ("--as-of", "2024-03-01", "--language", "en")
        said = huiqi("explain", "new-rd-institution", "--facts", facts, *day).stdout
        assert "Filing as a new-type R&D institution" in said


class TestVerify:
    def test_a_receipt_holds_until_it_is_changed(self, facts: Path, tmp_path: Path) -> None:
        receipt = tmp_path / "receipt.json"
        judge(facts, "--receipt", receipt)
        assert huiqi("receipt", "verify", receipt).exit_code == 0
        receipt.write_text(receipt.read_text("utf-8").replace("9 人", "13 人"), "utf-8")
        done = huiqi("receipt", "verify", receipt)
        assert done.exit_code == 1
        assert "criteria.rd-team: ineligible in the receipt" in done.stderr

    def test_what_is_no_receipt_is_refused(self, facts: Path) -> None:
        assert huiqi("receipt", "verify", facts).exit_code == 2
