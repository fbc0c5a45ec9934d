"""The processes of a run: workers as people start them, and the messenger."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_TOKEN = "4200:a-token-of-benchmarks"  # noqa: S105 - opens nothing but our own server


@contextmanager
def a_messenger() -> Iterator[str]:
    """The address of the Bot API server."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        listening.set_inheritable(True)
        command = [sys.executable, "-m", "benchmarks.broadcast.messenger", str(listening.fileno())]
        server = subprocess.Popen(command, cwd=ROOT, pass_fds=[listening.fileno()])
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.terminate()
            server.wait(30)


@contextmanager
def workers(
    count: int, folder: Path, *, url: str, redis: str, messenger: str, rate: int
) -> Iterator[list[int]]:
    """So many `huiqi worker`; their process ids."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("HUIQI_", "TELEGRAM_"))}
    ours |= {
        "HUIQI_VAR_DIR": str(folder), "HUIQI_DATABASE_URL": url, "HUIQI_REDIS_URL": redis,
        "HUIQI_SECRET_KEY": secrets.token_hex(16), "HUIQI_LOG_LEVEL": "warning",
        "TELEGRAM_BOT_TOKEN": _TOKEN, "TELEGRAM_API_BASE": messenger, "TELEGRAM_RATE": str(rate),
    }  # fmt: skip
    with ExitStack() as ending, (folder / "worker.log").open("ab") as log:
        started = []
        for _ in range(count):
            process = subprocess.Popen(
                [sys.executable, "-m", "api.cli", "worker"],
                cwd=ROOT, env=ours, stdout=log, stderr=log,
            )  # fmt: skip
            ending.callback(_ended, process)
            started.append(process.pid)
        yield started


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(60)


def most_memory(process: int) -> float:
    """MiB a process held at most."""
    for line in Path(f"/proc/{process}/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
