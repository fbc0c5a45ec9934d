"""`huiqi` as a process of its own over one database, with what it prints and returns."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
SECONDS = 120


@dataclass(frozen=True)
class Commands:
    """Runs commands in a folder; nothing of the environment's own settings is taken over."""

    folder: Path
    database_url: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        ours = {
            name: value for name, value in os.environ.items()
            if not name.startswith(("HUIQI_", "TELEGRAM_"))
        }  # fmt: skip
        ours |= {"PYTHONPATH": str(HERE), "PYTHONUTF8": "1", "HUIQI_VAR_DIR": str(self.folder)}
        return ours | {"HUIQI_DATABASE_URL": self.database_url} | self.settings

    def start(self, *words: str, module: str = "api.cli") -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", module, *words], cwd=self.folder, env=self.env, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def __call__(self, *words: str, module: str = "api.cli") -> subprocess.CompletedProcess[str]:
        process = self.start(*words, module=module)
        out, err = process.communicate(timeout=SECONDS)
        return subprocess.CompletedProcess(words, process.returncode, out, err)
