"""What the examples of running Huiqi name, the program has: commands, settings, addresses."""

import re
from collections.abc import Iterator

import yaml
from typer.main import get_group

from api.cli.app import app
from api.settings import PREFIX, Settings
from tests.architecture.house import HERE

COMPOSE = yaml.safe_load((HERE / "compose.yaml").read_text(encoding="utf-8"))
UNITS = sorted((HERE / "docs" / "deploy" / "systemd").glob("*.service"))
HANDBOOK = (HERE / "docs" / "operations.md").read_text(encoding="utf-8")

COMMANDS = set(get_group(app).commands)
SETTINGS = {
    field.alias or f"{PREFIX}{name}".upper() for name, field in Settings.model_fields.items()
}
OURS = ("migrate", "api", "worker", "bot")


def _named(text: str) -> Iterator[str]:
    yield from re.findall(r"\b(?:HUIQI|TELEGRAM)_[A-Z_]+[A-Z]\b", text)


def test_compose_runs_exactly_our_commands() -> None:
    found = {name: COMPOSE["services"][name]["command"] for name in OURS}
    assert found == {name: [name] for name in OURS}
    assert set(COMPOSE["services"]) == {"postgres", "redis", *OURS}
    assert set(OURS) <= COMMANDS


def test_nobody_starts_before_the_tables_are_there() -> None:
    for name in ("api", "worker", "bot"):
        waits = COMPOSE["services"][name]["depends_on"]["migrate"]["condition"]
        assert waits == "service_completed_successfully"
        assert "/readyz" in COMPOSE["services"][name]["healthcheck"]["test"][-1]


def test_units_run_exactly_our_commands() -> None:
    started = {}
    for path in UNITS:
        line = re.findall(r"^ExecStart=(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        started[path.stem.removeprefix("huiqi-").rstrip("@")] = line[0].split()[1:]
    assert started == {name: [name] for name in OURS}


def test_every_setting_that_is_named_exists() -> None:
    texts = [HANDBOOK, (HERE / "compose.yaml").read_text(encoding="utf-8")]
    texts += [path.read_text(encoding="utf-8") for path in UNITS]
    assert {name for text in texts for name in _named(text)} - SETTINGS == set()


def test_every_command_of_the_handbook_exists() -> None:
    assert set(re.findall(r"`huiqi ([a-z]+)", HANDBOOK)) - COMMANDS == set()
