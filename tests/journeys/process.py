"""The program as people start it: a process of its own on a free port, that can be killed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import pytest

from tests.builders.seeded import keep_log

ROOT = Path(__file__).resolve().parents[2]
GENEROUS = "1000000/minute"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class ServerProcess:
    """`huiqi run` over a folder; the same folder and port again after it was killed.

    With the command `demo` there is something on every desk. `given` are further settings.
    """

    def __init__(self, folder: Path, command: str = "run", **given: str) -> None:
        self._folder = folder
        self._given = given
        self._command = command
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end(signal.SIGTERM)

    def start(self) -> None:
        """Start, and come back when it is ready."""
        ours = {k: v for k, v in os.environ.items() if not k.startswith("HUIQI_")}
        ours |= {
            "HUIQI_VAR_DIR": str(self._folder),
            "HUIQI_PORT": str(self._port),
            "HUIQI_LIMIT_TURNS": GENEROUS,
            "HUIQI_LIMIT_CALLER": GENEROUS,
        } | self._given
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "api.cli", self._command],
                cwd=ROOT, env=ours, stdout=log, stderr=log,
            )  # fmt: skip
        with httpx.Client(base_url=self.address, timeout=30) as client:
            while not self._ready(client, self._process):
                pass

    def _ready(self, client: httpx.Client, process: subprocess.Popen[bytes]) -> bool:
        try:
            return client.get("/readyz").is_success
        except httpx.TransportError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.1)
                pytest.fail(self._log.read_text(encoding="utf-8")[-2000:], pytrace=False)
            return False

    @property
    def _log(self) -> Path:
        return self._folder / "server.log"

    @property
    def pid(self) -> int:
        """The number of the process that runs now."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """As a machine dies: nothing is finished, nothing is said."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.wait(timeout=30)
        self._process = None
        keep_log(f"server-{self._port}", self._log.read_text("utf-8", "replace"))
