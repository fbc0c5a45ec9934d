"""`huiqi migrate` alone changes tables, one at a time, whole or not at all; others refuse."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import CheckConstraint, Connection, Constraint, Table, inspect, text
from sqlmodel import SQLModel
from typer.testing import CliRunner

import api.main  # noqa: F401 - the program's tables, all of them
from api.cli.app import app as cli
from api.foundation.database import Database, DatabaseRefused
from api.foundation.migrating import (
    _LOCK,
    FOLDER,
    _config,
    is_current,
    migrate,
    newest,
    revisions,
    tables_of,
)
from api.settings import Settings
from tests.builders.commands import SECONDS, Commands
from tests.builders.databases import on_postgres, on_sqlite
from tests.builders.servers import a_free_port

OLD, LATER = revisions()[-2], "9999"
TABLES = sorted(SQLModel.metadata.tables.values(), key=lambda table: table.name)


@pytest.fixture
def commands(bare_url: str, tmp_path: Path) -> Commands:
    return Commands(tmp_path, bare_url)


@pytest.fixture
async def bare(bare_url: str) -> AsyncIterator[Database]:
    made = Database(Settings(database_url=bare_url).database)
    yield made
    await made.close()


async def _say_it_is_at(url: str, revision: str) -> None:
    """Have a database say that it is at some revision, without making its tables so."""
    database = Database(Settings(database_url=url).database)
    async with database.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    await database.close()


async def _table_names(database: Database) -> list[str]:
    async with database.engine.connect() as connection:
        return await connection.run_sync(lambda there: sorted(inspect(there).get_table_names()))


class TestRevisions:
    def test_are_one_after_another(self) -> None:
        files = sorted(path.name[:4] for path in (FOLDER / "versions").glob("0*.py"))
        assert files == [f"{number:04}" for number in range(1, len(files) + 1)]
        assert tuple(files) == revisions()
        assert newest() == files[-1]

    async def test_build_the_tables_of_the_models_and_can_go_back(self, bare: Database) -> None:
        assert not await is_current(bare)
        await migrate(bare)
        assert await is_current(bare)
        async with bare.engine.begin() as connection:
            await connection.run_sync(lambda there: command.check(_config(there)))
            await connection.run_sync(lambda there: command.downgrade(_config(there), "base"))
        assert not await is_current(bare)
        await migrate(bare)
        await migrate(bare)
        assert await is_current(bare)

    async def test_a_table_that_is_rebuilt_keeps_what_refers_to_it(self, bare: Database) -> None:
        """SQLite rebuilds by dropping; with foreign keys on, that would delete the children."""
        await migrate(bare)
        async with bare.writing() as session:
            for statement in SIGNED_IN:
                await session.execute(text(statement))
        async with bare.changing_tables() as connection:
            await connection.run_sync(_rebuild_accounts)
        async with bare.reading() as session:
            assert await session.scalar(text("SELECT count(*) FROM console_sessions")) == 1
            assert await session.scalar(text("SELECT count(*) FROM accounts")) == 1
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            async with bare.writing() as session:
                await session.execute(text("DELETE FROM offices"))

    async def test_rows_that_refer_to_nothing_are_refused_as_a_whole(self, tmp_path: Path) -> None:
        """PostgreSQL looks at every row itself."""
        database = Database(Settings(database_url=on_sqlite(tmp_path)).database)
        await migrate(database)
        with pytest.raises(DatabaseRefused, match="join_codes"):
            async with database.changing_tables() as connection:
                await connection.execute(text(ORPHAN))
        async with database.reading() as session:
            assert await session.scalar(text("SELECT count(*) FROM join_codes")) == 0
        await database.close()


ORPHAN = """INSERT INTO join_codes (digest, purpose, person_id, organisation_id, expires_at)
            VALUES ('d', 'join', '1', '2', '2026-03-02 01:30:00')"""
SIGNED_IN = (
    """INSERT INTO offices (id, name, name_en, region, created_at)
       VALUES ('00000000000000000000000000000001', 'a', '', '', '2026-03-02 01:30:00')""",
    """INSERT INTO accounts (id, login, name, role, office_id, password, must_change, language,
       created_at) VALUES ('00000000000000000000000000000002', 'a', 'a', 'staff',
       '00000000000000000000000000000001', '', TRUE, 'zh', '2026-03-02 01:30:00')""",
    """INSERT INTO console_sessions (digest, account_id, csrf, created_at, seen_at, expires_at)
       VALUES ('d', '00000000000000000000000000000002', 'c', '2026-03-02 01:30:00',
       '2026-03-02 01:30:00', '2026-03-02 01:30:00')""",
)


def _rebuild_accounts(connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts={"target_metadata": SQLModel.metadata})
    with Operations(context).batch_alter_table("accounts") as batch:
        batch.alter_column("name", nullable=True)


class TestNames:
    """A constraint without a name cannot be changed by a later migration."""

    @pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
    def test_every_constraint_of_the_models_is_named_by_what_it_is(self, table: Table) -> None:
        named = {_wanted_name(each): each.name for each in table.constraints}
        assert {wanted: name for wanted, name in named.items() if wanted != name} == {}
        for index in table.indexes:
            of_some_rows = index.dialect_options["postgresql"]["where"] is not None
            columns = "_".join(column.name for column in index.columns)
            wanted = f"ix_{table.name}_{'' if of_some_rows else columns}"
            assert str(index.name).startswith(wanted) if of_some_rows else index.name == wanted

    async def test_the_migrated_tables_have_the_same_names(self, bare: Database) -> None:
        await migrate(bare)
        async with bare.engine.connect() as connection:
            found = await connection.run_sync(
                lambda there: {t.name: _names(there, t) for t in TABLES}
            )
        wanted = {table.name: _given_names(table) for table in TABLES}
        assert found == wanted


def _given_names(table: Table) -> set[str]:
    return {str(each.name) for each in table.constraints} | {str(i.name) for i in table.indexes}


def _wanted_name(constraint: Constraint) -> str:
    kind = {"PrimaryKeyConstraint": "pk", "UniqueConstraint": "uq", "ForeignKeyConstraint": "fk"}
    table = constraint.table.name
    if isinstance(constraint, CheckConstraint):
        return str(constraint.name) if str(constraint.name).startswith(f"ck_{table}_") else "ck"
    short = kind[type(constraint).__name__]
    columns = [] if short == "pk" else [column.name for column in constraint.columns]  # type: ignore[attr-defined]  # these three have columns
    return "_".join([short, table, *columns])


def _names(connection: Connection, table: Table) -> set[str]:
    look = inspect(connection)
    found = [look.get_pk_constraint(table.name)["name"]]
    unique = look.get_unique_constraints(table.name)
    found += [each["name"] for each in unique]
    found += [each["name"] for each in look.get_foreign_keys(table.name)]
    found += [each["name"] for each in look.get_check_constraints(table.name)]
    found += [each["name"] for each in look.get_indexes(table.name)]
    return {str(name) for name in found}


class TestOthers:
    """Whoever is not `huiqi migrate` says which revision it found, which it needs, who is older."""

    @pytest.mark.parametrize("words", ["api", "worker", "bot"])
    def test_refuse_a_database_without_tables(self, words: str, bare_url: str) -> None:
        assert "no tables yet" in refusal(bare_url, words)

    @pytest.mark.parametrize("words", ["api", "worker", "bot"])
    async def test_refuse_an_older_one(self, words: str, database_url: str) -> None:
        await _say_it_is_at(database_url, OLD)
        said = await asyncio.to_thread(refusal, database_url, words)
        assert f"at revision {OLD}" in said
        assert f"needs {newest()}" in said
        assert "database is older than the program: huiqi migrate" in said

    @pytest.mark.parametrize("words", ["api", "worker", "bot", "run", "migrate", "admin key list"])
    async def test_refuse_a_newer_one(self, words: str, database_url: str) -> None:
        await _say_it_is_at(database_url, LATER)
        said = await asyncio.to_thread(refusal, database_url, words)
        assert f"at revision {LATER}" in said
        assert f"needs {newest()}" in said
        assert "program is older than the database" in said

    @pytest.mark.needs_postgres
    @pytest.mark.parametrize("words", ["run", "admin key list"])
    def test_on_postgresql_nobody_else_migrates(self, words: str) -> None:
        with on_postgres() as url:
            assert "huiqi migrate" in refusal(url, words)
            assert "no tables yet" in refusal(url, "worker")

    def test_say_so_without_a_trace(self, commands: Commands) -> None:
        done = commands("worker")
        assert done.returncode == 1
        assert done.stderr.startswith("the database has no tables yet; this program needs ")
        assert len(done.stderr.splitlines()) == 1


def refusal(url: str, words: str) -> str:
    """What a command is refused with."""
    env = {
        "HUIQI_DATABASE_URL": url, "HUIQI_PORT": str(a_free_port()), "TELEGRAM_BOT_TOKEN": "1:abc"
    }  # fmt: skip
    done = CliRunner().invoke(cli, words.split(), env=env)
    assert isinstance(done.exception, DatabaseRefused), done.output
    return str(done.exception)


class TestTwoAtOnce:
    async def test_wait_for_each_other_and_make_the_tables_once(
        self, commands: Commands, bare: Database
    ) -> None:
        """The lock is held here first: a migration that did not wait would end meanwhile."""
        async with bare.changing_tables() as connection:
            if not bare.on_sqlite:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
            both = [commands.start("migrate"), commands.start("migrate")]
            if not bare.on_sqlite:
                await _both_wait(bare)
            with pytest.raises(subprocess.TimeoutExpired):
                both[0].wait(timeout=3)
        for process in both:
            _, said = await asyncio.to_thread(process.communicate, timeout=SECONDS)
            assert process.returncode == 0, said
        assert await is_current(bare)


async def _both_wait(database: Database) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    async with asyncio.timeout(SECONDS), database.engine.connect() as connection:
        while await connection.scalar(waiting) != 2:  # noqa: ASYNC110 - nothing tells when it does
            await asyncio.sleep(0.05)


class TestKilled:
    """kill -9 right after a statement in the middle: afterwards nothing is half-done."""

    @pytest.mark.parametrize(
        ("before", "statement"),
        [("", "CREATE TABLE entries"), ("0008", "UPDATE alembic_version SET version_num='0010'")],
        ids=["from nothing", "from 0008"],
    )
    async def test_leaves_the_tables_as_they_were(
        self, commands: Commands, bare: Database, before: str, statement: str
    ) -> None:
        if before:
            await migrate(bare, before)
        tables = await _table_names(bare)
        died = await asyncio.to_thread(
            commands, statement, "migrate", module="tests.builders.killed"
        )
        assert died.returncode == -signal.SIGKILL, died.stderr
        assert await _table_names(bare) == tables
        assert (await tables_of(bare)).found == (before or None)
        await migrate(bare)
        async with bare.engine.begin() as connection:
            await connection.run_sync(lambda there: command.check(_config(there)))
