"""`huiqi admin account`, `office` and `first-run`: who may sign in to the console."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import administering
from api.accounts.administering import Made
from api.accounts.first_run import first_run
from api.accounts.models import Account, Office, OfficeId, Role
from api.accounts.passwords import fresh
from api.cli.serving import in_one_transaction, show_made
from api.foundation.errors import SENTENCES, HuiqiError
from api.foundation.now import now
from api.library.service import open_library

accounts = typer.Typer(help="Accounts of the console.", no_args_is_help=True)
offices = typer.Typer(help="Offices that accounts belong to.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="The user name.")]


def _show_refused(error: HuiqiError) -> typer.Exit:
    print(SENTENCES[error.code].of("en", error.context), file=sys.stderr)
    return typer.Exit(1)


def _show_password(made: Made) -> None:
    print("shown once, kept nowhere; to be changed at the next sign-in:", file=sys.stderr)
    print(made.password)


def first() -> None:
    """Make the first office and accounts, where there is no account at all."""

    async def work(session: AsyncSession) -> Sequence[Made]:
        return await first_run(session, now=now())

    made = in_one_transaction(work)
    if not made:
        print("there are accounts already", file=sys.stderr)
        raise typer.Exit(1)
    show_made(made)


@accounts.command("create")
def create_account(
    login: Login,
    name: Annotated[str, typer.Option(help="As applicants and colleagues see it.")],
    role: Annotated[Role, typer.Option(help="What the account is for.")],
    office: Annotated[str, typer.Option(help="The name of its office.")],
) -> None:
    """Make an account. Its password is shown this once."""
    if not administering.LOGIN.fullmatch(login.casefold()) or not 0 < len(name) <= 100:  # noqa: PLR2004 - the column
        raise typer.BadParameter("a login is 2 to 60 of a-z 0-9 . _ -; a name 1 to 100 characters")

    async def work(session: AsyncSession) -> Made:
        password = await fresh()
        found = await administering.office_named(session, office)
        return await administering.create_account(
            session,
            login=login,
            name=name,
            role=role,
            office=OfficeId(found.id),
            now=now(),
            password=password,
        )

    try:
        _show_password(in_one_transaction(work))
    except HuiqiError as error:
        raise _show_refused(error) from None


@accounts.command("list")
def list_accounts() -> None:
    """All accounts: login, name, role, office, and whether they work."""

    async def work(session: AsyncSession) -> Sequence[tuple[Account, Office]]:
        return await administering.list_accounts(session)

    for account, office in in_one_transaction(work):
        state = "active" if account.disabled_at is None else f"disabled {account.disabled_at:%F}"
        print(f"{account.login}  {account.name}  {account.role}  {office.name}  {state}")


@accounts.command("disable")
def disable(login: Login) -> None:
    """Shut an account out at once; the last administrator stays."""

    async def work(session: AsyncSession) -> None:
        account = await administering.account_named(session, login)
        await administering.set_disabled(session, account.id, disabled=True, by=None, now=now())

    try:
        in_one_transaction(work)
    except HuiqiError as error:
        raise _show_refused(error) from None
    print("disabled")


@accounts.command("reset-password")
def reset_password(login: Login) -> None:
    """Give an account a new password, shown this once, and sign it out everywhere."""

    async def work(session: AsyncSession) -> Made:
        password = await fresh()
        account = await administering.account_named(session, login)
        return await administering.reset_password(session, account.id, password)

    try:
        _show_password(in_one_transaction(work))
    except HuiqiError as error:
        raise _show_refused(error) from None


@offices.command("create")
def create_office(
    name: Annotated[str, typer.Argument(help="In Chinese, as everybody sees it.")],
    name_en: Annotated[str, typer.Option(help="In English.")] = "",
    region: Annotated[str, typer.Option(help="Where it is responsible; empty: all.")] = "",
) -> None:
    """Make an office."""
    if region and region not in open_library().base.lists["regions"].entries:
        raise typer.BadParameter("the region is not in the list knowledge/lists/regions.yaml")
    if not 0 < len(name) <= 100 or len(name_en) > 100:  # noqa: PLR2004 - the column
        raise typer.BadParameter("a name has 1 to 100 characters")

    async def work(session: AsyncSession) -> None:
        await administering.create_office(
            session, name=name, name_en=name_en, region=region, now=now()
        )

    try:
        in_one_transaction(work)
    except HuiqiError as error:
        raise _show_refused(error) from None
    print("created")


@offices.command("list")
def list_offices() -> None:
    """All offices: name, English name, region."""

    async def work(session: AsyncSession) -> Sequence[Office]:
        return await administering.list_offices(session)

    for office in in_one_transaction(work):
        print(f"{office.name}  {office.name_en or '-'}  {office.region or 'the whole province'}")
