"""A Redis server of a test's own, that can be killed, frozen and started again."""

import signal
import socket
import subprocess
import time
from pathlib import Path


class RedisServer:
    """`redis-server` on a free port of loopback; keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = int(free.getsockname()[1])

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start, and come back when it takes connections."""
        command = ["redis-server", "--port", str(self._port), "--bind", "127.0.0.1"]
        self._process = subprocess.Popen(
            [*command, "--save", "", "--appendonly", "no", "--dir", str(self._folder)],
            stdout=subprocess.DEVNULL,
        )
        ends = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                assert time.monotonic() < ends, "redis-server does not start"
                continue
            return

    def kill(self) -> None:
        """As a machine dies."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def freeze(self) -> None:
        """It keeps its connections and says nothing any more."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)
