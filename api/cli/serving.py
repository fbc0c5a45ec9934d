"""`huiqi run`, `api` and `migrate`."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.administering import Made
from api.accounts.first_run import first_run
from api.foundation.database import Database
from api.foundation.installation import take_up
from api.foundation.logs import set_up_logs
from api.foundation.migrating import migrate as bring_up
from api.foundation.migrating import newest, refuse_other_tables
from api.foundation.now import now
from api.foundation.serving import listen, run_to_its_end
from api.main import serve, work
from api.settings import BadSettings, Settings
from api.working import Duties

Result = TypeVar("Result")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings, for a while; raises `BadSettings` where it cannot be had."""
    name = "HUIQI_DATABASE_URL" if settings.database_url else "HUIQI_VAR_DIR"
    try:
        database = Database(settings.database)
        await database.alive()
    except ModuleNotFoundError as missing:
        raise BadSettings((f"{name}: {missing.name} is not installed",)) from None
    except (OSError, DBAPIError) as error:
        why = error.strerror if isinstance(error, OSError) else error.orig
        raise BadSettings((f"{name}: the database cannot be opened: {why or error}",)) from None
    try:
        yield database
    finally:
        await database.close()


def in_one_transaction(work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    """Work on the database of the settings, brought up where it is a file; committed at the end."""

    async def go() -> Result:
        settings = Settings.read()
        async with opened(settings) as database:
            if settings.on_sqlite:
                await bring_up(database)
            await refuse_other_tables(database)
            async with database.writing() as session:
                return await work(session)

    return asyncio.run(go())


async def _migrated(settings: Settings) -> None:
    async with opened(settings) as database:
        await bring_up(database)


async def _refuse_unfit(settings: Settings) -> None:
    """Raises `DatabaseRefused` where the database is not one to work on."""
    async with opened(settings) as database:
        await refuse_other_tables(database)
        await take_up(database, now=now())


def show_addresses(settings: Settings) -> None:
    """Say where to go."""
    print(f"网页咨询 / web chat   {settings.address}/")
    print(f"接口 / API            {settings.address}/v1/openapi.json")
    print(f"工作台 / console      {settings.address}/console")
    print(f"就绪检查 / readiness  {settings.address}/readyz", flush=True)


def show_made(made: Sequence[Made]) -> None:
    """The first accounts with their passwords, on the terminal and nowhere else."""
    print("首批账号，密码只显示这一次，首次登录须修改")
    print("first accounts; the passwords are shown once and must be changed at the first sign-in")
    for account in made:
        print(f"  {account.login:<12} {account.password}  {account.role.value:<9} {account.name}")
    print(flush=True)


async def _first_accounts(settings: Settings) -> Sequence[Made]:
    async with opened(settings) as database, database.writing() as session:
        return await first_run(session, now=now())


def migrate() -> None:
    """Bring the database to this version's tables."""
    settings = Settings.read()
    asyncio.run(_migrated(settings))
    print(f"database is at {newest()}")


def run() -> None:
    """Everything in one process: migrate (SQLite only), then serve web chat, console and API.

    At the very first start the accounts of the console are made and shown.
    """
    settings = Settings.read()
    start(settings, listen(settings))


def start(settings: Settings, listening: socket.socket) -> None:
    """Serve on an address already taken."""
    with listening:
        if settings.on_sqlite:
            asyncio.run(_migrated(settings))
        asyncio.run(_refuse_unfit(settings))
        made = asyncio.run(_first_accounts(settings))
        if made:
            show_made(made)
        _serve(settings, listening, Duties.ALL)


def api() -> None:
    """The API, web chat and consoles alone, on a database that `huiqi migrate` has brought up."""
    settings = Settings.read()
    with listen(settings) as listening:
        _serve(settings, listening, Duties.NONE)


def worker() -> None:
    """The work in the background alone: turns of messengers, sending, reminders, notices."""
    _work(Settings.read(), Duties.WORK)


def bot() -> None:
    """The one process that asks Telegram for updates, where it does not call us."""
    settings = Settings.read()
    if settings.telegram_bot_token is None:
        raise BadSettings(("TELEGRAM_BOT_TOKEN: is needed to ask Telegram for updates",))
    if settings.telegram_updates == "webhook":
        raise BadSettings(("TELEGRAM_UPDATES: with webhook Telegram calls `huiqi api` instead",))
    _work(settings, Duties.LISTEN)


def _work(settings: Settings, duties: Duties) -> None:
    asyncio.run(_refuse_unfit(settings))
    set_up_logs(settings.log_level)
    port = settings.worker_port
    with contextlib.nullcontext() if port is None else listen(settings, port) as observing:
        run_to_its_end(work(settings, duties, observing))


def _serve(settings: Settings, listening: socket.socket, duties: Duties) -> None:
    asyncio.run(_refuse_unfit(settings))
    set_up_logs(settings.log_level)
    show_addresses(settings)
    run_to_its_end(serve(settings, listening, duties))
