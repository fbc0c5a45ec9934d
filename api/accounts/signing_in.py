"""Signing in and out. Failures are counted in the database; where they cannot be, nobody enters."""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from api.accounts.actors import Actor
from api.accounts.models import Account, AccountId, ConsoleSession, Office, Role, SignInFailure
from api.accounts.passwords import fits
from api.foundation.errors import SignInRefused, TooMany
from api.foundation.ids import digest, new_id, new_token
from knowledge.model import Language

LIFE = timedelta(hours=12)
IDLE = timedelta(hours=2)
_SEEN_EVERY = timedelta(minutes=1)
_WINDOW = timedelta(minutes=15)
_MOST_PER_LOGIN = 5
_MOST_PER_CALLER = 20


class Throttle:
    """Counts failed sign-ins by keyed hashes: no login and no address is kept."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    async def check(self, session: AsyncSession, login: str, caller: str, now: datetime) -> None:
        """Raise `TooMany` where one more try would be too many."""
        for who, most in self._counted(login, caller):
            counted = select(func.count(), func.min(col(SignInFailure.at))).where(
                col(SignInFailure.who) == who, col(SignInFailure.at) > now - _WINDOW
            )
            failures, first = (await session.execute(counted)).one()
            if failures >= most:
                wait = (first + _WINDOW - now).total_seconds()
                raise TooMany(seconds=max(1, int(wait)))

    async def failed(self, session: AsyncSession, login: str, caller: str, now: datetime) -> None:
        """One more failure; old ones are forgotten."""
        await session.execute(delete(SignInFailure).where(col(SignInFailure.at) <= now - _WINDOW))
        for who, _ in self._counted(login, caller):
            session.add(SignInFailure(id=new_id(), who=who, at=now))

    def _counted(self, login: str, caller: str) -> tuple[tuple[str, int], ...]:
        return (
            (self._hash("login", login.casefold()), _MOST_PER_LOGIN),
            (self._hash("caller", caller), _MOST_PER_CALLER),
        )

    def _hash(self, kind: str, who: str) -> str:
        said = f"sign-in\0{kind}\0{who}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()


async def account_with(session: AsyncSession, login: str) -> Account | None:
    """The account of a login that may still sign in."""
    return await session.scalar(
        select(Account).where(
            col(Account.login) == login.strip().casefold(), col(Account.disabled_at).is_(None)
        )
    )


async def check_password(account: Account | None, password: str) -> Account:
    """The account, where the password is its own; raises `SignInRefused` alike for both."""
    if not await fits(password, None if account is None else account.password):
        raise SignInRefused
    if account is None:
        raise SignInRefused
    return account


def begin(session: AsyncSession, account: AccountId, *, now: datetime) -> str:
    """A new sign-in; the token that is shown to the browser once."""
    token = new_token()
    session.add(
        ConsoleSession(
            digest=digest(token), account_id=account, csrf=new_token(), created_at=now,
            seen_at=now, expires_at=now + LIFE,
        )
    )  # fmt: skip
    return token


async def actor_of(session: AsyncSession, token: str, *, now: datetime) -> Actor | None:
    """Who a browser's token is; None where it has ended, rested too long, or is disabled."""
    found = (
        await session.execute(
            select(ConsoleSession, Account, Office)
            .join(Account, col(Account.id) == col(ConsoleSession.account_id))
            .join(Office, col(Office.id) == col(Account.office_id))
            .where(
                col(ConsoleSession.digest) == digest(token),
                col(ConsoleSession.expires_at) > now,
                col(ConsoleSession.seen_at) > now - IDLE,
                col(Account.disabled_at).is_(None),
            )
        )
    ).one_or_none()
    if found is None:
        return None
    kept, account, office = found
    language: Language = "en" if account.language == "en" else "zh"
    return Actor(
        account=account.id, name=account.name, role=Role(account.role), office=office.id,
        office_name=office.name if language == "zh" else office.name_en or office.name,
        region=office.region, language=language, csrf=kept.csrf, must_change=account.must_change,
        session=kept.digest,
    )  # fmt: skip


async def seen(session: AsyncSession, actor: Actor, *, now: datetime) -> None:
    """Note that somebody is still there, at most once a minute."""
    await session.execute(
        update(ConsoleSession)
        .where(
            col(ConsoleSession.digest) == actor.session,
            col(ConsoleSession.seen_at) <= now - _SEEN_EVERY,
        )
        .values(seen_at=now)
    )


async def end(session: AsyncSession, actor: Actor) -> None:
    """Sign out here."""
    await session.execute(delete(ConsoleSession).where(col(ConsoleSession.digest) == actor.session))


async def end_all(session: AsyncSession, account: AccountId, *, but: str = "") -> None:
    """Sign an account out everywhere, one sign-in apart."""
    await session.execute(
        delete(ConsoleSession).where(
            col(ConsoleSession.account_id) == account, col(ConsoleSession.digest) != but
        )
    )
