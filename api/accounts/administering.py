"""Offices and accounts: made, changed, disabled, and made at the very first start."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Actor
from api.accounts.models import Account, AccountId, Office, OfficeId, Role
from api.accounts.passwords import LONGEST, SHORTEST, Fresh, hashed
from api.accounts.signing_in import check_password, end_all
from api.foundation.database import Database, one_at_a_time
from api.foundation.errors import LastAdmin, LoginTaken, NotFound, OfficeTaken, PasswordUnfit
from api.foundation.ids import new_id

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
"""What a login is, in lower case."""


@dataclass(frozen=True, slots=True)
class Made:
    """An account with the password that is shown this once."""

    login: str
    name: str
    role: Role
    password: str


async def list_offices(session: AsyncSession) -> Sequence[Office]:
    """All offices, the oldest first."""
    return (await session.scalars(select(Office).order_by(col(Office.created_at)))).all()


async def list_accounts(
    session: AsyncSession, *, after: str = "", limit: int | None = None
) -> Sequence[tuple[Account, Office]]:
    """Accounts with their offices in the order of their logins, those after one of them."""
    found = await session.execute(
        select(Account, Office)
        .join(Office, col(Office.id) == col(Account.office_id))
        .where(col(Account.login) > after)
        .order_by(col(Account.login))
        .limit(limit)
    )
    return [(account, office) for account, office in found]


async def count_unclaimed(session: AsyncSession) -> int:
    """How many accounts that work still have the password somebody else gave them."""
    counted = select(func.count()).where(
        col(Account.must_change).is_(True), col(Account.disabled_at).is_(None)
    )
    return await session.scalar(counted) or 0


async def account_named(session: AsyncSession, login: str) -> Account:
    """The account of a login, disabled or not; raises `NotFound`."""
    found = await session.scalar(
        select(Account).where(col(Account.login) == login.strip().casefold())
    )
    if found is None:
        raise NotFound
    return found


async def office_named(session: AsyncSession, name: str) -> Office:
    """The office of a name; raises `NotFound`."""
    found = await session.scalar(select(Office).where(col(Office.name) == name))
    if found is None:
        raise NotFound
    return found


async def create_office(
    session: AsyncSession, *, name: str, name_en: str, region: str, now: datetime
) -> Office:
    """A new office; raises `OfficeTaken`."""
    await one_at_a_time(session, "offices")
    if await session.scalar(select(col(Office.id)).where(col(Office.name) == name)):
        raise OfficeTaken
    office = Office(
        id=OfficeId(new_id()), name=name, name_en=name_en, region=region, created_at=now
    )
    session.add(office)
    await session.flush()
    return office


async def create_account(
    session: AsyncSession,
    *,
    login: str,
    name: str,
    role: Role,
    office: OfficeId,
    password: Fresh,
    now: datetime,
) -> Made:
    """A new account with a made-up password that has to be changed; raises `LoginTaken`."""
    login = login.strip().casefold()
    await one_at_a_time(session, "accounts")
    if await session.scalar(select(col(Account.id)).where(col(Account.login) == login)):
        raise LoginTaken
    if await session.get(Office, office) is None:
        raise NotFound
    session.add(
        Account(
            id=AccountId(new_id()), login=login, name=name, role=role.value, office_id=office,
            password=password.kept, created_at=now,
        )
    )  # fmt: skip
    await session.flush()
    return Made(login, name, role, password.shown)


async def reset_password(session: AsyncSession, id_: AccountId, password: Fresh) -> Made:
    """A new made-up password; whoever is signed in with the old one no longer is."""
    account = await _account(session, id_)
    account.password, account.must_change = password.kept, True
    await end_all(session, id_)
    return Made(account.login, account.name, Role(account.role), password.shown)


async def set_disabled(
    session: AsyncSession, id_: AccountId, *, disabled: bool, by: AccountId | None, now: datetime
) -> None:
    """Disable an account, or let it in again; raises `LastAdmin` where nobody could undo it."""
    account = await _account(session, id_)
    if disabled:
        await _keep_an_admin(session, account, by)
        await end_all(session, id_)
    account.disabled_at = now if disabled else None


async def move(
    session: AsyncSession, id_: AccountId, *, role: Role, office: OfficeId, by: AccountId | None
) -> None:
    """Give an account another role or office; raises `LastAdmin`, `NotFound`."""
    account = await _account(session, id_)
    if await session.get(Office, office) is None:
        raise NotFound
    if role is not Role.ADMIN:
        await _keep_an_admin(session, account, by)
    account.role, account.office_id = role.value, office


async def _keep_an_admin(session: AsyncSession, account: Account, by: AccountId | None) -> None:
    """Refuse to take away oneself or the last one; two who do it at once wait for each other."""
    if account.role != Role.ADMIN.value:
        return
    working = select(col(Account.id)).where(
        col(Account.role) == Role.ADMIN.value, col(Account.disabled_at).is_(None)
    )
    admins = (await session.scalars(working.order_by(col(Account.id)).with_for_update())).all()
    if account.id == by or not set(admins) - {account.id}:
        raise LastAdmin


async def change_password(database: Database, actor: Actor, old: str, new: str) -> None:
    """One's own password, in sessions of its own: none is held while argon2 works.

    Raises `SignInRefused` for a wrong old one, `PasswordUnfit`.
    """
    async with database.reading() as session:
        account = await _account(session, actor.account)
    await check_password(account, old)
    if not SHORTEST <= len(new) <= LONGEST or new == old:
        raise PasswordUnfit(shortest=SHORTEST, longest=LONGEST)
    fresh = await hashed(new)
    async with database.writing() as session:
        account = await _account(session, actor.account)
        account.password, account.must_change = fresh, False
        await end_all(session, actor.account, but=actor.session)


async def _account(session: AsyncSession, id_: AccountId) -> Account:
    account = await session.get(Account, id_)
    if account is None:
        raise NotFound
    return account
