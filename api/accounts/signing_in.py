"""Signing in and out. Failures are counted in the database; where they cannot be, nobody enters."""

import hashlib
import hmac
import math
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
    """Counts tries to sign in by keyed hashes: no login and no address is kept.

    A try is counted, and the count committed, before its password is looked at: a hundred tries at
    once get no further than five, and where nothing can be counted nobody enters.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    async def admit(self, session: AsyncSession, login: str, caller: str, now: datetime) -> None:
        """Count one more try as failed; raises `TooMany` where it would be one too many."""
        await session.execute(delete(SignInFailure).where(col(SignInFailure.at) <= now - _WINDOW))
        for who, most in self._counted(login, caller):
            await self._alone(session, who)
            counted = select(func.count(), func.min(col(SignInFailure.at))).where(
                col(SignInFailure.who) == who
            )
            failures, first = (await session.execute(counted)).one()
            if failures >= most:
                wait = (first + _WINDOW - now).total_seconds()
                raise TooMany(seconds=max(1, math.ceil(wait)))
        for who, _ in self._counted(login, caller):
            session.add(SignInFailure(id=new_id(), who=who, at=now))

    async def forgive(self, session: AsyncSession, login: str, caller: str) -> None:
        """It was right: nothing is held against the login, and this try not against the caller."""
        of_login, of_caller = (who for who, _ in self._counted(login, caller))
        last = (
            select(col(SignInFailure.id))
            .where(col(SignInFailure.who) == of_caller)
            .order_by(col(SignInFailure.at).desc())
            .limit(1)
        )
        await session.execute(delete(SignInFailure).where(col(SignInFailure.id).in_(last)))
        await session.execute(delete(SignInFailure).where(col(SignInFailure.who) == of_login))

    async def _alone(self, session: AsyncSession, who: str) -> None:
        """Count one after another; SQLite has one writer anyway."""
        connection = await session.connection()
        if connection.dialect.name == "postgresql":
            key = int.from_bytes(bytes.fromhex(who)[:8], signed=True)
            await session.execute(select(func.pg_advisory_xact_lock(key)))

    def _counted(self, login: str, caller: str) -> tuple[tuple[str, int], ...]:
        return (
            (self._hash("login", login.strip().casefold()), _MOST_PER_LOGIN),
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
    fitting = await fits(password, None if account is None else account.password)
    if account is None or not fitting:
        raise SignInRefused
    return account


async def begin(session: AsyncSession, account: AccountId, *, now: datetime) -> str:
    """A new sign-in; the token that is shown to the browser once. Those that ended are removed."""
    await session.execute(delete(ConsoleSession).where(col(ConsoleSession.expires_at) <= now))
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
        account=account.id, login=account.login, name=account.name, role=Role(account.role),
        office=office.id,
        office_name=office.name if language == "zh" else office.name_en or office.name,
        region=office.region, language=language, csrf=kept.csrf, must_change=account.must_change,
        session=kept.digest, seen_at=kept.seen_at,
    )  # fmt: skip


def was_seen_lately(actor: Actor, now: datetime) -> bool:
    """Whether noting it again would only wear out the database."""
    return actor.seen_at > now - _SEEN_EVERY


async def seen(session: AsyncSession, actor: Actor, *, now: datetime) -> None:
    """Note that somebody is still there."""
    await session.execute(
        update(ConsoleSession)
        .where(col(ConsoleSession.digest) == actor.session)
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
