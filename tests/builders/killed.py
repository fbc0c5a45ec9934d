"""`huiqi` in a process that is killed right after the first statement that begins so.

`python -m tests.builders.killed "CREATE TABLE notices" migrate`
"""

import os
import signal
import sys

from sqlalchemy import Engine, event

from api.cli.app import main


def _killed_after(words: str) -> None:
    def look(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.strip().startswith(words):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", look)


if __name__ == "__main__":
    _killed_after(sys.argv.pop(1))
    main()
