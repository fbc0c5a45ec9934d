"""Processes of the program in a moment: a process that has imported everything forks them.

Spoken to by lines of JSON: `{"start": {…}}` answers `{"pid": n}`, `{"end": n, "signal": s}` answers
`{"status": n}`. The code it has imported is marked, so that a child can be told where to die.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tests.faults.dying import Fate, mark_imports


class Child(BaseModel):
    """What a child shall be."""

    model_config = ConfigDict(frozen=True)

    duties: str = "ALL"
    """Of `api.working.Duties`; with WORK or LISTEN alone it answers nobody."""
    settings: dict[str, object]
    log: Path
    later: float = 0
    """Seconds its clock is ahead, so that no lease has to be waited for."""
    moment: str = ""
    """Where it dies; empty: nowhere."""
    nth: int = 1
    record: Path | None = None
    command: tuple[str, ...] = ()
    """Instead of serving: a command of `huiqi`, its settings in the environment."""


def main() -> None:
    """Import everything, say so, and fork until the input ends."""
    mark_imports()
    for name in ("api.main", "bot.channel", "api.cli.app", "asyncpg"):
        import_module(name)
    time = import_module("api.foundation.now")
    import_module("api.library.service").open_library().warm(time.day_of(time.now()), lambda: False)
    _say({"ready": True})
    living: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        if "start" in asked:
            child = Child.model_validate(asked["start"])
            pid = os.fork()
            if pid == 0:
                _live(child)
            living.add(pid)
            _say({"pid": pid})
        else:
            _say({"status": _ended(asked["end"], asked["signal"], living)})
    for pid in living:
        os.kill(pid, signal.SIGKILL)


def _ended(pid: int, number: int, living: set[int]) -> int:
    """The status of a child: it is sent a signal first, unless that is 0; -1 while it lives."""
    if number:
        os.kill(pid, number)
    done, status = os.waitpid(pid, 0 if number else os.WNOHANG)
    living -= {done}
    return status if done else -1


def _say(what: dict[str, object]) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201 - this is how it answers


def _live(child: Child) -> None:
    """Be the program until told to stop, or until the fatal moment."""
    log = os.open(child.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    Fate.moment, Fate.nth, Fate.record = child.moment, child.nth, child.record
    code = 1
    try:
        if child.command:
            _commanded(child)
        else:
            _served(child)
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _commanded(child: Child) -> None:
    names = {name: str(value) for name, value in child.settings.items()}
    os.environ |= {f"HUIQI_{name.upper()}": value for name, value in names.items()}
    app: Callable[[list[str]], None] = import_module("api.cli.app").app
    app(list(child.command))


def _served(child: Child) -> None:
    main_, working = import_module("api.main"), import_module("api.working")
    import_module("api.foundation.logs").set_up_logs("info")
    settings = import_module("api.settings").Settings.model_validate(child.settings)
    duties = working.Duties[child.duties]
    now: Callable[[], datetime] = _ahead(child.later)
    if duties in {working.Duties.WORK, working.Duties.LISTEN}:
        asyncio.run(main_.work(settings, duties, now=now))
        return
    with socket.create_server((settings.host, settings.port)) as listening:
        asyncio.run(main_.serve(settings, listening, duties, now=now))


def _ahead(seconds: float) -> Callable[[], datetime]:
    real: Callable[[], datetime] = import_module("api.foundation.now").now
    return lambda: real() + timedelta(seconds=seconds)


if __name__ == "__main__":
    main()
