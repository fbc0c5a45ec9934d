"""Whom a notice is for: followers whose place fits or is not known, and who are not ruled out."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.enterprises.service import recall
from api.enterprises.subscriptions import followers_of
from api.foundation.now import day_of
from api.notices.service import followers
from knowledge.base import KnowledgeBase
from knowledge.briefing import brief
from knowledge.profile import Asking, Dossier

MOST = 500
"""So many followers are looked at one by one for a preview; a page must not wait for more."""
_REGION = Asking(fact="registered_region")


@dataclass(frozen=True, slots=True)
class Audience:
    """Of so many followers so many would be told; `whole` says that all were looked at."""

    followers: int
    fitting: int
    whole: bool


def concerns(
    base: KnowledgeBase, programme: str, region: str, dossier: Dossier, today: date
) -> bool:
    """Whether a notice on a programme, for a region or everywhere, is for an organisation."""
    place = dossier.get(_REGION)
    if region and isinstance(place, str) and place != region:
        return False
    if programme not in base.programmes:
        return True
    return not brief(base, programme, dossier, today).ruled_out


async def audience(
    session: AsyncSession, base: KnowledgeBase, programme: str, region: str, *, now: datetime
) -> Audience:
    """Who would be told if the notice went out now."""
    found = (await session.scalars(followers_of(programme).limit(MOST))).all()
    fitting = 0
    for each in found:
        dossier = await recall(session, base, each.organisation_id, member=each.person_id)
        fitting += concerns(base, programme, region, dossier, day_of(now))
    everybody = await followers(session, programme)
    return Audience(everybody, fitting, whole=everybody <= MOST)
