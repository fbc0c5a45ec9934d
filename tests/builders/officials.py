"""Offices with their officials."""

from uuid import uuid4

from api.accounts.actors import Actor
from api.accounts.models import Account, AccountId, Office, OfficeId, Role
from api.foundation.database import Database
from knowledge.model import Language
from tests.builders.clocks import START


async def an_official(
    database: Database,
    *,
    region: str = "",
    beside: Actor | None = None,
    role: Role = Role.OFFICIAL,
    language: Language = "zh",
) -> Actor:
    """An official of a fresh office, or of the office of the one they sit `beside`."""
    office = Office(
        id=OfficeId(uuid4()), name=f"科技局 {uuid4().hex[:8]}", region=region, created_at=START
    )
    made = Account(
        id=AccountId(uuid4()), login=uuid4().hex, name="经办", role=role.value, password="-",  # noqa: S106 - opens nothing
        office_id=office.id if beside is None else beside.office, created_at=START,
    )  # fmt: skip
    async with database.writing() as session:
        if beside is None:
            session.add(office)
            await session.flush()
        session.add(made)
    return Actor(
        account=made.id, login=made.login, name=made.name, role=role, office=made.office_id,
        office_name=office.name if beside is None else beside.office_name,
        region=region if beside is None else beside.region,
        language=language, csrf="c", must_change=False, session="s", seen_at=START,
    )  # fmt: skip
