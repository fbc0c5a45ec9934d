"""Keeping every line that any process of a test run logs, and searching all of them at its end."""

import json
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Never

import pytest
from structlog import DropEvent
from structlog.testing import LogCapture
from structlog.typing import WrappedLogger

from api.foundation.logs import _Stderr, set_up_logs
from tests.builders.seeded import ALL, FOLDER, NOTED, logs_of_run


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret that was found: where, and the line with all secrets masked."""

    file: str
    line: int
    masked: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.masked}"


def leaks(folder: Path, secrets: Iterable[str]) -> Sequence[Leak]:
    """Every line of every log of a folder that holds one of the secrets, as it is or escaped."""
    written = {form for each in secrets if each for form in (each, json.dumps(each)[1:-1])}
    if not written:
        return []
    longest_first = sorted(written, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(each) for each in longest_first))
    return [
        Leak(path.name, number, pattern.sub("███", line)[:500])
        for path in sorted(folder.glob("*.log"))
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if pattern.search(line)
    ]


def noted_in(folder: Path) -> set[str]:
    """What was made while the tests ran and may not be logged."""
    files = folder.glob(f"*.{NOTED}")
    return {line for each in files for line in each.read_text(encoding="utf-8").splitlines()}


def begin(config: pytest.Config) -> None:
    """Keep what this process logs; the first process of a run makes the folder for all."""
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="logs-of-tests-")
    folder = logs_of_run()
    assert folder is not None
    set_up_logs("debug")
    root = logging.getLogger()
    ours = next(each for each in root.handlers if isinstance(each, _Stderr))
    tee = logging.FileHandler(folder / f"{os.getpid()}.log", encoding="utf-8")
    tee.setFormatter(ours.formatter)
    root.addHandler(tee)
    _keep_captured(folder / f"{os.getpid()}-captured.log")


def _keep_captured(path: Path) -> None:
    """`capture_logs` takes lines away before they are written: keep those too."""

    def keep(
        self: LogCapture, _: WrappedLogger, method: str, entry: MutableMapping[str, object]
    ) -> Never:
        told = {name: value for name, value in entry.items() if name != "exc_info"}
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(told, ensure_ascii=False, default=str)}\n")
        level = "error" if method == "exception" else method
        self.entries.append({**entry, "log_level": level})
        raise DropEvent

    LogCapture.__call__ = keep  # type: ignore[method-assign,assignment]  # adds the file to it


def end(session: pytest.Session) -> None:
    """Search all logs once every process has ended; a run that leaks has failed."""
    folder = logs_of_run()
    if hasattr(session.config, "workerinput") or folder is None:
        return
    found = leaks(folder, {*ALL, *noted_in(folder)})
    if not found:
        shutil.rmtree(folder, ignore_errors=True)
        return
    session.exitstatus = pytest.ExitCode.TESTS_FAILED
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line("")
        reporter.write_line(f"{len(found)} lines of logs hold what people or operators gave:")
        for leak in found[:50]:
            reporter.write_line(f"  {folder}/{leak}")
