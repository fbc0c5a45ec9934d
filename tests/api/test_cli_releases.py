"""`huiqi release …` as an operator types it, and receipts of releases that were replaced."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from typer.testing import CliRunner, Result

from api.cli.app import app
from knowledge.loading import builtin, load
from knowledge.receipt import Receipt
from knowledge.yaml_text import Refused
from tests.builders.releases import FILE, PROGRAMME, built_in_files, files_titled

Huiqi: TypeAlias = Callable[..., Result]


@pytest.fixture
def huiqi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Huiqi:
    """Commands over a folder of their own."""
    monkeypatch.setenv("HUIQI_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, list(map(str, words)))


def a_folder(place: Path, title: str, **changed: str) -> Path:
    """A knowledge folder whose programme is called so; `changed` is replaced in its file."""
    files = files_titled(title)
    for old, new in changed.items():
        assert old in files[FILE]
        files[FILE] = files[FILE].replace(old, new)
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, "utf-8")
    return place


def marked(huiqi: Huiqi) -> str:
    """What the list says is in use."""
    lines = huiqi("release", "list").stdout.splitlines()
    (found,) = [line[2:] for line in lines if line.startswith("* ")]
    return str(found)


class TestPublish:
    def test_takes_a_checked_folder_into_use(self, huiqi: Huiqi, tmp_path: Path) -> None:
        assert marked(huiqi) == f"built-in, now {builtin().release}"
        folder = a_folder(tmp_path / "new", "新名字")
        done = huiqi("release", "publish", folder, "--note", "改了名字")
        assert done.exit_code == 0
        assert done.stdout == f"in use: {load(folder).release}\n"
        assert re.fullmatch(rf"{load(folder).release}  \S+ \S+  改了名字", marked(huiqi))

    def test_refuses_where_a_case_fails(self, huiqi: Huiqi, tmp_path: Path) -> None:
        folder = a_folder(tmp_path / "new", "新名字", **{"rd_staff >= 10 人": "rd_staff >= 9 人"})
        done = huiqi("release", "publish", folder, "--note", "x")
        assert isinstance(done.exception, Refused)  # `huiqi` prints it and ends with 1
        assert f"{PROGRAMME}.cases.yaml:" in str(done.exception)
        assert marked(huiqi).startswith("built-in")

    def test_refuses_an_empty_folder(self, huiqi: Huiqi, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        done = huiqi("release", "publish", tmp_path / "empty", "--note", "x")
        assert isinstance(done.exception, Refused)
        assert "lists/regions.yaml: the program needs this list" in str(done.exception)

    def test_asks_for_a_note(self, huiqi: Huiqi, tmp_path: Path) -> None:
        folder = a_folder(tmp_path / "new", "新名字")
        assert huiqi("release", "publish", folder).exit_code == 2
        assert huiqi("release", "publish", folder, "--note", " ").exit_code == 2


class TestActivate:
    def test_goes_back_by_the_beginning_of_a_hash(self, huiqi: Huiqi, tmp_path: Path) -> None:
        folders = [a_folder(tmp_path / title, title) for title in ("第一版", "第二版")]
        for folder in folders:
            assert huiqi("release", "publish", folder, "--note", folder.name).exit_code == 0
        first = load(folders[0]).release
        assert huiqi("release", "activate", first[:8]).stdout == f"in use: {first}\n"
        assert marked(huiqi).startswith(first)
        assert huiqi("release", "activate", "built-in").stdout == "in use: built-in\n"
        assert marked(huiqi).startswith("built-in")

    @pytest.mark.parametrize("beginning", ["", "0000", "00000000", "%", "_" * 64])
    def test_says_that_there_is_no_such_release(self, huiqi: Huiqi, beginning: str) -> None:
        done = huiqi("release", "activate", beginning)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "no release is stored" in done.stderr


class TestReceipt:
    def test_of_a_stored_release_is_verified_by_it(self, huiqi: Huiqi, tmp_path: Path) -> None:
        receipt = self._receipt(huiqi, tmp_path)
        folder = a_folder(tmp_path / "older", "旧名字")
        of_older = receipt.model_copy(update={"release": load(folder).release, "sha256": ""})
        file = tmp_path / "older.json"
        file.write_text(of_older.model_dump_json(), "utf-8")
        unknown = huiqi("receipt", "verify", file)
        assert "release: " in unknown.stderr
        assert not (tmp_path / "var").exists()
        huiqi("release", "publish", folder, "--note", "x")
        known = huiqi("receipt", "verify", file)
        assert "release: " not in known.stderr
        assert "sha256: " in known.stderr  # the only thing that differs: it was written here

    def _receipt(self, huiqi: Huiqi, tmp_path: Path) -> Receipt:
        (tmp_path / "facts.yaml").write_text("rd_staff: 12 人\nstaff: 40 人\n", "utf-8")
        out = tmp_path / "receipt.json"
        asked = ("--facts", tmp_path / "facts.yaml", "--as-of", "2024-03-01", "--receipt", out)
        assert huiqi("evaluate", PROGRAMME, *asked).exit_code == 0
        assert huiqi("receipt", "verify", out).stdout == "the receipt holds\n"
        return Receipt.model_validate_json(out.read_text("utf-8"))


def test_the_files_of_a_release_are_those_of_the_folder() -> None:
    assert set(files_titled("新名字")) == set(built_in_files())
