"""The command as a person runs it: in a process of its own, with what it prints and returns."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

import httpx
import pytest
from typer.testing import CliRunner, Result

from api.cli.app import app
from api.cli.demo import samples
from api.cli.talk import heard
from api.library.service import Library
from dialogs.message import Pressed, Said
from knowledge.value import read_dossier
from tests.builders.seeded import keep_log

HERE = Path(__file__).resolve().parents[2]


Here: TypeAlias = Callable[..., Result]


class Command:
    """`huiqi` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.folder = folder
        self.env = {
            **os.environ, "PYTHONPATH": str(HERE), "PYTHONUTF8": "1",
            "HUIQI_PORT": str(self.port), "HUIQI_VAR_DIR": str(folder / "var"),
        }  # fmt: skip

    def __call__(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "api.cli", *words],
            cwd=self.folder,
            env=self.env,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        keep_log("command", done.stderr)
        return done

    def started(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "api.cli", *words],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        with httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=20) as client:
            assert client.get(f"http://127.0.0.1:{self.port}/readyz").is_success


@pytest.fixture
def huiqi(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def here(huiqi: Command, monkeypatch: pytest.MonkeyPatch) -> Here:
    """The same commands in this process: quick, for those that come to an end."""
    for name, value in huiqi.env.items():
        monkeypatch.setenv(name, value)
    return lambda *words: CliRunner().invoke(app, list(words))


class TestRun:
    def test_migrates_serves_says_where_and_stops_well(self, huiqi: Command) -> None:
        running = huiqi.started("run")
        huiqi.wait_until_ready()
        page = httpx.get(f"http://127.0.0.1:{huiqi.port}/")
        running.send_signal(signal.SIGTERM)
        out, said = running.communicate(timeout=20)
        keep_log("command", said)
        assert page.status_code == 200
        assert running.returncode == 0
        assert f"http://127.0.0.1:{huiqi.port}/" in out

    def test_stops_naming_the_setting_when_the_port_is_taken(self, huiqi: Command) -> None:
        with socket.create_server(("127.0.0.1", huiqi.port)):
            done = huiqi("run")
        assert done.returncode == 2
        assert done.stderr.startswith("HUIQI_PORT: ")

    def test_alone_the_api_asks_for_migration_first(self, huiqi: Command) -> None:
        refused = huiqi("api")
        assert refused.returncode == 1
        assert "huiqi migrate" in refused.stderr
        assert huiqi("migrate").returncode == 0


class TestShow:
    @pytest.mark.parametrize("programme", ["science-popularisation-base", "pilot-base-review"])
    def test_says_outcomes_and_clocks_in_words(self, here: Here, programme: str) -> None:
        shown = here("knowledge", "show", programme).stdout
        assert "→ 符合书面条件" in shown
        assert not re.search(
            r"→ (\w+ )?(eligible|ineligible|undetermined)|: (within|every) ", shown
        )

    def test_says_amounts_in_the_language_asked_for(self, here: Here) -> None:
        shown = here("knowledge", "show", "pilot-base-review", "--language", "en").stdout
        assert "CNY 2,000,000" in shown
        assert "every 3 years" in shown
        assert "200 万元\n" not in shown


class TestAdmin:
    def test_makes_lists_and_revokes_a_key(self, here: Here) -> None:
        made = here("admin", "key", "create", "--scope", "evaluate", "--name", "clinic")
        listed = here("admin", "key", "list").stdout
        shown = made.stdout.split()[-1]
        assert shown.startswith("hq_")
        assert shown not in listed
        assert re.search("clinic +evaluate +120/minute +active", listed)
        assert here("admin", "key", "revoke", listed.split()[0]).exit_code == 0
        assert "revoked" in here("admin", "key", "list").stdout
        assert here("admin", "key", "revoke", str(uuid4())).exit_code == 1

    def test_refuses_a_rate_it_cannot_read(self, here: Here) -> None:
        done = here("admin", "key", "create", "--scope", "evaluate", "--rate", "often")
        assert done.exit_code == 2


class TestTalk:
    def test_is_the_same_conversation(self, huiqi: Command) -> None:
        done = huiqi("talk", "--as", "某某公司", "--language", "en", typed="#1\n#1\n?\n")
        assert done.returncode == 0, done.stderr
        assert "#1" in done.stdout

    @pytest.mark.parametrize(
        ("line", "figures", "said"),
        [
            ("#2", True, Pressed(button="b")),
            ("2", False, Pressed(button="b")),
            ("2", True, Said(text="2")),
            ("3", False, Said(text="3")),
            ("#9", False, Said(text="#9")),
            ("二", False, Said(text="二")),
        ],
    )
    def test_a_bare_figure_is_a_value_where_one_is_asked_for(
        self, line: str, *, figures: bool, said: object
    ) -> None:
        assert heard(line, ["a", "b"], figures=figures) == said


class TestDemo:
    def test_makes_three_marked_enterprises_once(self, here: Here) -> None:
        first = here("demo", "--no-serve").stdout
        second = here("demo", "--no-serve").stdout
        assert first.count("示例") == second.count("示例") == 3
        assert len(set(re.findall("#resume=(.+)", first + second))) == 6

    def test_samples_fit_the_facts(self, library: Library) -> None:
        for sample in samples():
            assert "示例" in sample.name
            assert read_dossier(library.base.facts, sample.facts).values
