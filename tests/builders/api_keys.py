"""API keys for tests."""

from fastapi import FastAPI

from api.accounts.models import Scope
from api.accounts.service import create_key
from tests.builders.seeded import noted
from tests.builders.settings import GENEROUS


async def a_key(app: FastAPI, *scopes: Scope, rate: str = GENEROUS) -> dict[str, str]:
    """A fresh key with the scopes (all of them when none is named), as the header that shows it."""
    async with app.state.database.writing() as session:
        _, shown = create_key(
            session, name="tests", scopes=scopes or tuple(Scope), rate=rate, now=app.state.now()
        )
    return {"Authorization": f"Bearer {noted(shown)}"}
