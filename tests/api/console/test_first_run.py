"""The first start makes accounts, says their passwords once on the terminal, and never again."""

import asyncio
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from api.accounts.first_run import first_run
from api.accounts.models import Role
from api.cli.app import app as cli
from tests.builders.accounts import a_browser, a_kept_account
from tests.builders.seeded import PASSWORD

ROW = re.compile(r"^  (\S+) +(\S+-\S+-\S+-\S+)  (\S+)", re.MULTILINE)
runner = CliRunner()


async def test_makes_an_office_and_an_account_for_each_kind_of_work(app: FastAPI) -> None:
    async with app.state.database.writing() as session:
        made = await first_run(session, now=app.state.now())
    assert [(m.login, m.role) for m in made] == [
        ("admin", Role.ADMIN), ("official-a", Role.OFFICIAL), ("official-b", Role.OFFICIAL),
        ("staff-a", Role.STAFF),
    ]  # fmt: skip
    assert len({m.password for m in made}) == 4
    assert all(len(m.password) >= 12 for m in made)
    async with app.state.database.writing() as session:
        assert await first_run(session, now=app.state.now()) == ()


async def test_two_processes_that_start_at_once_make_them_once(
    app: FastAPI, other_app: FastAPI
) -> None:
    async def started(each: FastAPI) -> int:
        async with each.state.database.writing() as session:
            return len(await first_run(session, now=each.state.now()))

    assert sorted(await asyncio.gather(started(app), started(other_app))) == [0, 4]


async def test_makes_nothing_where_there_is_any_account(app: FastAPI) -> None:
    await a_kept_account(app, Role.STAFF)
    async with app.state.database.writing() as session:
        assert await first_run(session, now=app.state.now()) == ()


async def test_no_password_token_or_login_is_logged(
    app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    account = await a_kept_account(app, Role.ADMIN)
    async with a_browser(app) as http:
        form = {"login": account.login, "password": "wrong one"}
        await http.post("/console/sign-in", data=form)
        await http.post("/console/sign-in", data=form | {"password": PASSWORD})
        home = await http.get("/console/accounts?after=secret-cursor")
        token = http.cookies["huiqi_console"]
    csrf = re.findall(r'name="csrf" value="([^"]+)"', home.text)[0]
    logged = capsys.readouterr().err
    assert len(logged.splitlines()) >= 3
    for secret in (account.login, PASSWORD, "wrong one", token, csrf, "secret-cursor"):
        assert secret not in logged


@pytest.fixture
def on_its_own(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of its own for commands."""
    monkeypatch.setenv("HUIQI_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)


def said(*words: str, code: int = 0) -> str:
    done = runner.invoke(cli, ["admin", *words])
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.usefixtures("on_its_own")
class TestCommands:
    def test_first_run_shows_passwords_once(self) -> None:
        rows = ROW.findall(said("first-run"))
        assert [row[0] for row in rows] == ["admin", "official-a", "official-b", "staff-a"]
        again = said("first-run", code=1)
        assert "there are accounts already" in again
        assert not ROW.findall(again)
        listed = said("account", "list")
        assert all(row[1] not in listed for row in rows)

    def test_an_office_and_an_account_are_made_and_listed(self) -> None:
        said("office", "create", "某局", "--name-en", "Some bureau", "--region", "luoyang")
        assert "某局  Some bureau  luoyang" in said("office", "list")
        made = ("account", "create", "li-4", "--name", "李四", "--role", "staff", "--office")
        assert re.search(r"^\w{4}(-\w{4}){3}$", said(*made, "某局"), re.MULTILINE)
        assert "li-4  李四  staff  某局  active" in said("account", "list")
        assert "This user name is taken." in said(*made, "某局", code=1)
        assert "There is nothing here." in said(*made, "没有", code=1)
        said("office", "create", "另局", "--region", "mars", code=2)

    def test_a_password_is_reset_and_an_account_disabled(self) -> None:
        said("first-run")
        assert re.search(
            r"^\w{4}(-\w{4}){3}$", said("account", "reset-password", "STAFF-A"), re.MULTILINE
        )
        said("account", "disable", "staff-a")
        assert re.search(r"^staff-a .* disabled \d{4}-", said("account", "list"), re.MULTILINE)
        assert "last administrator" in said("account", "disable", "admin", code=1)
        assert "There is nothing here." in said("account", "reset-password", "nobody", code=1)
