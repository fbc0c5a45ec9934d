"""The very first start: one office, and an account for each kind of work."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.administering import Made, create_account, create_office
from api.accounts.models import Account, Role
from api.accounts.passwords import fresh
from api.foundation.database import one_at_a_time

_WANTED = (
    ("admin", "管理员", Role.ADMIN),
    ("official-a", "经办甲", Role.OFFICIAL),
    ("official-b", "经办乙", Role.OFFICIAL),
    ("staff-a", "工作人员甲", Role.STAFF),
)


async def first_run(session: AsyncSession, *, now: datetime) -> tuple[Made, ...]:
    """The accounts made, with passwords shown this once; nothing where there is any account."""
    await one_at_a_time(session, "first-run")
    if await session.scalar(select(func.count()).select_from(Account)):
        return ()
    office = await create_office(
        session, name="示例科技局", name_en="Sample science bureau", region="", now=now
    )
    made = []
    for login, name, role in _WANTED:
        made.append(
            await create_account(
                session,
                login=login,
                name=name,
                role=role,
                office=office.id,
                now=now,
                password=await fresh(),
            )
        )
    return tuple(made)
