"""Settings: what is refused, and that the start stops with the setting's name."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy.engine import make_url

from api.foundation.secret import secret_of
from api.settings import BadSettings, Settings, _names_of
from tests.builders.rubbish import odd_bytes, odd_texts
from tests.builders.seeded import keep_log
from tests.builders.settings import some_settings

HERE = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith("HUIQI_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


class TestRead:
    def test_needs_nothing(self) -> None:
        assert Settings.read().database == "sqlite+aiosqlite:///var/huiqi.db"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("HUIQI_PORT", "eighty"),
            ("HUIQI_PORT", "70000"),
            ("HUIQI_DATABASE_URL", "mysql://somewhere/else"),
            ("HUIQI_DATABASE_URL", "sqlite://."),
            ("HUIQI_SECRET_KEY", "short"),
            ("HUIQI_LIMIT_TURNS", "often"),
            ("HUIQI_PUBLIC_URL", "https://a.example/with/path"),
            ("HUIQI_RETENTION_DAYS", "0"),
            ("HUIQI_TRUSTED_PROXIES", "10.0.0.0/99"),
            ("HUIQI_LOG_LEVEL", "loud"),
            ("HUIQI_METRICS_TOKEN", "too short"),
            ("HUIQI_WORKER_PORT", "70000"),
            ("HUIQI_PROT", "80"),
            ("HUIQI_DATABASE_URL", "postgresql://huiqi@db:99999/huiqi"),
            ("HUIQI_REDIS_URL", "redis://127.0.0.1:0/0"),
        ],
    )
    def test_refuses_naming_the_setting_and_not_its_value(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: str
    ) -> None:
        monkeypatch.setenv(name, value)
        with pytest.raises(BadSettings) as refused:
            Settings.read()
        assert refused.value.lines[0].startswith(f"{name}: ")
        assert value not in refused.value.lines[0].removeprefix(name)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(value=odd_texts.filter(lambda text: "\0" not in text))
    def test_takes_or_refuses_whatever_stands_in_one(
        self, monkeypatch: pytest.MonkeyPatch, value: str
    ) -> None:
        for name in sorted(_names_of(Settings)):
            with monkeypatch.context() as here:
                here.setenv(name, value)
                try:
                    make_url(Settings.read(None).database)
                except BadSettings as refused:
                    unnamed = [line for line in refused.lines if name not in line]
                else:
                    unnamed = []
                assert unnamed == []

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(content=odd_bytes)
    def test_takes_or_refuses_whatever_stands_in_the_file(
        self, tmp_path: Path, content: bytes
    ) -> None:
        file = tmp_path / ".env"
        file.write_bytes(content)
        with contextlib.suppress(BadSettings):
            Settings.read(file)

    def test_names_a_file_that_is_no_text(self, tmp_path: Path) -> None:
        file = tmp_path / ".env"
        file.write_bytes(b"HUIQI_PORT=\xff")
        with pytest.raises(BadSettings, match=r"\.env: is no UTF-8 text"):
            Settings.read(file)

    def test_tells_the_likely_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HUIQI_RETENTION_DAY", "9")
        with pytest.raises(BadSettings, match="HUIQI_RETENTION_DAYS"):
            Settings.read()

    def test_reads_the_file_and_refuses_what_it_misspells(self, tmp_path: Path) -> None:
        file = tmp_path / ".env"
        file.write_text("HUIQI_PORT=9001\nOTHER=1\n")
        assert Settings.read(file).port == 9001
        file.write_text("HUIQI_POTR=9001\n")
        with pytest.raises(BadSettings, match="HUIQI_POTR"):
            Settings.read(file)

    def test_names_the_driver_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HUIQI_DATABASE_URL", "postgres://db/huiqi")
        settings = Settings.read()
        assert settings.database == "postgresql+asyncpg://db/huiqi"
        assert not settings.on_sqlite


class TestAddress:
    @pytest.mark.parametrize(
        ("given", "address"),
        [
            ({"host": "0.0.0.0", "port": 8001}, "http://127.0.0.1:8001"),  # noqa: S104
            ({"host": "::1"}, "http://[::1]:8000"),
            ({"public_url": "https://huiqi.example/"}, "https://huiqi.example"),
        ],
    )
    def test_is_where_people_reach_it(
        self, tmp_path: Path, given: dict[str, object], address: str
    ) -> None:
        assert some_settings(tmp_path, **given).address == address


class TestSecret:
    def test_is_made_once_and_only_its_owner_reads_it(self, tmp_path: Path) -> None:
        settings = some_settings(tmp_path / "var", secret_key=None)
        first = secret_of(settings)
        assert secret_of(settings) == first
        assert (tmp_path / "var" / "secret-key").stat().st_mode & 0o777 == 0o600
        assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret-key"]

    def test_stops_where_it_is_damaged(self, tmp_path: Path) -> None:
        (tmp_path / "secret-key").write_text("half")
        with pytest.raises(BadSettings, match="HUIQI_SECRET_KEY"):
            secret_of(some_settings(tmp_path, secret_key=None))

    def test_stops_where_the_folder_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(BadSettings, match="HUIQI_VAR_DIR"):
            secret_of(some_settings(tmp_path / "file", secret_key=None))


class TestTheCommand:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("HUIQI_PORT", "eighty"),
            ("HUIQI_HOST", "999.1.1.1"),
            ("HUIQI_HOST", "192.0.2.1"),
            ("HUIQI_VAR_DIR", "/dev/null/var"),
            ("HUIQI_DATABASE_URL", "sqlite:////dev/null/huiqi.db"),
            ("HUIQI_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),
        ],
    )
    def test_stops_with_the_name_and_code_two(self, tmp_path: Path, name: str, value: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "api.cli", "run"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(HERE), "HUIQI_PORT": "8765", name: value},
            capture_output=True,
            text=True,
            check=False,
        )
        keep_log("command", done.stderr)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"{name}: ")
        assert "Traceback" not in done.stderr
