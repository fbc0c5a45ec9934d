"""Settings as a test needs them: a folder of its own, no environment, generous limits."""

from pathlib import Path

from api.settings import Settings
from tests.builders.seeded import SECRET_KEY

GENEROUS = "1000000/minute"


def some_settings(folder: Path, **given: object) -> Settings:
    """Settings over a fresh folder; `given` replaces what the test is about."""
    values: dict[str, object] = {
        "var_dir": folder,
        "secret_key": SECRET_KEY,
        "limit_reading": GENEROUS,
        "limit_turns": GENEROUS,
        "limit_caller": GENEROUS,
        "operator_name_zh": "测试运营方",
        "operator_name_en": "Test operator",
    }
    return Settings.model_validate(values | given)
