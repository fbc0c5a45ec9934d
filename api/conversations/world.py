"""The world of one turn, read from the database and the settings."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation
from api.deadlines.service import deadlines_for, region_of
from api.enterprises.contacts import WEB
from api.enterprises.membership import invitation_of
from api.enterprises.models import Contact, Organisation, Part
from api.enterprises.service import memberships_of, recall
from api.enterprises.subscriptions import followed_by
from api.foundation.ids import fresh_code
from api.library.shelf import Shelf
from api.library.windows import as_filing_windows, current_windows
from api.settings import Settings
from api.tickets.service import holder_of
from dialogs.codes import shown_code
from dialogs.message import Incoming
from dialogs.ports import Channel
from dialogs.state import load_state
from dialogs.world import Operator, Party, World
from knowledge.model import Language, Text


def operator_of(settings: Settings) -> Operator:
    """Who runs this, as the first message says it."""
    privacy = None
    if settings.privacy_zh and settings.privacy_en:
        privacy = Text(zh=settings.privacy_zh, en=settings.privacy_en)
    return Operator(
        name=Text(zh=settings.operator_name_zh, en=settings.operator_name_en),
        contact=settings.operator_contact,
        retention_days=settings.retention_days,
        privacy=privacy,
    )


def notice_of(operator: Operator) -> str:
    """A hash of what a person agreed to: who, how long, in which words."""
    return hashlib.sha256(operator.model_dump_json().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class WorldBuilder:
    """Builds worlds over the release in use and one operator.

    Await `shelf.fresh()` before a turn; the world keeps the release it was built with.
    """

    shelf: Shelf
    operator: Operator
    web_address: str = ""
    messenger: Channel | None = None
    """The messenger people may go on in."""

    def blank(self, now: datetime, language: Language, channel: str = WEB) -> World:
        """Before consent: nothing is known and nothing may be kept."""
        library = self.shelf.current
        return World(
            now=now,
            knowledge=library.base,
            operator=self.operator,
            search=library.search,
            language=language,
            channel=channel,
            messenger_link=self.messenger_link,
            web_address=self.web_address,
        )

    async def meet(
        self,
        session: AsyncSession,
        now: datetime,
        language: Language,
        said: Incoming,
        state: object,
        channel: str = WEB,
    ) -> World:
        """The same, with what a code that is shown here would do."""
        code = shown_code(said, load_state(state or None))
        invitation = await invitation_of(session, code, None, now=now) if code else None
        return replace(self.blank(now, language, channel), invitation=invitation)

    @property
    def messenger_link(self) -> str:
        """The address of the bot; empty where there is none, or it is not known yet."""
        return "" if self.messenger is None else self.messenger.link

    async def read(
        self, session: AsyncSession, conversation: Conversation, now: datetime, said: Incoming
    ) -> World:
        """What is known for a conversation just now, as far as `said` may ask for it."""
        library, person = self.shelf.current, conversation.person_id
        contact = await session.get_one(Contact, conversation.contact_id)
        memberships = await memberships_of(session, person)
        parties = [organisation for organisation, _ in memberships]
        member = next((m for o, m in memberships if o.id == conversation.organisation_id), None)
        dossier = await recall(session, library.base, conversation.organisation_id, member=person)
        region = region_of(dossier)
        windows = await current_windows(session, now=now)
        code = shown_code(said, load_state(conversation.state))
        return World(
            now=now,
            knowledge=library.base,
            operator=self.operator,
            search=library.search,
            dossier=dossier,
            windows=as_filing_windows(windows, region),
            language=as_language(conversation.language),
            consent=True,
            held_by=await holder_of(session, conversation.contact_id, now=now),
            subject=next(
                (_party(p) for p in parties if p.id == conversation.organisation_id), None
            ),
            others=tuple(_party(p) for p in parties if p.id != conversation.organisation_id),
            verified=member is not None and member.verified,
            owner=member is not None and member.part == Part.OWNER.value,
            subscriptions=await followed_by(session, person),
            deadlines=await deadlines_for(session, person, windows, region),
            fresh_code=fresh_code(),
            invitation=await invitation_of(session, code, person, now=now) if code else None,
            channel=contact.channel,
            messenger_link=self.messenger_link,
            web_address=self.web_address,
        )


def as_language(text: str) -> Language:
    """A language as kept in a row."""
    return "en" if text == "en" else "zh"


def _party(organisation: Organisation) -> Party:
    """An organisation as the conversation speaks of it; without a name where nobody named it."""
    return Party(id=str(organisation.id), name=organisation.name or "")
