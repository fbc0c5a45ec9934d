"""`huiqi admin`: API keys, and the accounts of the console."""

import sys
from typing import Annotated
from uuid import UUID

import limits
import typer
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.models import Scope
from api.accounts.service import create_key, list_keys, revoke_key
from api.cli import staffing
from api.cli.serving import in_one_transaction
from api.foundation.now import now

app = typer.Typer(help="What only the operator does.", no_args_is_help=True)
keys = typer.Typer(help="API keys: made, listed, revoked.", no_args_is_help=True)
app.add_typer(keys, name="key")
app.add_typer(staffing.accounts, name="account")
app.add_typer(staffing.offices, name="office")
app.command("first-run")(staffing.first)


def _readable(rate: str) -> str:
    try:
        limits.parse_many(rate)
    except ValueError:
        raise typer.BadParameter("must be like 120/minute or 1000/hour") from None
    return rate


@keys.command("create")
def create(
    scope: Annotated[list[Scope], typer.Option(help="What it may do; repeat for more.")],
    name: Annotated[str, typer.Option(help="For whom, as the list shows it.")] = "unnamed",
    rate: Annotated[
        str, typer.Option(callback=_readable, help="How often, such as 120/minute.")
    ] = "120/minute",
) -> None:
    """Make a key. It is shown this once and never again."""

    async def work(session: AsyncSession) -> str:
        return create_key(session, name=name[:200], scopes=scope, rate=rate, now=now())[1]

    shown = in_one_transaction(work)
    print("shown once, kept nowhere:", file=sys.stderr)
    print(shown)


@keys.command("list")
def show() -> None:
    """All keys: id, name, scopes, rate, and whether they work."""
    for key in in_one_transaction(list_keys):
        state = "active" if key.revoked_at is None else f"revoked {key.revoked_at:%Y-%m-%d}"
        print(f"{key.id}  {key.name}  {','.join(key.scopes)}  {key.rate}  {state}")


@keys.command("revoke")
def revoke(key: Annotated[UUID, typer.Argument(help="The id that the list shows.")]) -> None:
    """End a key at once."""

    async def work(session: AsyncSession) -> bool:
        return await revoke_key(session, key, now=now())

    if not in_one_transaction(work):
        print("there is no such key that works", file=sys.stderr)
        raise typer.Exit(1)
    print("revoked")
