"""What tests give as people and operators would: none of it may be found in any log.

Each is long or odd enough to stand nowhere by chance. What is made while a test runs (a cookie, a
key) is `noted`, and looked for in the same way.
"""

import os
from pathlib import Path

PERSON = "王小明"
PHONE = "13800138000"
FACTORY = f"{PERSON}的加工厂"
ORGANISATION = "郑州示例科技有限公司"
CREDIT_CODE = "91410100MA9XXXXX7K"
SECRET_WORDS = "我的秘密"  # noqa: S105 - what somebody wrote
PASSWORD = "一句 correct horse"  # noqa: S105 - of tests only
NEW_PASSWORD = "quite another one"  # noqa: S105 - of tests only
BOT_TOKEN = "4200:a-token-of-tests"  # noqa: S105 - opens nothing but our own server
WEBHOOK_SECRET = "a-secret-word-of-tests"  # noqa: S105 - of tests only
METRICS_TOKEN = "read-metrics-with-this"  # noqa: S105 - of tests only
SECRET_KEY = "a-secret-key-of-tests-with-32-characters"  # noqa: S105 - of tests only

ALL = (
    PERSON, PHONE, ORGANISATION, CREDIT_CODE, SECRET_WORDS, PASSWORD, NEW_PASSWORD, BOT_TOKEN,
    BOT_TOKEN.partition(":")[2], WEBHOOK_SECRET, METRICS_TOKEN, SECRET_KEY,
)  # fmt: skip

FOLDER = "LOGS_OF_TESTS"
"""The variable that names the folder where all logs of a run are kept."""
NOTED = "noted"
"""The file of a folder that holds what was made while the tests ran."""
_SHORTEST = 8


def logs_of_run() -> Path | None:
    """The folder of this run; None outside of one."""
    named = os.environ.get(FOLDER)
    return Path(named) if named else None


def noted(value: str) -> str:
    """The same value, which must not be found in any log of this run."""
    folder = logs_of_run()
    if folder is not None and len(value) >= _SHORTEST:
        with (folder / f"{os.getpid()}.{NOTED}").open("a", encoding="utf-8") as file:
            file.write(f"{value}\n")
    return value


def keep_log(name: str, said: str) -> None:
    """Keep what another process said, to be searched at the end of the run."""
    folder = logs_of_run()
    if folder is not None:
        with (folder / f"{os.getpid()}-{name}.log").open("a", encoding="utf-8") as file:
            file.write(said)
