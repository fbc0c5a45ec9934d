"""Very many followers of one programme, made by the database itself, and a notice to them."""

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg  # type: ignore[import-untyped]  # published without types

from api.accounts.models import Account, AccountId, Office, OfficeId, Role
from api.foundation.database import Database
from api.notices.models import Expansion, Notice, NoticeId, NoticeState
from api.settings import Settings
from tests.builders.databases import at_once, bring_up, on_postgres, on_sqlite

PROGRAMME = "new-rd-institution"
_CITIES = (
    "zhengzhou", "kaifeng", "luoyang", "pingdingshan", "anyang", "hebi", "xinxiang", "jiaozuo",
    "puyang",
)  # fmt: skip
_YES_NO = (
    "legal_person", "independent_accounting", "managed_apart_from_investors", "clear_rd_direction",
    "new_type_mechanisms", "board_led_director", "charter_observed", "good_credit",
    "in_key_industry_chain", "mainland_controlled",
)  # fmt: skip
FACTS_OF_A_FULL_PROFILE = len(_YES_NO) + 3

_PEOPLE = (
    """INSERT INTO persons (id, consented_at, notice, created_at)
    SELECT {p}, {now}, 'n', {now} FROM {series}""",
    """INSERT INTO organisations (id, sample, created_at) SELECT {o}, {no}, {now} FROM {series}""",
    """INSERT INTO members (person_id, organisation_id, part, verified, since)
    SELECT {p}, {o}, 'owner', {no}, {now} FROM {series}""",
    """INSERT INTO contacts
    (id, person_id, channel, account, address, language, created_at, heard_at)
    SELECT {c}, {p}, 'telegram', '4200', CAST(1000000 + n AS {text}), 'zh', {now}, {now}
    FROM {series}""",
    """INSERT INTO subjects (id, organisation_id, kind, role, created_at)
    SELECT {s}, {o}, 'organisation', 'organisation', {now} FROM {series}""",
    """INSERT INTO subscriptions (person_id, programme, organisation_id, since)
    SELECT {p}, 'new-rd-institution', {o}, {now} FROM {series}""",
)
_NUMBERS = "generate_series(1, {count}) AS s(n)"
_NUMBERS_ON_FILE = """(WITH RECURSIVE s(n) AS
    (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) SELECT n FROM s) AS s"""
_FACT = (
    "INSERT INTO fact_values (id, subject_id, fact, year, value, source, given_by, given_at)"
    " SELECT {f}, {s}, '%s', 0, %s, 'said', {p}, {now} FROM {series}"
)


@contextmanager
def a_database(engine: str, folder: Path) -> Iterator[str]:
    """The address of a fresh database with our tables."""
    if engine == "sqlite":
        url = on_sqlite(folder)
        (folder / "huiqi.db").unlink(missing_ok=True)
        bring_up(url)
        yield url
        return
    with on_postgres() as url:
        bring_up(url)
        yield url


def fill(url: str, count: int, *, full: bool) -> None:
    """So many followers; each said where they are, or has a full profile, no two alike."""
    on_file = url.startswith("sqlite")
    statements = [*_PEOPLE, *_facts(full=full, on_file=on_file)]
    written = [_written(each, count, on_file=on_file) for each in statements]
    if not on_file:
        at_once(_run(url, [*written, "ANALYZE"]))
        return
    with closing(sqlite3.connect(url.partition("///")[2])) as connection:
        connection.create_function("md5", 1, _md5, deterministic=True)
        for each in written:
            connection.execute(each)
        connection.execute("ANALYZE")
        connection.commit()


def _facts(*, full: bool, on_file: bool) -> Iterator[str]:
    text = "TEXT" if on_file else "VARCHAR"
    arms = " ".join(f"WHEN {n} THEN '\"{city}\"'" for n, city in enumerate(_CITIES))
    yield _FACT % ("registered_region", _json(f"CASE n %% {len(_CITIES)} {arms} END", on_file))
    if not full:
        return
    for bit, fact in enumerate(_YES_NO):
        answer = f"CASE (n / {1 << bit}) %% 7 WHEN 0 THEN '\"no\"' ELSE '\"yes\"' END"
        yield _FACT % (fact, _json(answer, on_file))
    for share, fact in ((1, "staff"), (3, "rd_staff")):
        figure = f"'\"' || CAST(n / {share} + 1 AS {text}) || ' 人\"'"
        yield _FACT % (fact, _json(figure, on_file))


def _json(expression: str, on_file: bool) -> str:  # noqa: FBT001 - one of two engines
    expression = expression.replace("%%", "%")
    return expression if on_file else f"CAST({expression} AS JSONB)"


def _written(statement: str, count: int, *, on_file: bool) -> str:
    def id_of(kind: str) -> str:
        digest = f"md5('{kind}' || n)"
        return digest if on_file else f"CAST({digest} AS UUID)"

    moment = datetime(2026, 11, 1, tzinfo=UTC).isoformat(" ")
    numbers = (_NUMBERS_ON_FILE if on_file else _NUMBERS).replace("{count}", str(count))
    fact = statement.partition("'")[2].partition("'")[0]
    values = {
        "p": id_of("p"), "o": id_of("o"), "c": id_of("c"), "s": id_of("s"), "f": id_of(fact),
        "now": f"'{moment[:19]}.000000'" if on_file else f"TIMESTAMPTZ '{moment}'",
        "no": "0" if on_file else "FALSE", "text": "TEXT" if on_file else "VARCHAR",
        "series": numbers,
    }  # fmt: skip
    for name, value in values.items():
        statement = statement.replace(f"{{{name}}}", value)
    return statement


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


async def _run(url: str, statements: list[str]) -> None:
    connection = await asyncpg.connect(url)
    try:
        for each in statements:
            await connection.execute(each)
    finally:
        await connection.close()


def approve(url: str, body: str) -> UUID:
    """A notice to all of them, approved now; its expansion."""
    made: list[UUID] = []

    async def write() -> None:
        made.append(await _approved(url, body))

    at_once(write())
    return made[0]


async def _approved(url: str, body: str) -> UUID:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    database = Database(Settings(database_url=url).database)
    office, account = OfficeId(uuid4()), AccountId(uuid4())
    notice, expansion = NoticeId(uuid4()), uuid4()
    async with database.writing() as session:
        session.add(Office(id=office, name=f"o{office}", created_at=now))
        await session.flush()
        session.add(
            Account(
                id=account, login=f"l{account}", name="n", role=Role.OFFICIAL.value,
                office_id=office, password="-", created_at=now,  # noqa: S106 - nobody signs in
            )
        )  # fmt: skip
        await session.flush()
        session.add(
            Notice(
                id=notice, programme=PROGRAMME, title="补正通知", body=body, office_id=office,
                author_id=account, state=NoticeState.APPROVED.value, created_at=now, changed_at=now,
            )
        )  # fmt: skip
        await session.flush()
        session.add(Expansion(id=expansion, notice_id=notice, revision=1, run_at=now))
    await database.close()
    return expansion


async def watched(url: str, expansion: UUID, patience: float) -> tuple[float, int]:
    """Seconds from the first row to the last, and how many rows it were."""
    database = Database(Settings(database_url=url).database)
    begun, rows, done = 0.0, 0, False
    async with asyncio.timeout(patience):
        while not done:
            async with database.reading() as session:
                row = await session.get_one(Expansion, expansion)
                done, rows = row.done_at is not None, row.laid
            if rows and not begun:  # the start of the process is no laying
                begun = time.perf_counter()
            await asyncio.sleep(0.02)
    await database.close()
    return time.perf_counter() - begun, rows
