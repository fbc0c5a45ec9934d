"""Offices and accounts: made, changed, disabled, and made at the very first start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Actor
from api.accounts.models import Account, AccountId, Office, OfficeId, Role
from api.accounts.passwords import LONGEST, SHORTEST, hashed, made_up
from api.accounts.signing_in import check_password, end_all
from api.foundation.errors import LastAdmin, LoginTaken, NotFound, OfficeTaken, PasswordUnfit
from api.foundation.ids import new_id


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


async def list_accounts(session: AsyncSession) -> Sequence[tuple[Account, Office]]:
    """All accounts with their offices, the oldest first."""
    found = await session.execute(
        select(Account, Office)
        .join(Office, col(Office.id) == col(Account.office_id))
        .order_by(col(Account.created_at), col(Account.login))
    )
    return [(account, office) for account, office in found]


async def create_office(
    session: AsyncSession, *, name: str, name_en: str, region: str, now: datetime
) -> Office:
    """A new office; raises `OfficeTaken`."""
    if await session.scalar(select(col(Office.id)).where(col(Office.name) == name)):
        raise OfficeTaken
    office = Office(
        id=OfficeId(new_id()), name=name, name_en=name_en, region=region, created_at=now
    )
    session.add(office)
    await session.flush()
    return office


async def create_account(
    session: AsyncSession, *, login: str, name: str, role: Role, office: OfficeId, now: datetime
) -> Made:
    """A new account with a made-up password that has to be changed; raises `LoginTaken`."""
    login = login.strip().casefold()
    if await session.scalar(select(col(Account.id)).where(col(Account.login) == login)):
        raise LoginTaken
    if await session.get(Office, office) is None:
        raise NotFound
    password = made_up()
    session.add(
        Account(
            id=AccountId(new_id()), login=login, name=name, role=role.value, office_id=office,
            password=await hashed(password), created_at=now,
        )
    )  # fmt: skip
    await session.flush()
    return Made(login, name, role, password)


async def reset_password(session: AsyncSession, id_: AccountId) -> Made:
    """A new made-up password; whoever is signed in with the old one no longer is."""
    account = await _account(session, id_)
    password = made_up()
    account.password, account.must_change = await hashed(password), True
    await end_all(session, id_)
    return Made(account.login, account.name, Role(account.role), password)


async def set_disabled(
    session: AsyncSession, actor: Actor, id_: AccountId, *, disabled: bool, now: datetime
) -> None:
    """Disable an account, or let it in again; raises `LastAdmin` where nobody could undo it."""
    account = await _account(session, id_)
    if disabled and account.role == Role.ADMIN.value:
        admins = select(func.count()).where(
            col(Account.role) == Role.ADMIN.value, col(Account.disabled_at).is_(None)
        )
        if account.id == actor.account or await session.scalar(admins) == 1:
            raise LastAdmin
    account.disabled_at = now if disabled else None
    if disabled:
        await end_all(session, id_)


async def change_password(session: AsyncSession, actor: Actor, old: str, new: str) -> None:
    """One's own password; raises `SignInRefused` for a wrong old one, `PasswordUnfit`."""
    account = await check_password(await _account(session, actor.account), old)
    if not SHORTEST <= len(new) <= LONGEST or new == old:
        raise PasswordUnfit(shortest=SHORTEST, longest=LONGEST)
    account.password, account.must_change = await hashed(new), False
    await end_all(session, actor.account, but=actor.session)


async def first_run(session: AsyncSession, *, now: datetime) -> tuple[Made, ...]:
    """Where there is no account at all: one office, and one account of each kind of work."""
    if await session.scalar(select(func.count()).select_from(Account)):
        return ()
    office = await create_office(
        session, name="示例科技局", name_en="Sample science bureau", region="", now=now
    )
    wanted = (
        ("admin", "管理员", Role.ADMIN),
        ("official-a", "经办甲", Role.OFFICIAL),
        ("official-b", "经办乙", Role.OFFICIAL),
        ("staff-a", "工作人员甲", Role.STAFF),
    )
    return tuple(
        [
            await create_account(
                session, login=login, name=name, role=role, office=office.id, now=now
            )
            for login, name, role in wanted
        ]
    )


async def _account(session: AsyncSession, id_: AccountId) -> Account:
    account = await session.get(Account, id_)
    if account is None:
        raise NotFound
    return account
