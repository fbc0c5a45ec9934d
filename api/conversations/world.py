"""The world of one turn, read from the database and the settings."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation
from api.enterprises.contacts import WEB
from api.enterprises.models import Contact, Organisation
from api.enterprises.service import organisations_of, recall
from api.enterprises.subscriptions import followed_by
from api.library.service import Library
from api.settings import Settings
from api.tickets.service import holder_of
from dialogs.message import Incoming
from dialogs.ports import Channel
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
    """Builds worlds over one library and one operator."""

    library: Library
    operator: Operator
    web_address: str = ""
    messenger: Channel | None = None
    """The messenger people may go on in."""

    def blank(self, now: datetime, language: Language, channel: str = WEB) -> World:
        """Before consent: nothing is known and nothing may be kept."""
        return World(
            now=now,
            knowledge=self.library.base,
            operator=self.operator,
            search=self.library.search,
            language=language,
            channel=channel,
            messenger_link=self.messenger_link,
            web_address=self.web_address,
        )

    @property
    def messenger_link(self) -> str:
        """The address of the bot; empty where there is none, or it is not known yet."""
        return "" if self.messenger is None else self.messenger.link

    async def read(
        self, session: AsyncSession, conversation: Conversation, now: datetime, said: Incoming
    ) -> World:
        """What is known for a conversation just now, as far as `said` may ask for it."""
        del said
        contact = await session.get_one(Contact, conversation.contact_id)
        parties = await organisations_of(session, conversation.person_id)
        dossier = await recall(session, self.library.base, conversation.organisation_id)
        return World(
            now=now,
            knowledge=self.library.base,
            operator=self.operator,
            search=self.library.search,
            dossier=dossier,
            language=as_language(conversation.language),
            consent=True,
            held_by=await holder_of(session, conversation.contact_id, now=now),
            subscriptions=await followed_by(session, conversation.person_id),
            channel=contact.channel,
            messenger_link=self.messenger_link,
            web_address=self.web_address,
            subject=next(
                (_party(p) for p in parties if p.id == conversation.organisation_id), None
            ),
            others=tuple(
                party
                for p in parties
                if p.id != conversation.organisation_id and (party := _party(p)) is not None
            ),
        )


def as_language(text: str) -> Language:
    """A language as kept in a row."""
    return "en" if text == "en" else "zh"


def _party(organisation: Organisation) -> Party | None:
    """An organisation nobody has named yet is not named to its owner either."""
    if organisation.name is None:
        return None
    return Party(id=str(organisation.id), name=organisation.name)
