"""What is typed behind `huiqi`, and files that are none: a sentence and a code, never a trace."""

import sys
from pathlib import Path

import pytest

from api.cli.app import main

FILES = {
    "empty": b"", "nul": b"\0" * 100, "no-text": b"\xff\xfe\x00", "deep": b"[" * 5_000,
    "list": b"[]", "null": b"null", "number": b'{"staff": ' + b"9" * 5_000 + b"}",
    "half": b'{"staff": "\\ud800"}', "nan": b'{"staff": NaN}', "object": b'{"a": {"b": [1]}}',
}  # fmt: skip
WORDS = ["", "\x01", "..", "²", "-1", "9" * 400, "😀", "--", "-", "2026-02-30", "x" * 300]
HALF = "\udcff"
"""A byte of an argument that is no UTF-8, as Python hands it on."""


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIQI_VAR_DIR", str(tmp_path / "var"))
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()


def told(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The code a command ends with; whatever else it raises is the failure of the test."""
    monkeypatch.setattr(sys, "argv", ["huiqi", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code if isinstance(ended.value.code, int) else 0


class TestFile:
    @pytest.mark.parametrize("name", [*FILES, "folder", "missing", "x" * 300, HALF])
    def test_is_read_or_refused(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        told(monkeypatch, "evaluate", name)
        assert told(monkeypatch, "receipt", "verify", name)
        assert told(monkeypatch, "release", "publish", name)
        assert told(monkeypatch, "backup", f"{name}/copy")

    @pytest.mark.parametrize("name", [name for name in FILES if name != "empty"])
    def test_is_no_database(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        monkeypatch.setenv("HUIQI_DATABASE_URL", f"sqlite:///{name}")
        before = Path(name).read_bytes()
        for command in (
            ["migrate"],
            ["restored"],
            ["backup", "copy"],
            ["admin", "account", "list"],
        ):
            assert told(monkeypatch, *command)
        assert Path(name).read_bytes() == before


@pytest.mark.parametrize("word", [*WORDS, HALF])
def test_a_word_is_understood_or_refused(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    assert told(monkeypatch, word)
    assert told(monkeypatch, "knowledge", "show", word)
    assert told(monkeypatch, "evaluate", "--as-of", word, "list")
    assert told(monkeypatch, "admin", "key", "create", "--scope", word)
    told(monkeypatch, "dialogs", "graph", word)


def test_says_which_argument_is_no_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(monkeypatch, "talk", "--as", HALF) == 2
    assert capsys.readouterr().err == "argument 3 is no UTF-8\n"


def test_says_which_name_no_file_can_have(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(monkeypatch, "backup", "x" * 300) == 1
    assert capsys.readouterr().err == f"{'x' * 300}: File name too long\n"
