"""A PostgreSQL server of a test's own, that can be stopped and started again."""

import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class PostgresServer:
    """A cluster in a folder, on a free port of loopback."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._log = folder / "postgres.log"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self._user = ""
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self._user = "postgres"
            for each in (folder, *folder.parents[:3]):
                each.chmod(each.stat().st_mode | 0o055)
            shutil.chown(folder, self._user)
        self._run("initdb", "--no-sync", "--auth=trust", "--username=root", "--encoding=UTF8")

    @property
    def url(self) -> str:
        return f"postgresql://root@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start, and come back when it answers."""
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c fsync=off"
        options += f" -c unix_socket_directories={self._data}"
        self._run("pg_ctl", "--wait", f"--log={self._log}", f"--options={options}", "start")

    def stop(self) -> None:
        """As a machine dies: every connection breaks."""
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def _run(self, command: str, *arguments: str) -> None:
        binary = str(_BINARIES[-1] / command) if _BINARIES else command
        subprocess.run(
            [binary, f"--pgdata={self._data}", *arguments],
            check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            user=pwd.getpwnam(self._user).pw_uid if self._user else None, cwd="/",
            timeout=60,
        )  # fmt: skip
